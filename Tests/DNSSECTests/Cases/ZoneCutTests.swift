import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// Questions at, above and just below zone cuts, and what the records there may prove.
    @Suite("At and around zone cuts") struct ZoneCutTests {
        static let kinds: [DenialKind] = [.nsec, .nsec3()]

        private static let trees = Result {
            try Dictionary(
                uniqueKeysWithValues: kinds.map { kind in
                    (
                        kind,
                        try Tree([
                            ZoneSpec(".", denial: kind), ZoneSpec("test", denial: kind),
                            ZoneSpec(
                                "example.test",
                                "www A 192.0.2.1\nsub DNAME other.test.\nalias CNAME www",
                                denial: kind),
                            ZoneSpec("signed.example.test", "www A 192.0.2.2", denial: kind),
                            ZoneSpec("unsigned.example.test", "www A 192.0.2.3", algorithm: nil),
                        ])
                    )
                })
        }

        private func tree(_ kind: DenialKind) throws -> Tree {
            try #require(Self.trees.get()[kind])
        }

        /// All that a zone could ever say in denial, at once.
        private func proofs(_ apex: String, in tree: Tree) throws -> [Record] {
            let zone = try tree[apex]
            return zone.nsec3.flatMap(\.records)
                + zone.nodes.keys.flatMap { zone.signed($0, .nsec) } + zone.signed(zone.apex, .soa)
        }

        @Test("The DS is the parent's (RFC 4035 3.1.4.1)", arguments: kinds)
        func parentSide(_ kind: DenialKind) async throws {
            let tree = try tree(kind)
            let present = try await tree.validate("signed.example.test", .ds)
            try expect(present, nil)
            #expect(present.answer.map(\.type) == [.ds])
            #expect(try present.zones.last?.zone == name("example.test"))
            let absent = try await tree.validate("unsigned.example.test", .ds)
            try expect(absent, nil)
            #expect(try absent.zones.last?.zone == name("example.test"))
            try await expect(tree.validate("test", .ds), nil)
            try await expect(tree.validate(".", .ds), nil)
            try await expect(tree.validate("www.example.test", .ds), nil)
        }

        @Test("What the child says of its own DS is no denial (RFC 6840 4.4)", arguments: kinds)
        func childSide(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            try tree.reply(
                to: "signed.example.test", .ds,
                authorities: proofs("signed.example.test", in: tree))
            try await expect(
                tree.validate("signed.example.test", .ds), .denialInvalid, in: "example.test")
            // Nor does it end the way down to the child's data.
            try await expect(
                tree.validate("ns.signed.example.test"), .denialInvalid, in: "example.test")
        }

        @Test("A DS that the child signs is none", arguments: kinds)
        func childsDS(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            let ds = try #require(tree["example.test"].rrset(name("signed.example.test"), .ds))
            let key = try #require(tree["signed.example.test"].keys.first)
            try tree.reply(
                to: "signed.example.test", .ds,
                answers: ds.records + [key.sign(ds, as: ds.owner)])
            try await expect(
                tree.validate("signed.example.test", .ds), .signatureInvalid, in: "example.test")
        }

        @Test(
            "An ancestor's record at a cut denies nothing at or below it (RFC 6840 4.1)",
            arguments: kinds, ["signed.example.test", "unsigned.example.test"])
        func ancestorDelegation(_ kind: DenialKind, _ cut: String) async throws {
            var tree = try tree(kind)
            let all = try proofs("example.test", in: tree)
            for (owner, type) in [(cut, RecordType.txt), ("www.\(cut)", .txt), ("no.\(cut)", .txt)]
            {
                for code in [ResponseCode.noError, .nameError] {
                    try tree.reply(to: owner, type, code, authorities: all)
                    let result = try await tree.validate(owner, type)
                    // Without a DS it shows at least that none of it is signed (RFC 4035 5.2).
                    if cut.hasPrefix("unsigned") {
                        try expect(result, .noDNSSEC, in: cut)
                    } else {
                        try expect(result, .denialInvalid, in: "example.test")
                    }
                }
            }
        }

        @Test(
            "A record at a DNAME denies nothing below it (RFC 6840 4.1, RFC 6672 5.3.4.1)",
            arguments: kinds)
        func ancestorDNAME(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            let all = try proofs("example.test", in: tree)
            for owner in ["www.sub.example.test", "a.b.sub.example.test"] {
                for code in [ResponseCode.noError, .nameError] {
                    try tree.reply(to: owner, .a, code, authorities: all)
                    try await expect(tree.validate(owner), .denialInvalid, in: "example.test")
                }
            }
            // At the DNAME's own name it denies as any other.
            try await expect(tree.validate("sub.example.test", .txt), nil)
        }

        @Test("Where there is a CNAME no other type is denied (RFC 6840 4.3)", arguments: kinds)
        func besideCNAME(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            try tree.reply(
                to: "alias.example.test", .txt, authorities: proofs("example.test", in: tree))
            try await expect(
                tree.validate("alias.example.test", .txt), .denialInvalid, in: "example.test")
        }

        @Test("NSEC records are data: each side of a cut has its own", arguments: [false, true])
        func nsecAsked(_ isParents: Bool) async throws {
            var tree = try tree(.nsec)
            let cut = try name("signed.example.test")
            if isParents {
                try tree.reply(
                    to: "signed.example.test", .nsec,
                    answers: tree["example.test"].signed(cut, .nsec))
            }
            let result = try await tree.validate("signed.example.test", .nsec)
            try expect(result, nil)
            #expect(result.answer.first?.data.first?.types?.contains(.soa) == !isParents)
        }

        @Test(
            "An NSEC3's owner is no name of the zone (RFC 5155 7.2.8)",
            arguments: [RecordType.nsec3, .a, .any])
        func nsec3Asked(_ type: RecordType) async throws {
            var tree = try tree(.nsec3())
            let record = try #require(tree["example.test"].nsec3.first?.records.first)
            let result = try await tree.validate(record.owner.text, type)
            try expect(result, nil)
            #expect(result.answer.isEmpty && !result.denial.isEmpty)
            // A server that gives it all the same gives signed data.
            try tree.reply(
                to: record.owner.text, .nsec3,
                answers: #require(tree["example.test"].nsec3.first).records)
            try await expect(tree.validate(record.owner.text, .nsec3), nil)
        }

        @Test(
            "What stands at an apex only is never the parent's (RFC 4035 2.1, 2.2, 5.3.1)",
            arguments: [RecordType.soa, .ns, .dnskey])
        func apexTypes(_ type: RecordType) async throws {
            var tree = try tree(.nsec)
            let owner = try name("signed.example.test")
            let rrset = try #require(tree["signed.example.test"].rrset(owner, type))
            let parent = try #require(tree["example.test"].keys.last)
            try tree.reply(
                to: owner.text, type,
                answers: rrset.records + [parent.sign(rrset, as: name("example.test"))])
            let result = try await tree.validate(owner.text, type)
            #expect(result.fault?.kind == .signatureInvalid)
            #expect(result.fault?.detail.contains("not the zone that begins there") == true)
        }

        /// RFC 4035 5.3.1: the signer "MUST be the name of the zone that contains the RRset". Which zone that is
        /// only the parent tells, by its DS and NS; and a parent that signs in its child's stead could as well
        /// sign other DS records. Unbound and delv were tried: both take the signer's word and look for no cut
        /// below it, which would cost a question a label; delv, not Unbound, refuses SOA and NS. So does this
        /// validator: the data are proven by a key that the chain leads to.
        @Test("Other data that the parent signs soundly within its child are secure")
        func parentsSignature() async throws {
            var tree = try tree(.nsec)
            let rrset = try #require(
                tree["signed.example.test"].rrset(name("www.signed.example.test"), .a))
            let parent = try #require(tree["example.test"].keys.last)
            try tree.reply(
                to: "www.signed.example.test",
                answers: rrset.records + [parent.sign(rrset, as: name("example.test"))])
            let result = try await tree.validate("www.signed.example.test")
            try expect(result, nil)
            #expect(try result.zones.last?.zone == name("example.test"))
            // The child's key may not sign in its parent's name, nor the parent's in its child's.
            let child = try #require(tree["signed.example.test"].keys.last)
            for (key, signer) in [(child, "example.test"), (parent, "signed.example.test")] {
                try tree.reply(
                    to: "www.signed.example.test",
                    answers: rrset.records + [key.sign(rrset, as: name(signer))])
                try await expect(
                    tree.validate("www.signed.example.test"), .signatureInvalid, in: signer,
                    saying: "no usable key of the zone")
            }
        }

        @Test("A parent's denial within its signed child is refused", arguments: kinds)
        func parentsDenial(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            for above in [".", "test", "example.test"] {
                try tree.reply(
                    to: "no.signed.example.test", .a, .nameError,
                    authorities: proofs(above, in: tree))
                try await expect(
                    tree.validate("no.signed.example.test"), .denialInvalid, in: above)
            }
        }
    }
}

extension RecordData {
    fileprivate var types: TypeBitmap? {
        if case .nsec(let nsec) = self { nsec.types } else { nil }
    }
}
