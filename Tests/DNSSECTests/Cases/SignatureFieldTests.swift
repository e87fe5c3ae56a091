import DNS
@testable import DNSSEC
import Testing

extension DNSSECTests {
    /// RFC 4035 5.3.1 to 5.3.3 and RFC 4034 3.1 field by field.
    @Suite("The fields of a signature") struct SignatureFieldTests {
        /// A tree whose `www.example.test A` has these signatures only.
        private func tree(
            _ signatures: (Key, RRset) throws -> [Record]
        ) throws -> Tree {
            var tree = try Tree.plain("www A 192.0.2.1\nwww AAAA 2001:db8::1\n*.wild A 192.0.2.2")
            let owner = try name("www.example.test")
            try tree.change("example.test") { zone in
                let rrset = try #require(zone.rrset(owner, .a))
                let key = try #require(zone.keys.last)
                zone.nodes[owner]?.removeAll { $0.rrsig?.typeCovered == .a }
                zone.nodes[owner]? += try signatures(key, rrset)
            }
            return tree
        }

        private static let apex = Name("example.test") ?? .root

        @Test(
            "An inception after the expiration leaves no moment",
            arguments: [-10, 0, 10] as [Int64])
        func reversed(_ offset: Int64) async throws {
            let tree = try tree { key, rrset in
                [
                    try key.sign(
                        rrset, as: Self.apex, Key.Fields(inception: now + 5, expiration: now - 5))
                ]
            }
            let result = try await tree.validate("www.example.test", at: now + offset)
            #expect(result.fault?.kind == .signatureInvalid)
        }

        @Test("A moment is the inception's and the expiration's too")
        func instant() async throws {
            let tree = try tree { key, rrset in
                [try key.sign(rrset, as: Self.apex, Key.Fields(inception: now, expiration: now))]
            }
            let result = try await tree.validate("www.example.test")
            try expect(result, nil)
            #expect(result.answer.first?.ttl == 0)
        }

        @Test(
            "More than 68 years away is the other direction (RFC 4034 3.1.5, RFC 1982)",
            arguments: [
                (Int64(1) << 31 - 1, nil as Fault.Kind?), (Int64(1) << 31 + 1, .signatureInvalid),
            ])
        func serialNumbers(_ ahead: Int64, _ kind: Fault.Kind?) async throws {
            let tree = try tree { key, rrset in
                [
                    try key.sign(
                        rrset, as: Self.apex, Key.Fields(inception: now, expiration: now + ahead))
                ]
            }
            try await expect(tree.validate("www.example.test"), kind)
        }

        @Test(
            "TTLs: received, original, the signature's own and its life (RFC 4035 5.3.3)",
            arguments: [
                // Of the RRset, of its RRSIG, original, life of the signature; the least counts.
                (600, 600, 3600, 86400, 600), (7200, 7200, 3600, 86400, 3600),
                (3600, 60, 3600, 86400, 60), (60, 3600, 3600, 86400, 60),
                (3600, 3600, 3600, 30, 30), (3600, 3600, 0, 86400, 0), (0, 3600, 3600, 86400, 0),
            ] as [(UInt32, UInt32, UInt32, Int64, UInt32)])
        func lifetimes(
            _ received: UInt32, _ signatures: UInt32, _ original: UInt32, _ life: Int64,
            _ least: UInt32
        ) async throws {
            var tree = try tree { key, rrset in
                [
                    try key.sign(
                        rrset, as: Self.apex,
                        Key.Fields(expiration: now + life, originalTTL: original))
                ]
            }
            tree.edit { question, message in
                guard question.type == .a else { return }
                for index in message.answers.indices {
                    let isSignature = message.answers[index].type == .rrsig
                    message.answers[index].ttl = isSignature ? signatures : received
                }
            }
            let result = try await tree.validate("www.example.test")
            try expect(result, nil)
            #expect(result.answer.first?.ttl == least)
        }

