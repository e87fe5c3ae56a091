import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("Signatures over an answer") struct SignatureTests {
        /// A tree whose `www.example.test A` is signed with these fields.
        private func tree(_ fields: Key.Fields, by key: Key? = nil, as signer: String? = nil) throws
            -> Tree
        {
            var tree = try Tree.plain("www A 192.0.2.1\n*.wild A 192.0.2.2")
            try tree.change("example.test") { zone in
                try zone.resign(
                    name("www.example.test"), .a, by: key, as: signer.map(name), fields)
            }
            return tree
        }

        @Test(arguments: [
            (-1, 86400, nil), (0, 86400, nil), (1, 86400, Fault.Kind.signatureNotYetValid),
            (-86400, 1, nil), (-86400, 0, nil), (-86400, -1, .signatureExpired),
            // The whole window lies in the past, or in the future.
            (-20, -10, .signatureExpired), (10, 20, .signatureNotYetValid),
        ])
        func windowsHoldToTheSecond(_ start: Int64, _ end: Int64, _ kind: Fault.Kind?) async throws
        {
            let tree = try tree(Key.Fields(inception: now + start, expiration: now + end))
            try await expect(
                tree.validate("www.example.test"), kind, in: kind == nil ? nil : "example.test")
        }

        @Test func timesPass2106() async throws {
            let turn: Int64 = 1 << 32
            let fields = Key.Fields(inception: turn - 3600, expiration: turn + 1000)
            let tree = try Tree([
                ZoneSpec(".", fields: fields), ZoneSpec("test", "www A 192.0.2.1", fields: fields),
            ])
            for (time, kind) in [
                (turn - 3601, Fault.Kind.signatureNotYetValid), (turn - 3600, nil), (turn - 1, nil),
                (turn, nil), (turn + 1000, nil), (turn + 1001, .signatureExpired),
            ] {
                try await expect(tree.validate("www.test", at: time), kind)
            }
            let result = try await tree.validate("www.test", at: turn - 1)
            #expect(result.earliestSignature?.expiration == turn + 1000)
            #expect(result.earliestSignature?.inception == turn - 3600)
        }

        /// Each of its ends is on the right side of the clock, and yet they are in the wrong order (RFC 1982 3.2).
        @Test func aWindowThatEndsBeforeItBegins() async throws {
            let far: Int64 = 1 << 31
            let fields = Key.Fields(inception: now - far + 100, expiration: now + 9999)
            try await expect(
                tree(fields).validate("www.example.test"), .signatureInvalid, in: "example.test",
                saying: "ends before it begins")
        }

        @Test func theClockMayBeAnywhere() async throws {
            let tree = try Tree.plain()
            for time in [Int64.min, -1, 0, 1, .max] {
                #expect(try await tree.validate("www.example.test", at: time).status == .bogus)
            }
        }

        @Test(arguments: ["test", ".", "other.test", "www.example.test"])
        func anotherZoneMaySignNothing(_ signer: String) async throws {
            let tree = try tree(Key.Fields(), as: signer)
            let result = try await tree.validate("www.example.test")
            #expect(result.fault?.kind == .signatureInvalid)
        }

        @Test func moreLabelsThanTheOwnerHas() async throws {
            try await expect(
                tree(Key.Fields(labels: 4)).validate("www.example.test"), .signatureInvalid,
                in: "example.test", saying: "4 labels")
        }

        /// CVE-2026-44690: a wildcard above the zone would be another zone's.
        @Test(arguments: [0, 1] as [UInt8])
        func fewerLabelsThanTheZoneHas(_ labels: UInt8) async throws {
            try await expect(
                tree(Key.Fields(labels: labels)).validate("www.example.test"), .signatureInvalid,
                in: "example.test", saying: "\(labels) labels")
        }

        @Test func fieldsThatTheSignatureCovers() async throws {
            var tree = try Tree.plain()
            try tree.change("example.test") { zone in
                let owner = try name("www.example.test")
                zone.nodes[owner] = zone.nodes[owner]?.map { record in
                    guard var signature = record.rrsig, signature.typeCovered == .a else {
                        return record
                    }
                    signature.originalTTL += 1
                    var changed = record
                    changed.data = .rrsig(signature)
                    return changed
                }
            }
            try await expect(
                tree.validate("www.example.test"), .signatureInvalid, in: "example.test",
                saying: "does not verify")
        }

        @Test func aKeyThatTheZoneHasNot() async throws {
            try await expect(
                tree(Key.Fields(), by: Key(.ecdsaP256SHA256)).validate("www.example.test"),
                .signatureInvalid, in: "example.test", saying: "no usable key")
        }

        @Test(
            arguments: [
                (0, 3), (DNSKEY.zoneKeyFlag | DNSKEY.revokedFlag, 3),
                (DNSKEY.zoneKeyFlag, 2), (DNSKEY.secureEntryPointFlag, 3),
            ] as [(UInt16, UInt8)])
        func aKeyThatMayNotSign(_ flags: UInt16, _ protocolNumber: UInt8) async throws {
            var second = try Key(.ecdsaP256SHA256)
            second.dnskey.flags = flags
            second.dnskey.protocol = protocolNumber
            let tree = try Tree([
                ZoneSpec("."),
                ZoneSpec("test", "www A 192.0.2.1", keys: [Key(.ecdsaP256SHA256), second]),
            ])
            try await expect(
                tree.validate("www.test"), .signatureInvalid, in: "test", saying: "no usable key")
        }

        @Test func oneGoodSignatureAmongBadOnes() async throws {
            var tree = try Tree.plain()
            let stranger = try Key(.ed25519)
            try tree.change("example.test") { zone in
                let owner = try name("www.example.test")
                let rrset = try #require(zone.rrset(owner, .a))
                let old = Key.Fields(inception: 0, expiration: 1)
                let key = try #require(zone.keys.first)
                zone.nodes[owner]?.insert(try stranger.sign(rrset, as: zone.apex), at: 0)
                zone.nodes[owner]?.insert(try key.sign(rrset, as: zone.apex, old), at: 0)
                zone.nodes[owner]?.insert(try stranger.sign(rrset, as: .root), at: 0)
            }
            try await expect(tree.validate("www.example.test"), nil)
        }

        @Test func noSignatureButOfAnUnsupportedAlgorithm() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question.type == .a else { return }
                message.answers = message.answers.map { record in
                    guard var signature = record.rrsig else { return record }
                    signature = RRSIG(
                        typeCovered: signature.typeCovered,
                        algorithm: SecurityAlgorithm(rawValue: 253), labels: signature.labels,
                        originalTTL: signature.originalTTL, expiration: signature.expiration,
                        inception: signature.inception, keyTag: signature.keyTag,
                        signer: signature.signer, signature: signature.signature)
                    var changed = record
                    changed.data = .rrsig(signature)
                    return changed
                }
            }
            try await expect(
                tree.validate("www.example.test"), .rrsigMissing, in: "example.test",
                saying: "unsupported algorithms only (PRIVATEDNS)")
        }

        @Test func caseAndOrderAndRepetitionDoNotCount() async throws {
            var tree = try Tree.plain("www MX 10 Mail\nwww MX 5 other")
            tree.edit { question, message in
                guard question.type == .mx else { return }
                message.answers = (message.answers + message.answers).reversed().map { record in
                    var loud = record
                    loud.owner = Name(record.owner.text.uppercased()) ?? record.owner
                    if case .mx(var mx) = record.data {
                        mx.exchange = Name(mx.exchange.text.uppercased()) ?? mx.exchange
                        loud.data = .mx(mx)
                    }
                    return loud
                }
            }
            let result = try await tree.validate("WWW.example.TEST", .mx)
            try expect(result, nil)
            #expect(result.answer.first?.data.count == 2)
        }

        @Test func aLongerTTLThanTheSignersIsCutDown() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question.type == .a else { return }
                message.answers = message.answers.map { record in
                    var changed = record
                    changed.ttl = 1_000_000
                    return changed
                }
            }
            let result = try await tree.validate("www.example.test")
            try expect(result, nil)
            #expect(result.answer.first?.ttl == 3600)
            #expect(result.zones.map(\.longestTTL) == [3600, 3600, 3600])
            let late = try await tree.validate("www.example.test", at: now + 86400 - 60)
            #expect(late.answer.first?.ttl == 60)
        }

        @Test func signaturesAreNotSigned() async throws {
            let tree = try Tree.plain()
            try await expect(
                tree.validate("www.example.test", .rrsig), .indeterminate, in: "www.example.test")
        }

        @Test func anyIsAllThatStandsAtTheName() async throws {
            var tree = try Tree.plain("www A 192.0.2.1\nwww TXT hello\nwww AAAA 2001:db8::1")
            let result = try await tree.validate("www.example.test", .any)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.a, .txt, .aaaa, .nsec])
            try tree.change("example.test") { zone in
                try zone.nodes[name("www.example.test")]?.removeAll {
                    $0.rrsig?.typeCovered == .txt
                }
            }
            try await expect(
                tree.validate("www.example.test", .any), .rrsigMissing, in: "example.test",
                saying: "www.example.test TXT")
        }
    }
}
