import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// RFC 4034 6 as changed by RFC 6840 5.1: what of a record may change its letters on the way.
    @Suite("Canonical form") struct CanonicalFormTests {
        /// A type whose data are these bytes and then so many names.
        struct Layout: Sendable, CustomTestStringConvertible {
            let (type, head, names): (String, [UInt8], Int)
            init(_ type: String, _ head: [UInt8] = [], names: Int = 1) {
                (self.type, self.head, self.names) = (type, head, names)
            }
            var testDescription: String { type }
            var wire: [UInt8] {
                head
                    + [[UInt8]](
                        repeating: [4] + "name".utf8 + [4] + "test".utf8 + [0], count: names
                    )
                    .joined()
            }
        }

        private static func owner() throws -> Name { try name("x.example.test") }

        /// Signs data in lower case and sends them in upper case.
        private func validate(_ name: String, _ wire: [UInt8]) async throws -> Validation {
            let type = try #require(RecordType(name))
            var tree = try Tree.plain("")
            let zone = try tree["example.test"]
            let owner = try Self.owner()
            let signed = try Record(
                owner: owner, type: type, ttl: 60, data: RecordData(type: type, wire: wire))
            let rrset = try #require(RRset(owner: owner, type: type, in: [signed]))
            var sent = signed
            sent.data = try RecordData(
                type: type,
                wire: wire.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 })
            #expect(sent.data.wire != wire)
            let signature = try #require(zone.keys.last).sign(rrset, as: zone.apex)
            try tree.reply(to: owner.text, type, answers: [sent, signature])
            return try await tree.validate(owner.text, type)
        }

        @Test(
            "Names in the data of these types are signed in lower case",
            arguments: [
                Layout("MD"), Layout("MF"), Layout("CNAME"), Layout("MB"), Layout("MG"),
                Layout("MR"),
                Layout("PTR"), Layout("MINFO", names: 2), Layout("MX", [0, 1]),
                Layout("RP", names: 2),
                Layout("AFSDB", [0, 1]), Layout("RT", [0, 1]), Layout("PX", [0, 1], names: 2),
                Layout("NAPTR", [0, 1, 0, 1, 1, 0x31, 1, 0x32, 0]), Layout("KX", [0, 1]),
                Layout("SRV", [0, 1, 0, 2, 0, 3]), Layout("DNAME"),
            ])
        func lowered(_ layout: Layout) async throws {
            try await expect(validate(layout.type, layout.wire), nil)
        }

        @Test("An apex's too")
        func apex() async throws {
            for type in [RecordType.soa, .ns] {
                var tree = try Tree.plain()
                let rrset = try #require(tree["example.test"].rrset(name("example.test"), type))
                let large = try rrset.records.map { record in
                    try #require(
                        ZoneText.records(
                            "\(record)".replacing("ns.example.test", with: "NS.Example.TEST").utf8
                        ).first)
                }
                let signature = try #require(
                    tree["example.test"].signed(name("example.test"), type).last)
                try tree.reply(to: "example.test", type, answers: large + [signature])
                try await expect(tree.validate("example.test", type), nil)
            }
        }

        /// HINFO has no names, though RFC 4034 6.2 lists it (RFC 6840 5.1).
        @Test(
            "Those of newer types, and text, are signed as they stand",
            arguments: [
                Layout("SVCB", [0, 1]), Layout("HTTPS", [0, 1]),
                Layout("TXT", [2, 0x61, 0x62], names: 0),
                Layout("HINFO", [2, 0x61, 0x62, 1, 0x63], names: 0),
                Layout("CAA", [0, 5] + "issue".utf8 + "ca.test".utf8, names: 0),
                Layout("TYPE65280", [1, 0x61], names: 0),
            ])
        func asTheyStand(_ layout: Layout) async throws {
            try await expect(
                validate(layout.type, layout.wire), .signatureInvalid, in: "example.test")
        }

        @Test("An NSEC's next name is signed as it stands (RFC 6840 5.1)")
        func nextName() async throws {
            var tree = try Tree.plain("")
            let large = try tree["example.test"].signing("x NSEC Y.Example.test. A NSEC RRSIG")
            try tree.reply(to: "x.example.test", .txt, authorities: large)
            try await expect(tree.validate("x.example.test", .txt), nil)
            let lowered = large.map { record in
                guard case .nsec(var nsec) = record.data else { return record }
                nsec.nextName = nsec.nextName.lowercased
                var changed = record
                changed.data = .nsec(nsec)
                return changed
            }
            try tree.reply(to: "x.example.test", .txt, authorities: lowered)
            try await expect(
                tree.validate("x.example.test", .txt), .signatureInvalid, in: "example.test")
        }

        @Test("A signature's signer is signed in lower case (RFC 4034 6.2)")
        func signer() async throws {
            var tree = try Tree.plain("www A 192.0.2.1")
            tree.edit { _, message in
                message.answers = message.answers.map { record in
                    guard var signature = record.rrsig else { return record }
                    signature.signer = Name(signature.signer.text.uppercased()) ?? signature.signer
                    var changed = record
                    changed.data = .rrsig(signature)
                    return changed
                }
            }
            try await expect(tree.validate("www.example.test"), nil)
        }

        @Test("Owners are, NSEC3's hashes among them", arguments: [DenialKind.nsec, .nsec3()])
        func owners(_ denial: DenialKind) async throws {
            var tree = try Tree.plain("www A 192.0.2.1", denial: denial)
            tree.edit { _, message in
                let large = { (record: Record) in
                    var changed = record
                    changed.owner = Name(record.owner.text.uppercased()) ?? record.owner
                    return changed
                }
                message.answers = message.answers.map(large)
                message.authorities = message.authorities.map(large)
            }
            try await expect(tree.validate("www.example.test"), nil)
            try await expect(tree.validate("no.example.test"), nil)
            try await expect(tree.validate("WWW.example.test", .txt), nil)
        }

        @Test("Records are signed in the order of their data, each once (RFC 4034 6.3)")
        func order() async throws {
            let text = (1...20).map { "x TXT \"\($0)\" \"\(String(repeating: "a", count: $0))\"" }
            var tree = try Tree.plain("")
            let signed = try tree["example.test"].signing(text.joined(separator: "\n"))
            for sent in [
                signed, signed.reversed(), signed + signed, signed.sorted { "\($0)" > "\($1)" },
            ] {
                try tree.reply(to: "x.example.test", .txt, answers: sent)
                let result = try await tree.validate("x.example.test", .txt)
                try expect(result, nil)
                #expect(result.answer.first?.data.count == 20)
            }
            try tree.reply(to: "x.example.test", .txt, answers: Array(signed.dropFirst()))
            try await expect(tree.validate("x.example.test", .txt), .signatureInvalid)
        }
    }
}
