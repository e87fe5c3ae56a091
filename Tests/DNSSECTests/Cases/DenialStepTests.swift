import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// What each record of a denial is said to show; the records are those of RFC 4035 B and RFC 5155 B.
    @Suite struct DenialStepTests {
        typealias Case = (name: String, type: RecordType, records: [String], shows: [String])

        static let cases: [Case] = [
            (
                "ml.example", .a,
                [
                    "b.example. 3600 NSEC ns1.example. NS RRSIG NSEC",
                    "example. 3600 NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY",
                ],
                ["there is no ml.example", "there is no *.example that could stand for it"]
            ),
            (
                "ns1.example", .mx, ["ns1.example. 3600 NSEC ns2.example. A RRSIG NSEC"],
                ["ns1.example has only A RRSIG NSEC"]
            ),
            (
                "a.z.w.example", .aaaa,
                [
                    "x.y.w.example. 3600 NSEC xx.example. MX RRSIG NSEC",
                    "*.w.example. 3600 NSEC x.w.example. MX RRSIG NSEC",
                ],
                ["there is no a.z.w.example", "*.w.example has only MX RRSIG NSEC"]
            ),
            (
                "y.w.example", .a, ["x.w.example. 3600 NSEC x.y.w.example. MX RRSIG NSEC"],
                ["y.w.example exists, with nothing of its own, above x.y.w.example"]
            ),
            // The last of a zone leads back to the apex.
            (
                "zz.example", .a, ["xx.example. 3600 NSEC example. A RRSIG NSEC"],
                ["there is no zz.example"]
            ),
            (
                "b.example", .a, ["b.example. 60 NSEC \\000.b.example. RRSIG NSEC NXNAME"],
                ["there is no b.example"]
            ),
            (
                "a.c.x.w.example", .a,
                [
                    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 NSEC3 1 1 12 aabbccdd "
                        + "2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG",
                    "b4um86eghhds6nea196smvmlo4ors995.example. 3600 NSEC3 1 1 12 aabbccdd "
                        + "gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG",
                    "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 NSEC3 1 1 12 aabbccdd "
                        + "b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG",
                ],
                [
                    // It is the apex's record as well, which does not matter here.
                    "there is no signed c.x.w.example",
                    "x.w.example exists, the closest above a.c.x.w.example",
                    "there is no *.x.w.example that could stand for it",
                ]
            ),
            (
                "ns1.example", .mx,
                [
                    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 NSEC3 1 1 12 aabbccdd "
                        + "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG"
                ],
                ["ns1.example has only A RRSIG"]
            ),
        ]

        @Test(arguments: cases)
        func isTold(_ given: Case) throws {
            let records = try given.records.flatMap { try ZoneText.records($0.utf8) }
            var validation = Validation(
                question: Question(try name(given.name), given.type), status: .secure, fault: nil,
                denial: records.compactMap { RRset(owner: $0.owner, type: $0.type, in: records) })
            #expect(validation.denialSteps.isEmpty)
            validation.denied = validation.question
            #expect(validation.denialSteps.map(\.shows) == given.shows)
            #expect(validation.denialSteps.map(\.record) == records)
        }

        @Test("Reading costs no more than judging may (CVE-2023-50868)")
        func costlyRecords() throws {
            let deep = try name(String(repeating: "x.", count: 120) + "example")
            let hash = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
            for (iterations, isRead) in [("65535", false), ("151", false), ("150", true)] {
                let records = try ZoneText.records(
                    (0..<200).map { salt in
                        "\(hash).example. 60 NSEC3 1 0 \(iterations) \(String(salt + 256, radix: 16))0 "
                            + "\(hash) A RRSIG\n"
                    }.joined().utf8)
                var validation = Validation(
                    question: Question(deep, .a), status: .insecure, fault: nil,
                    denial: records.compactMap {
                        RRset(owner: $0.owner, type: $0.type, in: [$0])
                    })
                validation.denied = validation.question
                // 256 hashes of 150 iterations; without a bound thousands of 65535, which do not end.
                #expect(validation.denialSteps.isEmpty != isRead)
            }
        }

        @Test func aWildcardIsRightWhereNothingIsCloser() throws {
            let records = try ZoneText.records(
                "x.y.w.example. 3600 NSEC xx.example. MX RRSIG NSEC".utf8)
            let expanded = try name("a.z.w.example")
            var validation = Validation(
                question: Question(expanded, .mx), status: .secure, fault: nil,
                denial: records.compactMap { RRset(owner: $0.owner, type: $0.type, in: records) })
            validation.answerSignatures = [
                VerifiedSignature(
                    owner: expanded, signer: try name("example"), keyTag: 1,
                    window: SignatureWindow(typeCovered: .mx, inception: 0, expiration: 1),
                    wildcard: try name("*.w.example"))
            ]
            #expect(validation.denialSteps.map(\.shows) == ["there is no a.z.w.example"])
        }
    }
}
