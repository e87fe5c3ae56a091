import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// Denials made by hand: what a record must be before it proves anything.
    @Suite("NSEC and NSEC3 records that are to be passed over") struct NSECRuleTests {
        private static let shared = Result { try Tree.plain("www A 192.0.2.1\na.b TXT x") }
        private static let hashed = Result {
            try Tree.plain("www A 192.0.2.1", denial: .nsec3())
        }

        private func denial(_ records: [String], _ code: ResponseCode = .nameError) async throws
            -> Validation
        {
            var tree = try Self.shared.get()
            let zone = try tree["example.test"]
            try tree.reply(
                to: "no.example.test", .a, code,
                authorities: records.flatMap { try zone.signing($0) })
            return try await tree.validate("no.example.test")
        }

        static let sound = "@ NSEC zz A NSEC RRSIG"

        @Test("The span from one name to the next, neither of them in it")
        func spans() async throws {
            try await expect(denial([Self.sound]), nil)
            for text in [
                "@ NSEC no NSEC RRSIG", "nox NSEC zz NSEC RRSIG", "@ NSEC m NSEC RRSIG",
                // It leads out of the zone, into another or back to a name that is not the apex.
                "m NSEC other.test. NSEC RRSIG", "m NSEC zzz. NSEC RRSIG", "m NSEC c NSEC RRSIG",
                // It begins and ends with the same name, which is not the apex.
                "m NSEC m NSEC RRSIG",
            ] {
                // What is before c, the wildcard of the zone among it, is denied soundly.
                let apex = text.hasPrefix("@") ? [] : ["@ NSEC c NSEC RRSIG"]
                try await expect(denial([text] + apex), .denialInvalid, in: "example.test")
            }
        }

        @Test("The zone's last record leads back to its apex, and its only one to itself")
        func lastRecord() async throws {
            try await expect(denial(["m NSEC @ NSEC RRSIG", "@ NSEC c NSEC RRSIG"]), nil)
            try await expect(denial(["@ NSEC @ NSEC RRSIG"]), nil)
        }

        @Test("A name below the next one is an empty non-terminal's (RFC 4592 2.2.2)")
        func nonTerminal() async throws {
            try await expect(denial(["m NSEC x.no NSEC RRSIG"], .noError), nil)
            try await expect(
                denial(["m NSEC x.no NSEC RRSIG"]), .denialInvalid, saying: "the name exists")
        }

        @Test("Records outside of the zone are not its own")
        func outside() async throws {
            try await expect(denial(["test. NSEC zz.test. NSEC RRSIG"]), .denialInvalid)
            try await expect(denial(["other.test. NSEC example.test. NSEC RRSIG"]), .denialInvalid)
        }

        @Test("Unsigned records beside signed ones are nothing")
        func unsigned() async throws {
            var tree = try Self.shared.get()
            let zone = try tree["example.test"]
            let sound = try zone.signing(Self.sound)
            let unsigned = try ZoneText.records("m NSEC zz NSEC RRSIG".utf8, origin: zone.apex)
            try tree.reply(
                to: "no.example.test", .a, .nameError, authorities: unsigned + sound + unsigned)
            try await expect(tree.validate("no.example.test"), nil)
            try tree.reply(to: "no.example.test", .a, .nameError, authorities: unsigned)
            try await expect(tree.validate("no.example.test"), .rrsigMissing, in: "example.test")
        }

        /// The zone's NSEC3 records, each changed and signed anew.
        private func hashedDenial(
            _ change: (inout NSEC3) -> Void
        ) async throws -> Validation {
            var tree = try Self.hashed.get()
            let zone = try tree["example.test"]
            let key = try #require(zone.keys.last)
            let changed = try zone.nsec3.flatMap { _, records in
                var record = records[0]
                guard case .nsec3(var nsec3) = record.data else { return records }
                change(&nsec3)
                record.data = .nsec3(nsec3)
                let rrset = try #require(RRset(owner: record.owner, type: .nsec3, in: [record]))
                return [record, try key.sign(rrset, as: zone.apex)]
            }
            try tree.reply(to: "no.example.test", .a, .nameError, authorities: changed)
            return try await tree.validate("no.example.test")
        }

        @Test("Unknown hash algorithms (RFC 5155 8.1)", arguments: [0, 2, 255] as [UInt8])
        func hashAlgorithms(_ number: UInt8) async throws {
            try await expect(hashedDenial { $0.hashAlgorithm = 1 }, nil)
            try await expect(
                hashedDenial { $0.hashAlgorithm = number }, .denialInvalid, in: "example.test")
        }

        @Test("Unknown flags (RFC 5155 8.2)", arguments: [2, 3, 128, 255] as [UInt8])
        func flags(_ flags: UInt8) async throws {
            try await expect(hashedDenial { $0.flags = flags }, .denialInvalid, in: "example.test")
            // The one that is known makes it an opt-out span.
            try await expect(hashedDenial { $0.flags = 1 }, .noDNSSEC, in: "example.test")
        }

        @Test("A hash of another length, or another salt or count than it was made with")
        func parameters() async throws {
            try await expect(hashedDenial { $0.nextHash.removeLast() }, .denialInvalid)
            try await expect(hashedDenial { $0.salt = [1] }, .denialInvalid)
            try await expect(hashedDenial { $0.iterations = 1 }, .denialInvalid)
            try await expect(
                hashedDenial { $0.iterations = 151 }, .algorithmUnsupported, in: "example.test")
        }

        @Test("One chain's records must do (RFC 5155 8.2), and NSEC3 goes before NSEC")
        func chains() async throws {
            var tree = try Self.hashed.get()
            let zone = try tree["example.test"]
            let whole = zone.nsec3.flatMap(\.records)
            // Another chain's records, as in a change of the salt, do no harm behind those that prove.
            let other = try zone.signing(
                "0123456789abcdefghijklmnopqrstuv NSEC3 1 0 0 CC 0123456789abcdefghijklmnopqrstv0 A"
            )
            let plain = try zone.signing("@ NSEC zz NSEC RRSIG")
            for extra in [other, plain] {
                try tree.reply(to: "no.example.test", .a, .nameError, authorities: whole + extra)
                try await expect(tree.validate("no.example.test"), nil)
            }
            try tree.reply(to: "no.example.test", .a, .nameError, authorities: other)
            try await expect(tree.validate("no.example.test"), .denialInvalid, in: "example.test")
        }

        @Test("Under opt-out a delegation that has a record of its own is denied its DS soundly")
        func optOutMatch() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", denial: .nsec3()),
                ZoneSpec("example.test", "www A 192.0.2.1", algorithm: nil),
            ])
            var optOut = tree
            let asked = try Question(name("example.test"), .ds)
            let proof = try tree.answer(asked).get().authorities
            let zone = try tree["test"]
            let record = try #require(proof.first { $0.type == .nsec3 })
            var changed = record
            guard case .nsec3(var nsec3) = record.data else { return }
            nsec3.flags = 1
            changed.data = .nsec3(nsec3)
            let rrset = try #require(RRset(owner: record.owner, type: .nsec3, in: [changed]))
            try optOut.reply(
                to: "example.test", .ds,
                authorities: [changed, #require(zone.keys.last).sign(rrset, as: zone.apex)])
            for tree in [tree, optOut] {
                try await expect(tree.validate("example.test", .ds), nil)
                try await expect(
                    tree.validate("www.example.test"), .noDNSSEC, in: "example.test",
                    saying: "has no DS")
            }
        }

        @Test("The limit of iterations counts before their cost, and is told (RFC 9276 3.2)")
        func iterations() async throws {
            try await expect(
                hashedDenial { $0.iterations = .max }, .algorithmUnsupported, in: "example.test",
                saying: "65535 iterations, more than 150")
        }
    }
}
