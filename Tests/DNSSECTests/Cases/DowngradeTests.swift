import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// What would make a zone unsigned, were it not covered by a signature: none of it may.
    @Suite("Downgrades") struct DowngradeTests {
        private func altered(
            _ tree: Tree, _ owner: String, _ type: RecordType,
            _ change: @escaping @Sendable (inout Record) -> Void
        ) throws -> Tree {
            let asked = try Question(name(owner), type)
            var tree = tree
            tree.edit { question, message in
                guard question == asked else { return }
                for index in message.answers.indices { change(&message.answers[index]) }
                for index in message.authorities.indices { change(&message.authorities[index]) }
            }
            return tree
        }

        @Test("A DS of another algorithm or digest", arguments: [0, 1])
        func ds(_ field: Int) async throws {
            let tree = try altered(.plain(), "example.test", .ds) { record in
                guard var ds = record.ds else { return }
                if field == 0 { ds.algorithm = SecurityAlgorithm(rawValue: 253) }
                if field == 1 { ds.digestType = DigestType(rawValue: 3) }
                record.data = .ds(ds)
            }
            try await expect(tree.validate("www.example.test"), .signatureInvalid, in: "test")
        }

        /// RFC 9276 3.2: the signature counts before the iterations do.
        @Test("NSEC3 records of more iterations, or of the opt-out flag", arguments: [0, 1])
        func nsec3(_ field: Int) async throws {
            let whole = try Tree.plain(denial: .nsec3())
            for owner in ["no.example.test", "www.example.test"] {
                let tree = try altered(whole, owner, .txt) { record in
                    guard case .nsec3(var nsec3) = record.data else { return }
                    if field == 0 { nsec3.iterations = 2000 }
                    if field == 1 { nsec3.flags = 1 }
                    record.data = .nsec3(nsec3)
                }
                try await expect(
                    tree.validate(owner, .txt), .signatureInvalid, in: "example.test")
            }
        }

        @Test(
            "Type bits that make a delegation of a name, or take its DS away",
            arguments: [DenialKind.nsec, .nsec3()])
        func types(_ denial: DenialKind) async throws {
            let whole = try Tree([
                ZoneSpec("."), ZoneSpec("test", "host A 192.0.2.1", denial: denial),
                ZoneSpec("example.test", "www A 192.0.2.1"),
            ])
            let proof = try whole.answer(Question(name("host.test"), .ds)).get().authorities
            var tree = whole
            try tree.reply(
                to: "host.test", answers: ZoneText.records("host.test. 60 A 192.0.2.66".utf8))
            try tree.reply(to: "host.test", .ds, authorities: proof)
            // Sound as it is, it only shows that the name is no cut, and the signature is missed.
            try await expect(tree.validate("host.test"), .rrsigMissing, in: "test")
            let delegation = try altered(tree, "host.test", .ds) { record in
                let types = TypeBitmap([.ns, .rrsig, .nsec])
                switch record.data {
                case .nsec(let nsec):
                    record.data = .nsec(NSEC(nextName: nsec.nextName, types: types))
                case .nsec3(var nsec3):
                    nsec3.types = types
                    record.data = .nsec3(nsec3)
                default: break
                }
            }
            try await expect(delegation.validate("host.test"), .signatureInvalid, in: "test")
        }

        @Test("Signatures made to be of an algorithm that is not supported")
        func signatures() async throws {
            for (owner, type) in [
                ("www.example.test", RecordType.a), ("example.test", .dnskey),
                ("example.test", .ds),
            ] {
                let tree = try altered(.plain(), owner, type) { record in
                    guard var signature = record.rrsig else { return }
                    signature.algorithm = SecurityAlgorithm(rawValue: 254)
                    record.data = .rrsig(signature)
                }
                #expect(try await tree.validate("www.example.test").status == .bogus)
            }
        }

        @Test("Keys of a DNSKEY RRset that are taken away or made useless")
        func keys() async throws {
            let whole = try Tree.plain()
            for change: @Sendable (inout DNSKEY) -> Void in [
                { $0.algorithm = SecurityAlgorithm(rawValue: 254) }, { $0.flags = 0 },
                { $0.flags |= DNSKEY.revokedFlag }, { $0.protocol = 2 }, { $0.publicKey = [] },
            ] {
                let tree = try altered(whole, "example.test", .dnskey) { record in
                    guard var key = record.dnskey else { return }
                    change(&key)
                    record.data = .dnskey(key)
                }
                try await expect(
                    tree.validate("www.example.test"), .dsMismatch, in: "example.test")
            }
        }

        @Test("Anchors that are not supported leave their zone unsigned, one that is must hold")
        func anchors() async throws {
            let tree = try Tree.plain()
            let question = try Question(name("www.example.test"), .a)
            let good = try #require(tree.anchors().byZone[.root])
            let odd = TrustAnchors.Anchor.ds(
                DS(
                    keyTag: 1, algorithm: SecurityAlgorithm(rawValue: 253), digestType: .sha256,
                    digest: [UInt8](repeating: 0, count: 32)))
            for (anchors, kind) in [
                ([odd], Fault.Kind.algorithmUnsupported as Fault.Kind?), ([odd] + good, nil),
            ] {
                let validator = try tree.validator(anchors: TrustAnchors([.root: anchors]))
                try await expect(validator.validate(question, at: now), kind)
            }
        }
    }
}
