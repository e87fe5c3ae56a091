import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// What is known of one name from what another's denial proves.
    @Suite("RFC 8198, aggressive use of denials") struct AggressiveUseTests {
        private static let text = """
            www A 192.0.2.1
            _993._tcp.mail TLSA 3 1 1 00
            mail A 192.0.2.2
            *.wild A 192.0.2.3
            alias CNAME www
            """

        private static func tree(_ kind: DenialKind) throws -> Tree {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"), ZoneSpec("example.test", text, denial: kind),
                ZoneSpec("signed.example.test"), ZoneSpec("unsigned.example.test", algorithm: nil),
            ])
        }

        /// What the answer to one TLSA question says of another question, and what asking that says.
        private func answers(
            _ kind: DenialKind, _ asked: String, _ other: String, _ type: RecordType = .tlsa
        ) async throws -> (derived: Validation?, asked: Validation) {
            let tree = try Self.tree(kind)
            let known = try await tree.validate("\(asked).example.test", .tlsa)
            let derived = known.denial(of: Question(try name("\(other).example.test"), type))
            return (derived, try await tree.validate("\(other).example.test", type))
        }

        @Test(
            arguments: [DenialKind.nsec, .nsec3(), .nsec3(iterations: 3)],
            [
                // There is nothing below `_tcp`, nor at it.
                ("_443._tcp.www", "_8443._tcp.www"), ("_443._tcp.www", "_tcp.www"),
                ("_443._tcp.www", "_25.deep._tcp.www"),
                // The same name.
                ("_443._tcp.www", "_443._tcp.www"),
            ])
        func whatAskingGives(_ kind: DenialKind, _ pair: (String, String)) async throws {
            for type in [RecordType.tlsa, .a, .any] {
                let (derived, asked) = try await answers(kind, pair.0, pair.1, type)
                try expect(asked, nil)
                let told = try #require(derived)
                try expect(told, nil)
                #expect((told.question, told.denied) == (asked.question, asked.denied))
            }
        }

        /// What stands above the name is proven to be without the type, where its own record says so.
        @Test func namesAbove() async throws {
            for (other, type) in [
                ("_tcp.mail", RecordType.tlsa), ("_tcp.mail", .a), ("mail", .tlsa),
            ] {
                let (derived, asked) = try await answers(.nsec, "_443._tcp.mail", other, type)
                #expect((derived?.status, asked.status) == (.secure, .secure))
            }
            let (derived, _) = try await answers(.nsec, "_443._tcp.mail", "mail", .a)
            #expect(derived == nil)
        }

        @Test(
            arguments: [DenialKind.nsec, .nsec3(), .nsec3(iterations: 3)],
            [
                // There is one, beside another that is not.
                ("_443._tcp.mail", "_993._tcp.mail"),
                // Nothing is denied, or something else at the end of an alias, or by way of a wildcard.
                ("_993._tcp.mail", "_443._tcp.mail"), ("alias", "www"),
                ("_443._tcp.wild", "_443._tcp.www"), ("_443._tcp.wild", "www"),
                // It is in another zone, though NSEC has it within the span that is denied.
                ("signee", "www.signed"), ("unsigned0", "www.unsigned"),
            ])
        func whatMustBeAsked(_ kind: DenialKind, _ pair: (String, String)) async throws {
            let (derived, _) = try await answers(kind, pair.0, pair.1)
            #expect(derived == nil)
        }

        /// Within an opt-out span there may be more; what is not secure is no proof; nor is another zone's.
        @Test func whatProvesNothing() async throws {
            let optOut = try Self.tree(.nsec3(optOut: true))
            var open = try await optOut.validate("_443._tcp.www.example.test", .tlsa)
            for status in [Status.insecure, .secure] {
                open.status = status
                let other = Question(try name("_8443._tcp.www.example.test"), .tlsa)
                #expect(open.denial(of: other) == nil)
            }

            let tree = try Self.tree(.nsec)
            var known = try await tree.validate("_443._tcp.www.example.test", .tlsa)
            for other in ["_8443._tcp.www.test", "test", "."] {
                #expect(known.denial(of: Question(try name(other), .tlsa)) == nil, "\(other)")
            }
            let other = Question(try name("_8443._tcp.www.example.test"), .tlsa)
            #expect(known.denial(of: other) != nil)
            for status in [Status.insecure, .indeterminate, .bogus] {
                known.status = status
                #expect(known.denial(of: other) == nil)
            }
        }
    }
}
