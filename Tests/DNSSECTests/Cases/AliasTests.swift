import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("Aliases") struct AliasTests {
        static let tree = Result {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec(
                    "one.test",
                    """
                    www CNAME www.two.test.
                    gone CNAME nothing.two.test.
                    unsigned CNAME www.plain.test.
                    there.and CNAME back.plain.test.
                    self CNAME self
                    a CNAME b
                    b CNAME a
                    *.wild CNAME www.two.test.
                    sub DNAME two.test.
                    round DNAME round
                    far DNAME \(String(repeating: "x", count: 60)).\(String(repeating: "y", count: 60)).\
                    \(String(repeating: "z", count: 60)).\(String(repeating: "w", count: 40)).two.test.
                    """),
                ZoneSpec("two.test", "www A 192.0.2.1\nother CNAME www", denial: .nsec3()),
                ZoneSpec(
                    "plain.test", "www A 192.0.2.2\nback CNAME www.two.test.", algorithm: nil),
            ])
        }

        private func validate(_ owner: String, _ type: RecordType = .a) async throws -> Validation {
            try await Self.tree.get().validate(owner, type)
        }

        @Test func fromOneSecureZoneToAnother() async throws {
            let result = try await validate("www.one.test")
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.cname, .a])
            #expect(
                try result.zones.map(\.zone) == [
                    .root, name("test"), name("one.test"), name("two.test"),
                ])
        }

        @Test func theWeakestLinkCounts() async throws {
            try await expect(validate("unsigned.one.test"), .noDNSSEC, in: "plain.test")
            // Secure, insecure, secure.
            let result = try await validate("there.and.one.test")
            try expect(result, .noDNSSEC, in: "plain.test")
            #expect(result.answer.count == 3)
            #expect(
                try result.zones.map(\.zone) == [
                    .root, name("test"), name("one.test"), name("plain.test"), name("two.test"),
                ])
            #expect(result.zones.map(\.status) == [.secure, .secure, .secure, .insecure, .secure])
            try await expect(validate("back.plain.test"), .noDNSSEC, in: "plain.test")
        }

        @Test func aBogusLinkIsWorseThanAnInsecureOne() async throws {
            var tree = try Self.tree.get()
            try tree.change("two.test") { zone in
                try zone.resign(
                    name("www.two.test"), .a, Key.Fields(inception: now - 2, expiration: now - 1))
            }
            try await expect(
                tree.validate("there.and.one.test"), .signatureExpired, in: "two.test")
        }

        @Test func everyZoneAtFaultIsMarked() async throws {
            var tree = try Self.tree.get()
            for (zone, owner, type) in [
                ("one.test", "www.one.test", RecordType.cname), ("two.test", "www.two.test", .a),
            ] {
                try tree.change(zone) { zone in
                    try zone.resign(
                        name(owner), type, Key.Fields(inception: now - 2, expiration: now - 1))
                }
            }
            let result = try await tree.validate("www.one.test")
            try expect(result, .signatureExpired, in: "one.test")
            #expect(result.zones.map(\.status) == [.secure, .secure, .bogus, .bogus])
        }

        @Test func theEndDoesNotExist() async throws {
            let result = try await validate("gone.one.test")
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.cname])
            #expect(!result.denial.isEmpty)
            try await expect(validate("www.one.test", .mx), nil)
        }

        @Test(arguments: ["self.one.test", "a.one.test", "b.one.test"])
        func loopsEnd(_ owner: String) async throws {
            try await expect(validate(owner), .indeterminate, saying: "loop")
            // The alias itself is what a question for CNAME wants.
            let alias = try await validate(owner, .cname)
            try expect(alias, nil)
            #expect(alias.answer.map(\.type) == [.cname])
        }

        @Test("A DNAME that leads into itself makes ever longer names")
        func dnameLoop() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "d DNAME e.d"),
            ])
            try await expect(
                tree.validate("x.d.test"), .indeterminate, saying: "more than 11 aliases")
        }

        @Test(arguments: [(11, false), (12, true), (100, true)], [1, 3, 200])
        func aliasesAreCounted(_ chain: (count: Int, isTooLong: Bool), _ perReply: Int) async throws
        {
            var text = "end A 192.0.2.1\n"
            for index in 0..<chain.count {
                text += "n\(index) CNAME \(index + 1 < chain.count ? "n\(index + 1)" : "end")\n"
            }
            var tree = try Tree([ZoneSpec("."), ZoneSpec("test", text)])
            tree.aliasesPerReply = perReply - 1
            let result = try await tree.validate("n0.test")
            if chain.isTooLong {
                try expect(result, .indeterminate, saying: "more than 11 aliases")
            } else {
                try expect(result, nil)
                #expect(result.answer.count == chain.count + 1)
            }
        }

        @Test func aWildcardMayBeAnAlias() async throws {
            try await expect(validate("x.y.wild.one.test"), nil)
            try await expect(validate("x.y.wild.one.test", .cname), nil)
        }

        @Test func aDNAMEIsFollowed() async throws {
            let result = try await validate("www.sub.one.test")
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.dname, .a])
            try await expect(validate("no.sub.one.test"), nil)
            try await expect(validate("other.sub.one.test"), nil)
            // At the DNAME's own name it stands for nothing.
            try await expect(validate("sub.one.test"), nil)
            try await expect(validate("sub.one.test", .dname), nil)
        }

        @Test("The CNAME made from a DNAME is unsigned by design (RFC 6672 5.3.1)")
        func synthesized() async throws {
            for type in [RecordType.cname, .any] {
                let result = try await validate("www.sub.one.test", type)
                try expect(result, nil)
                #expect(result.answer.map(\.type) == [.dname, .cname])
            }
        }

        @Test func aCNAMEThatDoesNotFollowFromItsDNAME() async throws {
            var tree = try Self.tree.get()
            tree.edit { question, message in
                message.answers = message.answers.map { record in
                    guard record.type == .cname, let target = Name("www.plain.test") else {
                        return record
                    }
                    return Record(
                        owner: record.owner, type: .cname, ttl: record.ttl, data: .name(target))
                }
            }
            try await expect(tree.validate("www.sub.one.test"), .bogus, saying: "does not follow")
        }

        @Test func aDNAMEWithoutItsCNAMEIsEnough() async throws {
            var tree = try Self.tree.get()
            tree.edit { _, message in message.answers.removeAll { $0.type == .cname } }
            try await expect(tree.validate("www.sub.one.test"), nil)
        }

        @Test func anUnsignedCNAMEWithoutDNAMEIsNone() async throws {
            var tree = try Self.tree.get()
            tree.edit { _, message in
                message.answers.removeAll { $0.type == .dname || $0.rrsig?.typeCovered == .dname }
            }
            try await expect(tree.validate("www.sub.one.test"), .rrsigMissing, in: "one.test")
        }

        @Test("Too long a name ends the chain (RFC 6672 2.2)")
        func tooLong() async throws {
            let label = String(repeating: "l", count: 63)
            var tree = try Self.tree.get()
            tree.edit { question, message in
                if question.type == .a, question.name.labelCount > 3 {
                    message.responseCode = ResponseCode(rawValue: 6)
                }
            }
            let result = try await tree.validate("\(label).far.one.test")
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.dname])
        }

        @Test("A bogus DNAME is not followed to a secure end")
        func bogusDNAME() async throws {
            var tree = try Self.tree.get()
            try tree.change("one.test") { zone in
                try zone.nodes[name("sub.one.test")]?.removeAll { $0.rrsig?.typeCovered == .dname }
            }
            try await expect(tree.validate("www.sub.one.test"), .rrsigMissing, in: "one.test")
        }
    }
}
