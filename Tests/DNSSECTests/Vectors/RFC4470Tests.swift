import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// The example of section 4, signed here: `com` denies `example.com` by records made for the question.
    @Suite("RFC 4470, minimally covering NSEC records") struct RFC4470Tests {
        static let noName = "exampld.com. 3600 IN NSEC example-.com. RRSIG NSEC"
        static let noWildcard = #"\).com. 3600 IN NSEC +.com. RRSIG NSEC"#

        private static let shared = Result { try Tree([ZoneSpec("."), ZoneSpec("com")]) }

        private func tree(_ owner: String, _ proofs: [String]) throws -> Tree {
            var tree = try Self.shared.get()
            let authorities = try proofs.flatMap { try tree["com"].signing($0) }
            try tree.reply(
                to: owner, .a, .nameError, authorities: tree.soa("com") + authorities)
            return tree
        }

        @Test func theNameAndTheWildcardAreDenied() async throws {
            let tree = try tree("example.com", [Self.noName, Self.noWildcard])
            let result = try await tree.validate("example.com")
            try expect(result, nil)
            #expect(result.denial.count == 2)
        }

        @Test(arguments: [[noName], [noWildcard], []])
        func oneOfThemIsNotEnough(_ proofs: [String]) async throws {
            try await expect(
                tree("example.com", proofs).validate("example.com"), .denialInvalid, in: "com")
        }

        @Test(
            "Neighbours outside the span are not denied",
            arguments: [
                "example-.com", "examplf.com", "examplc.com", "zz.com",
            ])
        func neighbours(_ owner: String) async throws {
            let tree = try tree(owner, [Self.noName, Self.noWildcard])
            try await expect(tree.validate(owner), .denialInvalid, in: "com")
        }

        /// Section 3: the types of the made-up owner are only NSEC and RRSIG, and it may be denied by them.
        @Test func theMadeUpOwnerHasNoData() async throws {
            var tree = try tree("example.com", [])
            try tree.reply(
                to: "exampld.com", .a, authorities: tree["com"].signing(Self.noName))
            try await expect(tree.validate("exampld.com"), nil)
        }

        @Test("An NSEC of the name itself whose next name is its successor denies a type")
        func noData() async throws {
            var tree = try tree("example.com", [])
            try tree.reply(
                to: "host.com", .txt,
                authorities: tree["com"].signing(
                    #"host.com. 3600 NSEC \000.host.com. A RRSIG NSEC"#))
            try await expect(tree.validate("host.com", .txt), nil)
        }
    }
}