        @Test("One good signature is enough wherever it stands", arguments: [0, 1, 2, 3])
        func oneGood(_ place: Int) async throws {
            let stranger = try Key(.ecdsaP256SHA256)
            let tree = try tree { key, rrset in
                var signatures = try [
                    stranger.sign(rrset, as: Self.apex),
                    key.sign(rrset, as: Self.apex, Key.Fields(inception: 0, expiration: 1)),
                    key.sign(rrset, as: Self.apex, Key.Fields(labels: 1)),
                ]
                signatures.insert(try key.sign(rrset, as: Self.apex), at: place)
                return signatures
            }
            try await expect(tree.validate("www.example.test"), nil)
        }

        @Test("The same signature twice is one")
        func twice() async throws {
            let tree = try tree { key, rrset in
                let signature = try key.sign(rrset, as: Self.apex)
                return [signature, signature]
            }
            try await expect(tree.validate("www.example.test"), nil)
        }

        @Test("A signature of another class, owner or type is not the RRset's")
        func elsewhere() async throws {
            for change: @Sendable (inout Record) -> Void in [
                { $0.class = RecordClass(rawValue: 3) },
                { $0.owner = $0.owner.parent ?? .root },
            ] {
                var tree = try Tree.plain()
                tree.edit { question, message in
                    guard question.type == .a else { return }
                    for index in message.answers.indices where message.answers[index].type == .rrsig
                    {
                        change(&message.answers[index])
                    }
                }
                try await expect(tree.validate("www.example.test"), .rrsigMissing)
            }
            // The AAAA's signature beside the A, and made to say that it covers the A.
            var mixed = try tree { key, rrset in [try key.sign(rrset, as: Self.apex)] }
            let other = try #require(
                mixed["example.test"].signed(name("www.example.test"), .aaaa).last)
            mixed.edit { question, message in
                if question.type == .a { message.answers.insert(other, at: 0) }
            }
            try await expect(mixed.validate("www.example.test"), nil)
            mixed.edit { question, message in
                message.answers.removeAll { question.type == .a && $0.rrsig?.typeCovered == .a }
            }
            try await expect(mixed.validate("www.example.test"), .rrsigMissing)
            mixed.edit { question, message in
                guard question.type == .a else { return }
                message.answers = message.answers.map { record in
                    guard var signature = record.rrsig else { return record }
                    signature.typeCovered = .a
                    var changed = record
                    changed.data = .rrsig(signature)
                    return changed
                }
            }
            try await expect(mixed.validate("www.example.test"), .signatureInvalid)
        }

        @Test("Key tag, algorithm and signer must be the key's")
        func keyFields() async throws {
            for fields in [Key.Fields(keyTag: 1), Key.Fields(algorithm: .ed25519)] {
                let tree = try tree { key, rrset in [try key.sign(rrset, as: Self.apex, fields)] }
                try await expect(
                    tree.validate("www.example.test"), .signatureInvalid, in: "example.test",
                    saying: "no usable key")
            }
        }

        @Test(
            "A leading asterisk is no label (RFC 4034 3.1.3)",
            arguments: [(3, nil), (4, Fault.Kind.signatureInvalid)] as [(UInt8, Fault.Kind?)])
        func wildcardLabels(_ labels: UInt8, _ kind: Fault.Kind?) async throws {
            var tree = try Tree.plain("*.wild A 192.0.2.2")
            try tree.change("example.test") { zone in
                try zone.resign(name("*.wild.example.test"), .a, Key.Fields(labels: labels))
            }
            try await expect(tree.validate("*.wild.example.test"), kind)
        }

        @Test("Fewer labels than the owner's mean a wildcard, never another name's data")
        func fewerLabels() async throws {
            // Signed as www, sent as if made from *.example.test.
            let tree = try tree { key, rrset in
                var record = try key.sign(rrset, as: Self.apex)
                if var signature = record.rrsig {
                    signature.labels = 2
                    record.data = .rrsig(signature)
                }
                return [record]
            }
            try await expect(
                tree.validate("www.example.test"), .signatureInvalid, saying: "does not verify")
        }
    }
}
