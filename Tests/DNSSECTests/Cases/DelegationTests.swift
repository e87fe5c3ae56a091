import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("From the anchor down") struct DelegationTests {
        @Test(arguments: [DigestType.sha1, .sha256, .sha384])
        func everyDigestVouches(_ digest: DigestType) async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", digests: [digest]),
            ])
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.trustedBy.map(\.digestType) == [digest])
        }

        @Test func aStrongerDigestPutsSHA1OutOfCount() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", digests: [.sha1, .sha256]),
            ])
            let result = try await tree.validate("www.test")
            try expect(result, nil)
            #expect(result.zones.last?.trustedBy.map(\.digestType) == [.sha256])
            try tree.changeDS("test") { ds in if ds.digestType == .sha256 { ds.digest[0] ^= 1 } }
            // RFC 4509 3: the good SHA-1 must not save it.
            try await expect(tree.validate("www.test"), .dsMismatch, in: "test")
        }

        @Test func aDSOfNoKey() async throws {
            var tree = try Tree.plain()
            try tree.changeDS("example.test") { $0.digest[31] ^= 1 }
            try await expect(tree.validate("www.example.test"), .dsMismatch, in: "example.test")
            try tree.changeDS("example.test") { $0.keyTag &+= 1 }
            try await expect(
                tree.validate("www.example.test"), .dsMismatch, in: "example.test",
                saying: "matches no key of the zone")
        }

        @Test func aDSOfAKeyThatDoesNotSignTheKeys() async throws {
            var tree = try Tree([
                ZoneSpec("."),
                ZoneSpec(
                    "test", "www A 192.0.2.1", keys: [Key(.ecdsaP256SHA256), Key(.ecdsaP256SHA256)]),
            ])
            try await expect(tree.validate("www.test"), nil)
            try tree.change("test") { zone in
                try zone.resign(zone.apex, .dnskey, by: zone.keys[1], Key.Fields())
            }
            try await expect(
                tree.validate("www.test"), .dsMismatch, in: "test", saying: "but only key")
        }

        @Test(
            arguments: [
                (DNSKEY.zoneKeyFlag | DNSKEY.revokedFlag | 1, 3, "is revoked"),
                (1, 3, "is no zone key"), (DNSKEY.zoneKeyFlag | 1, 4, "is no zone key"),
            ] as [(UInt16, UInt8, String)])
        func aDSOfAKeyThatMayNotSign(_ flags: UInt16, _ number: UInt8, _ words: String) async throws
        {
            var key = try Key(.ecdsaP256SHA256)
            (key.dnskey.flags, key.dnskey.protocol) = (flags, number)
            let tree = try Tree([ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", keys: [key])])
            try await expect(tree.validate("www.test"), .dsMismatch, in: "test", saying: words)
        }

        @Test func keysThatAreExpired() async throws {
            var tree = try Tree.plain()
            try tree.change("test") { zone in
                try zone.resign(
                    zone.apex, .dnskey, Key.Fields(inception: now - 10, expiration: now - 5))
            }
            try await expect(
                tree.validate("www.example.test"), .signatureExpired, in: "test",
                saying: "test DNSKEY")
        }

        @Test func aDSWhoseSignatureIsExpired() async throws {
            var tree = try Tree.plain()
            try tree.change("test") { zone in
                try zone.resign(
                    name("example.test"), .ds, Key.Fields(inception: now - 10, expiration: now - 5))
            }
            try await expect(
                tree.validate("www.example.test"), .signatureExpired, in: "test",
                saying: "example.test DS")
        }

        @Test func noKeysAtAll() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question == Question(Name("example.test") ?? .root, .dnskey) else { return }
                message.answers = []
            }
            try await expect(tree.validate("www.example.test"), .dnskeyMissing, in: "example.test")
        }

        @Test func keysWithoutSignature() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question == Question(Name("example.test") ?? .root, .dnskey) else { return }
                message.answers.removeAll { $0.type == .rrsig }
            }
            try await expect(tree.validate("www.example.test"), .rrsigMissing, in: "example.test")
        }

        @Test(
            "An unsigned child is proven to be one",
            arguments: [DenialKind.nsec, .nsec3(), .nsec3(iterations: 10, optOut: true)])
        func unsignedChild(_ denial: DenialKind) async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", denial: denial),
                ZoneSpec("example.test", "www A 192.0.2.1\na.b A 192.0.2.2", algorithm: nil),
            ])
            for owner in ["www.example.test", "a.b.example.test", "example.test"] {
                let result = try await tree.validate(owner, owner == "example.test" ? .ns : .a)
                try expect(result, .noDNSSEC, in: "example.test")
                #expect(
                    try result.zones.map(\.zone) == [.root, name("test"), name("example.test")])
                #expect(result.zones.map(\.status) == [.secure, .secure, .insecure])
            }
            try await expect(tree.validate("no.example.test"), .noDNSSEC, in: "example.test")
        }

        @Test("A signed child without DS is as good as unsigned")
        func island() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", digests: []),
                ZoneSpec("example.test", "www A 192.0.2.1"),
            ])
            try await expect(tree.validate("www.example.test"), .noDNSSEC, in: "test")
            // An anchor of its own, alone or beside the root's, makes it an island of security.
            for anchored in [["example.test"], [".", "example.test"]] {
                let validator = try tree.validator(anchors: tree.anchors(anchored))
                let question = try Question(name("www.example.test"), .a)
                try await expect(validator.validate(question, at: now), nil)
                let above = try await validator.validate(Question(name("www.test"), .a), at: now)
                try expect(above, anchored.count == 1 ? .indeterminate : .noDNSSEC)
            }
        }

        @Test func theProofOfAnUnsignedChildIsMissing() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec("example.test", "www A 192.0.2.1", algorithm: nil),
            ])
            tree.edit { question, message in
                guard question.type == .ds else { return }
                message.authorities.removeAll { $0.type == .nsec || $0.rrsig?.typeCovered == .nsec }
            }
            try await expect(tree.validate("www.example.test"), .denialInvalid, in: "test")
        }

        @Test func theDSIsTakenAway() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question == Question(Name("example.test") ?? .root, .ds) else { return }
                message.answers = []
            }
            try await expect(tree.validate("www.example.test"), .denialInvalid, in: "test")
        }

        @Test("Only unsupported kinds vouch: insecure (RFC 4035 5.2)")
        func unsupported() async throws {
            var tree = try Tree.plain()
            try tree.changeDS("example.test") { ds in
                ds = DS(
                    keyTag: ds.keyTag, algorithm: ds.algorithm, digestType: DigestType(rawValue: 3),
                    digest: ds.digest)
            }
            try await expect(
                tree.validate("www.example.test"), .algorithmUnsupported, in: "example.test")
            try tree.changeDS("example.test") { ds in
                ds = DS(
                    keyTag: ds.keyTag, algorithm: SecurityAlgorithm(rawValue: 12),
                    digestType: .sha256, digest: ds.digest)
            }
            try await expect(
                tree.validate("www.example.test"), .algorithmUnsupported, in: "example.test")
        }

        @Test func anUnsupportedDSBesideAGoodOne() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", digests: [.sha256, .sha384]),
            ])
            try tree.changeDS("test") { ds in
                guard ds.digestType == .sha384 else { return }
                ds = DS(
                    keyTag: ds.keyTag, algorithm: ds.algorithm,
                    digestType: DigestType(rawValue: 99), digest: ds.digest)
            }
            try await expect(tree.validate("www.test"), nil)
        }

        @Test func noAnchorAtAll() async throws {
            let tree = try Tree.plain()
            let result = try await tree.validator(anchors: TrustAnchors([:]))
                .validate(Question(name("www.example.test"), .a), at: now)
            try expect(result, .indeterminate, in: "www.example.test", saying: "no trust anchor")
            #expect(tree.asked.all.count == 1)
        }

        @Test func anAnchorOfAnotherKey() async throws {
            let (tree, other) = try (Tree.plain(), Tree.plain())
            let result = try await tree.validator(anchors: other.anchors())
                .validate(Question(name("www.example.test"), .a), at: now)
            try expect(result, .dsMismatch, in: ".")
        }

        @Test func zonesTakenForInsecure() async throws {
            var tree = try Tree.plain()
            try tree.changeDS("example.test") { $0.digest[0] ^= 1 }
            let question = try Question(name("www.example.test"), .a)
            for zone in ["example.test", "test", ".", "www.example.test"] {
                let validator = try tree.validator(insecure: [name(zone)])
                try await expect(validator.validate(question, at: now), .noDNSSEC, in: zone)
            }
            let beside = try tree.validator(insecure: [name("other.test")])
            try await expect(beside.validate(question, at: now), .dsMismatch, in: "example.test")
            let denied = try tree.validator(insecure: [name("example.test")])
            try await expect(
                denied.validate(Question(name("no.example.test"), .a), at: now), .noDNSSEC)
        }

        @Test("Labels that are no zone cuts, empty ones too, are walked over")
        func noCuts() async throws {
            for denial in [DenialKind.nsec, .nsec3(), .nsec3(optOut: true)] {
                let tree = try Tree([
                    ZoneSpec("."), ZoneSpec("test", denial: denial),
                    ZoneSpec("a.b.c.test", "www A 192.0.2.1\nx.y.z TXT there", denial: denial),
                ])
                try await expect(tree.validate("www.a.b.c.test"), nil)
                try await expect(tree.validate("x.y.z.a.b.c.test", .txt), nil)
                // Without signatures to lead the walk, every label is asked for.
                var bare = tree
                bare.edit { question, message in
                    if question.type == .txt { message.answers.removeAll { $0.type == .rrsig } }
                }
                try await expect(
                    bare.validate("x.y.z.a.b.c.test", .txt), .rrsigMissing, in: "a.b.c.test")
            }
        }
    }
}

extension Tree {
    /// Changes every DS of a child and signs them anew.
    mutating func changeDS(_ child: String, _ change: (inout DS) -> Void) throws {
        let owner = try name(child)
        try self.change(try #require(owner.parent).text) { zone in
            zone.nodes[owner] = zone.nodes[owner]?.map { record in
                guard var ds = record.ds else { return record }
                change(&ds)
                return Record(owner: owner, type: .ds, ttl: record.ttl, data: .ds(ds))
            }
            try zone.resign(owner, .ds, Key.Fields())
        }
    }
}
