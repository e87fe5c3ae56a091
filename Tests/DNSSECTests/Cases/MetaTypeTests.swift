import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// ANY and RRSIG (RFC 6840 4.2, RFC 8482, RFC 4035 2.2), and forged data where walks take a turn.
    @Suite("Questions for more than a type") struct MetaTypeTests {
        private static let shared = Result {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec(
                    "example.test",
                    """
                    www A 192.0.2.1
                    www TXT text
                    alias CNAME www
                    sub DNAME other.test.
                    b.c TXT deep
                    """),
                ZoneSpec("child.example.test"),
            ])
        }

        @Test(
            "Of ANY every RRset is validated, whatever it is (RFC 6840 4.2)",
            arguments: [RecordType.a, .txt, .nsec])
        func any(_ spoiled: RecordType) async throws {
            var tree = try Self.shared.get()
            let result = try await tree.validate("www.example.test", .any)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.a, .txt, .nsec])
            tree.edit { question, message in
                guard question.type == .any else { return }
                for index in message.answers.indices {
                    guard var signature = message.answers[index].rrsig,
                        signature.typeCovered == spoiled
                    else { continue }
                    signature.signature[0] ^= 1
                    message.answers[index].data = .rrsig(signature)
                }
            }
            try await expect(
                tree.validate("www.example.test", .any), .signatureInvalid, in: "example.test",
                saying: "www.example.test \(spoiled)")
        }

        @Test("A part of them is no lie, for ANY need not be all (RFC 8482 4.1)")
        func some() async throws {
            var tree = try Self.shared.get()
            tree.edit { question, message in
                guard question.type == .any else { return }
                message.answers.removeAll { $0.type == .a || $0.rrsig?.typeCovered == .a }
            }
            let result = try await tree.validate("www.example.test", .any)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.txt, .nsec])
        }

        @Test("At an alias the CNAME is an answer to ANY, and is not followed")
        func anyAtAlias() async throws {
            let tree = try Self.shared.get()
            let result = try await tree.validate("alias.example.test", .any)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.cname, .nsec])
        }

        @Test("At a cut each side's RRsets are judged by its own keys")
        func anyAtCut() async throws {
            var tree = try Self.shared.get()
            let cut = try name("child.example.test")
            let ds = try tree["example.test"].signed(cut, .ds)
            tree.edit { question, message in
                if question == Question(cut, .any) { message.answers += ds }
            }
            let result = try await tree.validate("child.example.test", .any)
            try expect(result, nil)
            #expect(Set(result.answer.map(\.type)) == [.ns, .soa, .dnskey, .nsec, .ds])
        }

        @Test(
            "ANY of a name without data, or without the name",
            arguments: [
                "c.example.test", "no.example.test",
            ])
        func anyDenied(_ owner: String) async throws {
            var tree = try Self.shared.get()
            try await expect(tree.validate(owner, .any), nil)
            // Another name's NSEC, or one that lists types, is no denial of it.
            try tree.reply(
                to: owner, .any,
                authorities: tree["example.test"].signed(name("www.example.test"), .nsec))
            try await expect(tree.validate(owner, .any), .denialInvalid, in: "example.test")
        }

        @Test("Signatures asked for by themselves prove nothing (RFC 4035 2.2)")
        func rrsig() async throws {
            let tree = try Self.shared.get()
            let result = try await tree.validate("www.example.test", .rrsig)
            try expect(result, .indeterminate, saying: "RFC 4035 2.2")
            #expect(!result.answer.isEmpty)
            // That a name does not exist is proven for RRSIG as for any type.
            try await expect(tree.validate("no.example.test", .rrsig), nil)
        }

        @Test(
            "Forged data below an alias, where no cut can be",
            arguments: [
                "x.alias.example.test", "x.sub.example.test", "x.y.alias.example.test",
                "x.b.c.example.test", "x.no.example.test",
            ])
        func forged(_ owner: String) async throws {
            var tree = try Self.shared.get()
            try tree.reply(
                to: owner, .a, answers: ZoneText.records("\(owner). 60 A 192.0.2.66".utf8))
            try await expect(tree.validate(owner), .rrsigMissing, in: "example.test")
        }

        @Test(
            "A DNAME or CNAME that no key signs ends no walk",
            arguments: [
                "test. 60 DNAME other.", "example.test. 60 CNAME other.",
            ])
        func forgedLink(_ text: String) async throws {
            var tree = try Self.shared.get()
            try tree.reply(to: "example.test", .ds, answers: ZoneText.records(text.utf8))
            try await expect(tree.validate("www.example.test"), .rrsigMissing, in: "test")
        }
    }
}
