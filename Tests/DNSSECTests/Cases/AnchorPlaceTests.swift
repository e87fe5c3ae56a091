import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// Where trust begins and where it is suspended: RFC 4033 5, RFC 5011, RFC 7646.
    @Suite("Anchors, islands and negative anchors") struct AnchorPlaceTests {
        private static let shared = Result {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec("mid.test", "www A 192.0.2.1", algorithm: nil),
                ZoneSpec("island.mid.test", "www A 192.0.2.2"),
                ZoneSpec("low.island.mid.test", "www A 192.0.2.3"),
                ZoneSpec("example.test", "www A 192.0.2.4"),
                ZoneSpec("sub.example.test", "www A 192.0.2.5"),
            ])
        }

        private func status(
            _ owner: String, anchors: [String], insecure: [String] = []
        ) async throws -> Status {
            let tree = try Self.shared.get()
            let validator = try tree.validator(
                anchors: tree.anchors(anchors), insecure: insecure.map { try name($0) })
            return try await validator.validate(Question(name(owner), .a), at: now).status
        }

        @Test("Below an unsigned zone only an anchor of its own makes an island of security")
        func island() async throws {
            let (both, root) = ([".", "island.mid.test"], ["."])
            #expect(try await status("www.island.mid.test", anchors: root) == .insecure)
            #expect(try await status("www.island.mid.test", anchors: both) == .secure)
            #expect(try await status("www.low.island.mid.test", anchors: both) == .secure)
            #expect(try await status("www.mid.test", anchors: both) == .insecure)
            let alone = ["island.mid.test"]
            #expect(try await status("www.low.island.mid.test", anchors: alone) == .secure)
            #expect(try await status("www.example.test", anchors: alone) == .indeterminate)
        }

        @Test("The closer of a negative and a positive anchor counts (RFC 7646)")
        func negative() async throws {
            let both = [".", "island.mid.test"]
            for (insecure, secured, unsecured) in [
                // Above the island: the island stays secure.
                (["mid.test"], "www.low.island.mid.test", "www.mid.test"),
                (["test"], "www.island.mid.test", "www.example.test"),
                (["."], "www.island.mid.test", "www.sub.example.test"),
                // Within it, or within a zone that the root vouches for.
                (["low.island.mid.test"], "www.island.mid.test", "www.low.island.mid.test"),
                (["sub.example.test"], "www.example.test", "www.sub.example.test"),
                // At the anchor itself the negative one counts.
                (["island.mid.test"], "www.example.test", "www.island.mid.test"),
                (["test", "island.mid.test"], "", "www.low.island.mid.test"),
            ] {
                let told = Comment(rawValue: "\(insecure)")
                if !secured.isEmpty {
                    let result = try await status(secured, anchors: both, insecure: insecure)
                    #expect(result == .secure, told)
                }
                let result = try await status(unsecured, anchors: both, insecure: insecure)
                #expect(result == .insecure, told)
            }
        }

        @Test("A negative anchor at a cut leaves its DS, which is the parent's, secure")
        func negativeDS() async throws {
            let tree = try Self.shared.get()
            let validator = try tree.validator(insecure: [name("example.test")])
            let result = try await validator.validate(
                Question(name("example.test"), .ds), at: now)
            try expect(result, nil)
        }

        /// RFC 6840 5.10 leaves the choice; Unbound and delv take the closest (appendix C.1).
        @Test("Of nested anchors the deepest counts, for better or worse")
        func nested() async throws {
            let tree = try Self.shared.get()
            let all = [".", "test", "example.test", "sub.example.test"]
            #expect(try await status("www.sub.example.test", anchors: all) == .secure)
            let anchors = try tree.anchors(all)
            let question = try Question(name("www.sub.example.test"), .a)
            let wrong = try TrustAnchors.Anchor.dnskey(Key(.ecdsaP256SHA256).dnskey)
            for (zone, kind) in [
                ("sub.example.test", Fault.Kind.dsMismatch as Fault.Kind?),
                ("example.test", nil), (".", nil),
            ] {
                var byZone = anchors.byZone
                byZone[try name(zone)] = [wrong]
                let result = try await tree.validator(anchors: TrustAnchors(byZone))
                    .validate(question, at: now)
                try expect(result, kind, in: kind == nil ? nil : zone)
            }
            // From the deepest on, nothing above is asked for.
            #expect(
                try await status("www.sub.example.test", anchors: ["sub.example.test"]) == .secure)
        }

        @Test("The DS of an anchored zone is its parent's, where an anchor leads to that")
        func anchoredDS() async throws {
            let tree = try Self.shared.get()
            for (anchors, kind) in [
                ([".", "example.test"], nil), (["example.test"], Fault.Kind.indeterminate),
            ] {
                let result = try await tree.validator(anchors: tree.anchors(anchors))
                    .validate(Question(name("example.test"), .ds), at: now)
                try expect(result, kind)
            }
        }

        /// What a root anchor's set and the root's keys are in a roll-over (RFC 5011 6.3).
        @Test("Root anchors in a roll-over")
        func rollOver() async throws {
            let (old, new) = try (Key(.rsaSHA256), Key(.rsaSHA256))
            var revoked = old
            revoked.dnskey.flags |= DNSKEY.revokedFlag
            func status(_ anchors: [Key], _ keys: [Key], signedBy signers: [Key]) async throws
                -> Status
            {
                var tree = try Tree([ZoneSpec(".", "www A 192.0.2.1", keys: keys)])
                try tree.change(".") { zone in
                    let rrset = try #require(zone.rrset(.root, .dnskey))
                    zone.nodes[.root]?.removeAll { $0.rrsig?.typeCovered == .dnskey }
                    zone.nodes[.root]? += try signers.map { try $0.sign(rrset, as: .root) }
                }
                let trusted = try anchors.map { key in
                    TrustAnchors.Anchor.ds(
                        try #require(DS(of: key.dnskey, zone: .root, digestType: .sha256)))
                }
                return try await tree.validator(anchors: TrustAnchors([.root: trusted]))
                    .validate(Question(name("www"), .a), at: now).status
            }
            let zoneKey = try Key(.ecdsaP256SHA256, flags: 256)
            // The new key is published; it signs; the old one is revoked; it is gone.
            for (keys, signers) in [
                ([old, zoneKey], [old]), ([old, new, zoneKey], [old]),
                ([old, new, zoneKey], [old, new]), ([old, new, zoneKey], [new]),
                ([revoked, new, zoneKey], [revoked, new]), ([new, zoneKey], [new]),
            ] {
                #expect(try await status([old, new], keys, signedBy: signers) == .secure)
            }
            // Who still trusts only the old one is lost once it is revoked or does not sign.
            #expect(try await status([old], [old, new, zoneKey], signedBy: [new]) == .bogus)
            #expect(
                try await status([old], [revoked, new, zoneKey], signedBy: [revoked, new])
                    == .bogus)
            #expect(try await status([old], [revoked, zoneKey], signedBy: [revoked]) == .bogus)
        }
    }
}
