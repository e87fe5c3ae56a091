import DNS
@testable import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("Denial of existence") struct DenialTests {
        static let text = """
            www A 192.0.2.1
            b.c TXT deep
            *.wild TXT made
            closer.wild A 192.0.2.3
            alias CNAME www
            """
        static let kinds: [DenialKind] = [.nsec, .nsec3(), .nsec3(iterations: 3)]

        private static let trees = Result {
            try Dictionary(uniqueKeysWithValues: kinds.map { ($0, try signed($0)) })
        }

        private func tree(_ denial: DenialKind) throws -> Tree {
            try Self.trees.get()[denial] ?? Self.signed(denial)
        }

        private static func signed(_ denial: DenialKind) throws -> Tree {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec("example.test", text, denial: denial),
                ZoneSpec("unsigned.example.test", algorithm: nil),
                ZoneSpec("signed.example.test"),
            ])
        }

        static let denied: [(String, RecordType)] = [
            // No such name, near and deep, before the first and after the last.
            ("no.example.test", .a), ("deep.under.no.example.test", .a), ("0.example.test", .a),
            ("zzz.example.test", .a), ("x.www.example.test", .a),
            // No such type, at the apex and at an empty non-terminal too.
            ("www.example.test", .aaaa), ("example.test", .txt), ("c.example.test", .a),
            ("wild.example.test", .a), ("www.example.test", .cname), ("c.example.test", .any),
            // A wildcard without the type.
            ("x.wild.example.test", .a), ("x.y.wild.example.test", .a), ("*.wild.example.test", .a),
            // DS: none here, or none there.
            ("www.example.test", .ds), ("no.example.test", .ds), ("unsigned.example.test", .ds),
            ("c.example.test", .ds), ("x.wild.example.test", .ds),
        ]

        @Test(arguments: kinds, denied)
        func isSecure(_ kind: DenialKind, _ question: (String, RecordType)) async throws {
            let result = try await tree(kind).validate(question.0, question.1)
            // `c` is empty but for what is below it: NSEC says so by its next name, and ANY is denied alike.
            try expect(result, nil)
            #expect(result.answer.isEmpty)
            #expect(!result.denial.isEmpty)
        }

        @Test(arguments: kinds, denied)
        func needsItsProof(_ kind: DenialKind, _ question: (String, RecordType)) async throws {
            var tree = try tree(kind)
            tree.edit { asked, message in
                guard asked.name == Name(question.0) else { return }
                message.authorities.removeAll {
                    [.nsec, .nsec3].contains($0.type)
                        || [.nsec, .nsec3].contains($0.rrsig?.typeCovered)
                }
            }
            try await expect(
                tree.validate(question.0, question.1), .denialInvalid, in: "example.test",
                saying: "brings no NSEC")
        }

        /// Each record of a proof is there for a reason.
        @Test(arguments: kinds, denied)
        func needsEveryPartOfIt(_ kind: DenialKind, _ question: (String, RecordType)) async throws {
            let whole = try tree(kind)
            let asked = try Question(name(question.0), question.1)
            let reply = try whole.answer(asked).get()
            let owners = Set(
                reply.authorities.filter { [.nsec, .nsec3].contains($0.type) }.map(\.owner))
            for owner in owners {
                var tree = whole
                tree.edit { question, message in
                    guard question == asked else { return }
                    message.authorities.removeAll { record in
                        record.owner == owner
                            && ([.nsec, .nsec3].contains(record.type)
                                || [.nsec, .nsec3].contains(record.rrsig?.typeCovered))
                    }
                }
                try await expect(
                    tree.validate(question.0, question.1), .denialInvalid, in: "example.test")
            }
        }

        @Test(arguments: kinds)
        func expiredProofsProveNothing(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            tree.edit { question, message in
                guard question.type == .a else { return }
                message.authorities = message.authorities.map { record in
                    guard var signature = record.rrsig, signature.typeCovered != .soa else {
                        return record
                    }
                    signature.expiration = signature.inception
                    var changed = record
                    changed.data = .rrsig(signature)
                    return changed
                }
            }
            try await expect(
                tree.validate("no.example.test"), .signatureExpired, in: "example.test")
        }

        @Test("A name that exists may be denied a type, not its existence", arguments: kinds)
        func wrongCode(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            tree.edit { question, message in
                if question.type == .aaaa { message.responseCode = .nameError }
            }
            try await expect(
                tree.validate("www.example.test", .aaaa), .denialInvalid, in: "example.test",
                saying: "NXDOMAIN")
            try await expect(tree.validate("no.example.test", .aaaa), nil)
        }

        @Test("What is there cannot be denied by replaying another's proof", arguments: kinds)
        func replays(_ kind: DenialKind) async throws {
            let questions: [(String, RecordType)] = [
                ("www.example.test", .a), ("closer.wild.example.test", .a),
                ("b.c.example.test", .txt),
                ("x.wild.example.test", .txt), ("alias.example.test", .aaaa),
                ("www.example.test", .any), ("signed.example.test", .ds),
                ("host.signed.example.test", .a), ("signed.example.test", .a),
            ]
            var tree = try tree(kind)
            let zone = try tree["example.test"]
            // Everything the zone could ever say at once.
            let all =
                zone.nsec3.flatMap(\.records)
                + zone.nodes.keys.flatMap { zone.signed($0, .nsec) } + zone.signed(zone.apex, .soa)
            for code in [ResponseCode.noError, .nameError] {
                for (owner, type) in questions {
                    let asked = try Question(name(owner), type)
                    var denying = tree
                    denying.edit { question, message in
                        guard question == asked else { return }
                        (message.answers, message.authorities) = ([], all)
                        message.responseCode = code
                    }
                    let result = try await denying.validate(owner, type)
                    #expect(result.status == .bogus, "\(asked) \(code)")
                    #expect(result.fault?.kind == .denialInvalid)
                }
            }
            tree.edits = []
        }

        @Test("A parent's record at a cut says nothing of the child's data (RFC 6840 4.1)")
        func parentSide() async throws {
            var tree = try tree(.nsec)
            let cut = try name("signed.example.test")
            let proof = try tree["example.test"].signed(cut, .nsec)
            tree.edit { question, message in
                guard question.type == .txt else { return }
                (message.answers, message.authorities) = ([], proof)
            }
            try await expect(
                tree.validate("signed.example.test", .txt), .denialInvalid, in: "example.test")
            try await expect(
                tree.validate("www.signed.example.test", .txt), .denialInvalid, in: "example.test")
        }

        @Test("What is at or below a cut without DS is unsigned (RFC 4035 5.2)", arguments: kinds)
        func parentSideOfAnUnsignedZone(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            let cut = try name("unsigned.example.test")
            let parent = try tree["example.test"]
            let proof = parent.matching(cut, ifNSEC3: false)
            let start = parent.signed(parent.apex, .soa)
            tree.edit { question, message in
                guard question.type == .txt else { return }
                (message.answers, message.authorities) = ([], start + proof)
            }
            for owner in ["unsigned.example.test", "no.unsigned.example.test"] {
                try await expect(
                    tree.validate(owner, .txt), .noDNSSEC, in: "unsigned.example.test")
            }
        }

        @Test("A child's record says nothing of its DS")
        func childSide() async throws {
            var tree = try tree(.nsec)
            let cut = try name("signed.example.test")
            let child = try tree["signed.example.test"]
            let proof = child.signed(cut, .nsec) + child.signed(cut, .soa)
            tree.edit { question, message in
                guard question == Question(cut, .ds) else { return }
                (message.answers, message.authorities) = ([], proof)
            }
            try await expect(
                tree.validate("signed.example.test", .ds), .denialInvalid, in: "example.test")
            try await expect(
                tree.validate("ns.signed.example.test"), .denialInvalid, in: "example.test")
        }

        @Test func theRootHasNoDS() async throws {
            for denial in [DenialKind.nsec, .nsec3()] {
                let tree = try Tree([ZoneSpec(".", denial: denial)])
                try await expect(tree.validate(".", .ds), nil)
                try await expect(tree.validate(".", .txt), nil)
                try await expect(tree.validate("test"), nil)
            }
        }

        @Test(
            "Wildcards need the proof that nothing is closer",
            arguments: kinds + [.nsec3(optOut: true)])
        func wildcards(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            let isOptOut = kind == .nsec3(optOut: true)
            for owner in ["x.wild.example.test", "x.y.z.wild.example.test"] {
                try await expect(
                    tree.validate(owner, .txt), isOptOut ? .noDNSSEC : nil,
                    in: isOptOut ? "example.test" : nil)
            }
            // Its own name needs none.
            try await expect(tree.validate("*.wild.example.test", .txt), nil)
            tree.edit { question, message in
                if question.type == .txt { message.authorities = [] }
            }
            try await expect(
                tree.validate("x.wild.example.test", .txt), .denialInvalid, in: "example.test",
                saying: "from a wildcard")
            try await expect(tree.validate("*.wild.example.test", .txt), nil)
        }

        @Test("A wildcard does not stand for a name that is there", arguments: kinds)
        func wildcardReplay(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            let donor = try tree.answer(Question(name("x.wild.example.test"), .txt)).get()
            tree.edit { question, message in
                guard question.type == .txt else { return }
                message = donor
                message.answers = donor.answers.map {
                    Record(owner: question.name, type: $0.type, ttl: $0.ttl, data: $0.data)
                }
            }
            try await expect(tree.validate("x.wild.example.test", .txt), nil)
            for owner in ["closer.wild.example.test", "a.closer.wild.example.test"] {
                try await expect(
                    tree.validate(owner, .txt), .denialInvalid, in: "example.test")
            }
        }

        @Test("An NSEC made from a wildcard speaks of no name (RFC 4035 5.4)")
        func wildcardNSEC() async throws {
            var tree = try tree(.nsec)
            let asked = try Question(name("closer.wild.example.test"), .a)
            let proof = try tree["example.test"].signed(name("*.wild.example.test"), .nsec)
            tree.edit { question, message in
                guard question == asked else { return }
                message.answers = []
                message.authorities = proof.map {
                    Record(owner: asked.name, type: $0.type, ttl: $0.ttl, data: $0.data)
                }
            }
            try await expect(
                tree.validate("closer.wild.example.test"), .denialInvalid, in: "example.test")
        }

        @Test("A wildcard makes no zone cut (RFC 4592 4.2)")
        func wildcardDS() async throws {
            let digest = String(repeating: "00", count: 32)
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "*.wild DS 1 13 2 \(digest)\n*.wild A 192.0.2.1"),
            ])
            try await expect(tree.validate("x.wild.test"), nil)
            try await expect(tree.validate("x.wild.test", .ds), nil)
            // Without a signature to lead the walk, the DS of the name itself is asked for.
            tree.edit { question, message in
                if question.type == .a { message.answers.removeAll { $0.type == .rrsig } }
            }
            try await expect(tree.validate("x.wild.test"), .rrsigMissing, in: "test")
        }

        @Test("An apex's bitmap denies no DS, but the root's (RFC 6840 4.4)")
        func bitmaps() throws {
            let apex = TypeBitmap([.ns, .soa, .nsec, .rrsig])
            #expect(try !apex.denies(.ds, at: name("test")))
            #expect(apex.denies(.ds, at: .root))
            #expect(try apex.denies(.txt, at: name("test")))
            let cut = TypeBitmap([.ns, .nsec, .rrsig])
            #expect(try cut.denies(.ds, at: name("test")))
            #expect(try !cut.denies(.txt, at: name("test")))
            #expect(try !TypeBitmap([.cname]).denies(.txt, at: name("test")))
            #expect(try !TypeBitmap([.a, .rrsig]).denies(.any, at: name("test")))
            #expect(try TypeBitmap([.nsec, .rrsig]).denies(.any, at: name("test")))
        }

        @Test(
            "A record that leads back speaks of what is below its next name",
            arguments: [
                ("www.test", "test", "zzz.test", true), ("www.test", "test", "a.test", false),
                ("www.test", "www.test", "x.www.test", true),
                ("www.test", "www.test", "zzz.test", false),
                ("b.www.test", "www.test", "c.www.test", true),
                ("b.www.test", "www.test", "zzz.test", false),
                ("www.test", "a.test", "zzz.test", false),
                ("www.test", "a.test", "x.a.test", false),
            ])
        func ring(_ owner: String, _ next: String, _ asked: String, _ isExcluded: Bool) throws {
            let nsec = NSEC(nextName: try name(next), types: TypeBitmap([.a, .nsec, .rrsig]))
            let record = try Record(owner: name(owner), type: .nsec, ttl: 300, data: .nsec(nsec))
            let rrset = try #require(RRset(owner: record.owner, type: .nsec, in: [record]))
            let denial = try #require(NSECDenial([rrset], in: name("test")))
            #expect(try denial.excludes(name(asked)) == isExcluded)
        }

        @Test("A denial within an opt-out span is insecure (RFC 5155 9.2)")
        func optOut() async throws {
            let tree = try tree(.nsec3(optOut: true))
            for (owner, type) in [
                ("no.example.test", RecordType.a), ("x.wild.example.test", .a),
                ("unsigned.example.test", .ds),
            ] {
                try await expect(tree.validate(owner, type), .noDNSSEC, in: "example.test")
            }
            for (owner, type) in [("www.example.test", RecordType.aaaa), ("c.example.test", .a)] {
                try await expect(tree.validate(owner, type), nil)
            }
            try await expect(tree.validate("www.signed.example.test"), nil)
        }

        @Test(
            arguments: [
                (150, nil), (151, Fault.Kind.algorithmUnsupported),
                (2500, .algorithmUnsupported),
            ] as [(UInt16, Fault.Kind?)])
        func iterationsHaveALimit(_ iterations: UInt16, _ kind: Fault.Kind?) async throws {
            let tree = try tree(.nsec3(iterations: iterations))
            let zone: String? = kind == nil ? nil : "example.test"
            try await expect(tree.validate("no.example.test"), kind, in: zone)
            try await expect(tree.validate("www.example.test", .txt), kind, in: zone)
            try await expect(tree.validate("x.wild.example.test", .txt), kind, in: zone)
            try await expect(
                tree.validate("ns.unsigned.example.test"), kind ?? .noDNSSEC,
                in: zone ?? "unsigned.example.test")
            try await expect(tree.validate("www.example.test"), nil)
            // A child with DS needs no NSEC3.
            try await expect(tree.validate("ns.signed.example.test"), nil)
        }

        @Test("Compact denial says NXNAME in place of NXDOMAIN (RFC 9824)")
        func compact() async throws {
            var tree = try tree(.nsec)
            let key = try #require(tree["example.test"].keys.last)
            let apex = try name("example.test")
            func records(_ owner: Name, _ types: [RecordType]) throws -> [Record] {
                let nsec = NSEC(
                    nextName: try #require(owner.child([0])),
                    types: TypeBitmap(types + [.rrsig, .nsec]))
                let record = Record(owner: owner, type: .nsec, ttl: 300, data: .nsec(nsec))
                let rrset = try #require(RRset(owner: owner, type: .nsec, in: [record]))
                return [record, try key.sign(rrset, as: apex)]
            }
            let missing = try records(name("no.example.test"), [.nxname])
            let empty = try records(name("ent.example.test"), [])
            let typed = try records(name("host.example.test"), [.a])
            tree.edit { question, message in
                guard question.name.isBelow(apex) else { return }
                message.authorities.removeAll { $0.type == .nsec }
                message.authorities += missing + empty + typed
            }
            for code in [ResponseCode.noError, .nameError] {
                tree.edit { _, message in message.responseCode = code }
                try await expect(tree.validate("no.example.test"), nil)
                try await expect(tree.validate("no.example.test", .any), nil)
                let isLie = code == .nameError
                try await expect(tree.validate("ent.example.test"), isLie ? .denialInvalid : nil)
                try await expect(
                    tree.validate("host.example.test", .txt), isLie ? .denialInvalid : nil)
                try await expect(tree.validate("host.example.test"), .denialInvalid)
            }
        }
    }
}
