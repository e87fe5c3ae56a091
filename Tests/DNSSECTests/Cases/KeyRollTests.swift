import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// RFC 4035 5.2, RFC 4509, RFC 6840 5.11 to 5.14, RFC 8624, RFC 9905: any sound path is enough.
    @Suite("Keys, digests and algorithms in a roll-over") struct KeyRollTests {
        /// `test` with these keys, the first of which signs them, the last all else.
        private func tree(_ keys: [Key], digests: [DigestType] = [.sha256]) throws -> Tree {
            try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", digests: digests, keys: keys),
            ])
        }

        private func ds(_ key: Key, _ digest: DigestType = .sha256) throws -> DS {
            try #require(DS(of: key.dnskey, zone: name("test"), digestType: digest))
        }

        /// Puts these DS records into the place of the others.
        private func vouch(_ signers: [DS], in tree: inout Tree) throws {
            let owner = try name("test")
            try tree.change(".") { zone in
                zone.nodes[owner]?.removeAll { $0.type == .ds }
                zone.nodes[owner]? += signers.map {
                    Record(owner: owner, type: .ds, ttl: 3600, data: .ds($0))
                }
                try zone.resign(owner, .ds, Key.Fields())
            }
        }

        @Test(
            "The SEP bit is a hint, no right (RFC 4034 2.1.1)", arguments: [256, 257] as [UInt16])
        func combinedKey(_ flags: UInt16) async throws {
            let result = try await tree([Key(.ecdsaP256SHA256, flags: flags)]).validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.keyTags.count == 1)
        }

        @Test("One DS of several that matches is enough, in any place", arguments: [0, 1, 2])
        func oneOfSeveral(_ place: Int) async throws {
            let (key, gone, other) = try (
                Key(.ecdsaP256SHA256), Key(.ecdsaP256SHA256), Key(.ed25519)
            )
            var tree = try tree([key])
            var signers = try [ds(gone), ds(other)]
            signers.insert(try ds(key), at: place)
            try vouch(signers, in: &tree)
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(try result.zones.last?.trustedBy == [ds(key)])
            try vouch([ds(gone), ds(other)], in: &tree)
            try await expect(tree.validate("www.test"), .dsMismatch, in: "test")
        }

        @Test("Algorithms of the DS need not all sign (RFC 6840 5.11)", arguments: [true, false])
        func algorithmRoll(_ newSigns: Bool) async throws {
            let (old, new) = try (Key(.rsaSHA256), Key(.ecdsaP256SHA256))
            // All is signed by one of the two, the DNSKEY RRset too.
            var tree = try tree(newSigns ? [old, new] : [new, old])
            try tree.change("test") { zone in
                try zone.resign(zone.apex, .dnskey, by: zone.keys.last, Key.Fields())
            }
            try vouch([ds(old), ds(new)], in: &tree)
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.algorithms.count == 2)
            // Where the DS names only the key that does not sign, there is no path.
            try vouch([ds(newSigns ? old : new)], in: &tree)
            try await expect(
                tree.validate("www.test"), .dsMismatch, in: "test", saying: "but only key")
        }

        @Test("Data may be signed by an algorithm that no DS names")
        func zoneKeyOfAnotherAlgorithm() async throws {
            let tree = try tree([Key(.ecdsaP256SHA256), Key(.ed25519, flags: 256)])
            try await expect(tree.validate("www.test"), nil)
        }

        @Test("Keys that are no use stand beside those that are")
        func foreignKeys() async throws {
            var (revoked, other, host) = try (
                Key(.ecdsaP256SHA256), Key(.ed25519), Key(.ecdsaP256SHA256)
            )
            revoked.dnskey.flags |= DNSKEY.revokedFlag
            other.dnskey.algorithm = SecurityAlgorithm(rawValue: 200)
            host.dnskey.flags = 0
            let key = try Key(.ecdsaP256SHA256)
            var tree = try tree([key, revoked, other, host, key])
            try tree.change("test") { zone in
                let rrset = try #require(zone.rrset(zone.apex, .dnskey))
                // As RFC 5011 2.1 wants, the revoked key signs its own revocation.
                zone.nodes[zone.apex]?.insert(try revoked.sign(rrset, as: zone.apex), at: 0)
            }
            try await expect(tree.validate("www.test"), nil)
            // But vouches for nothing: with its own DS the zone has no path.
            try vouch([ds(revoked)], in: &tree)
            try await expect(
                tree.validate("www.test"), .dsMismatch, in: "test", saying: "is revoked")
            try vouch([ds(revoked), ds(key)], in: &tree)
            try await expect(tree.validate("www.test"), nil)
        }

        @Test(
            "Algorithms that are not supported leave a zone unsigned (RFC 4035 5.2, RFC 9906)",
            arguments: [1, 3, 6, 12, 17, 200, 252, 253, 254] as [UInt8])
        func unsupportedAlgorithm(_ algorithm: UInt8) async throws {
            let key = try Key(.ecdsaP256SHA256)
            var tree = try tree([key])
            var other = try ds(key)
            other = DS(
                keyTag: other.keyTag, algorithm: SecurityAlgorithm(rawValue: algorithm),
                digestType: .sha256, digest: other.digest)
            try vouch([other], in: &tree)
            try await expect(tree.validate("www.test"), .algorithmUnsupported, in: "test")
            // A supported one beside it must hold.
            try vouch([other, ds(key)], in: &tree)
            try await expect(tree.validate("www.test"), nil)
            try vouch([other, ds(Key(.ecdsaP256SHA256))], in: &tree)
            try await expect(tree.validate("www.test"), .dsMismatch, in: "test")
        }

        @Test("Only a stronger DS that can be judged puts SHA-1 out of count (RFC 4509 3)")
        func unsupportedBesideSHA1() async throws {
            let key = try Key(.ecdsaP256SHA256)
            var tree = try tree([key])
            let strong = try ds(key)
            let unsupported = [
                DS(
                    keyTag: strong.keyTag, algorithm: SecurityAlgorithm(rawValue: 200),
                    digestType: .sha256, digest: strong.digest),
                // GOST R 34.11-94.
                DS(
                    keyTag: strong.keyTag, algorithm: strong.algorithm,
                    digestType: DigestType(rawValue: 3), digest: strong.digest),
            ]
            try vouch(unsupported + [ds(key, .sha1)], in: &tree)
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.trustedBy.map(\.digestType) == [.sha1])
        }

        @Test("Algorithm 5 may go with NSEC3: RFC 5155 2 binds signers, not those who know NSEC3")
        func nsec3WithRSASHA1() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", algorithm: .rsaSHA1, denial: .nsec3()),
            ])
            try await expect(tree.validate("no.test"), nil)
        }

        @Test("SHA-384 alone need not match where SHA-256 does")
        func strongDigests() async throws {
            let key = try Key(.ecdsaP256SHA256)
            var tree = try tree([key])
            var wrong = try ds(key, .sha384)
            wrong.digest[0] ^= 1
            try vouch([wrong, ds(key)], in: &tree)
            try await expect(tree.validate("www.test"), nil)
        }

        @Test(
            "What rests on SHA-1 alone is told (RFC 9905)",
            arguments: [SecurityAlgorithm.rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256])
        func deprecated(_ algorithm: SecurityAlgorithm) async throws {
            let key = try Key(algorithm)
            let result = try await tree([key], digests: [.sha1]).validate("www.test")
            try expect(result, nil)
            let notes = try #require(result.zones.last?.notes)
            #expect(notes.contains { $0.contains("digest type SHA-1 (RFC 9905)") })
            let isDeprecated = algorithm != .rsaSHA256
            #expect(
                notes.contains { $0.contains("signatures of \(algorithm) (RFC 9905)") }
                    == isDeprecated)
            #expect(notes.count == (isDeprecated ? 2 : 1))
            #expect(result.zones.first?.notes.isEmpty == true)
        }

        @Test("Beside a stronger signature and digest there is nothing to tell")
        func notDeprecated() async throws {
            let (old, new) = try (Key(.rsaSHA1), Key(.rsaSHA256))
            var tree = try tree([old, new], digests: [.sha1, .sha256])
            try tree.change("test") { zone in
                for (owner, type) in [(zone.apex, RecordType.dnskey), (try name("www.test"), .a)] {
                    let rrset = try #require(zone.rrset(owner, type))
                    zone.nodes[owner]?.removeAll { $0.rrsig?.typeCovered == type }
                    zone.nodes[owner]? += try [old, new].map { try $0.sign(rrset, as: zone.apex) }
                }
            }
            try vouch([ds(old, .sha1), ds(old), ds(new)], in: &tree)
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.notes == [])
            // The old signature still holds where the new one does not.
            try tree.change("test") { zone in
                let rrset = try #require(zone.rrset(name("www.test"), .a))
                zone.nodes[rrset.owner]?.removeAll { $0.type == .rrsig }
                zone.nodes[rrset.owner]? += try [
                    old.sign(rrset, as: zone.apex),
                    new.sign(rrset, as: zone.apex, Key.Fields(inception: 0, expiration: 1)),
                ]
            }
            let older = try await tree.validate("www.test")
            try expect(older, nil)
            #expect(older.zones.last?.notes.count == 1)
        }
    }
}
