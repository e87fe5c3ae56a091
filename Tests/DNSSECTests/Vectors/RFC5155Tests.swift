import DNS
@testable import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("RFC 5155 appendices A and B") struct RFC5155Tests {
        typealias Z = RFC5155Zone

        @Test(
            "Hashes of appendix A",
            arguments: [
                ("example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"),
                ("a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
                ("ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"),
                ("ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"),
                ("ns2.example", "q04jkcevqvmu85r014c7dkba38o0ji5r"),
                ("w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h"),
                ("*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"),
                ("x.w.example", "b4um86eghhds6nea196smvmlo4ors995"),
                ("y.w.example", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"),
                ("x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"),
                ("xx.example", "t644ebqk9bibcna874givr6joj62mlhv"),
                (
                    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example",
                    "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"
                ),
                ("XX.eXAMPLE", "t644ebqk9bibcna874givr6joj62mlhv"),
            ])
        func hashes(_ owner: String, _ label: String) throws {
            let hash = try NSEC3Hash.hash(
                name(owner), iterations: 12, salt: [0xAA, 0xBB, 0xCC, 0xDD])
            #expect(hash == NSEC3.hash(label: Array(label.utf8)))
            #expect(NSEC3.label(hash) == Array(label.utf8))
        }

        /// All of the appendix's records have the opt-out flag, so that what a span shows is insecure (9.2).
        @Test(
            "Answers of appendix B",
            arguments: [
                ("a.c.x.w.example", RecordType.a, Status.insecure, "example" as String?),
                ("ns1.example", .mx, .secure, nil), ("y.w.example", .a, .secure, nil),
                ("c.example", .ds, .insecure, "example"),
                ("mc.c.example", .mx, .insecure, "c.example"),
                ("a.z.w.example", .mx, .insecure, "example"),
                ("a.z.w.example", .aaaa, .insecure, "example"),
                ("other.c.example", .mx, .insecure, "c.example"),
            ])
        func answers(_ owner: String, _ type: RecordType, _ status: Status, _ zone: String?)
            async throws
        {
            let result = try await validator().validate(
                Question(name(owner), type), at: moment("20100101000000"))
            #expect(result.status == status, "\(result.fault?.detail ?? "")")
            #expect(try result.fault?.zone == zone.map(name))
            #expect(result.fault?.kind == (status == .secure ? nil : .noDNSSEC))
            #expect(result.zones.first?.keyTags == [12708, 40430])
        }

        @Test("The child's denial of its own DS says nothing (B.6)")
        func apexDS() async throws {
            let time = try moment("20100101000000")
            let question = try Question(name("example"), .ds)
            let result = try await validator().validate(question, at: time)
            #expect(result.fault?.kind == .indeterminate, "no anchor is above it")
            let types = try #require(
                ZoneText.records(Z.apex.utf8).compactMap(\.nsec3).first?.types)
            #expect(try !types.denies(.ds, at: name("example")))
        }

        private func validator() throws -> Validator {
            var answers = Answers()
            try answers.add("example", .dnskey, answer: Z.keys)
            try answers.add(
                "a.c.x.w.example", .a, .nameError, authority: Z.soa, Z.apex, Z.xw, Z.a)
            try answers.add("ns1.example", .mx, authority: Z.soa, Z.ns1)
            try answers.add("y.w.example", .a, authority: Z.soa, Z.yw)
            try answers.add("c.example", .ds, authority: Z.soa, Z.a, Z.apex)
            try answers.add("mc.c.example", .mx, answer: "mc.c.example. 60 MX 1 mail.c.example.")
            try answers.add("a.z.w.example", .mx, answer: Z.expansion, authority: Z.ns2)
            try answers.add(
                "a.z.w.example", .aaaa, authority: Z.soa, Z.w, Z.ns2, Z.wildcard)
            // B.3 as the referral that it is.
            try answers.add(
                "other.c.example", .mx, authority: "c.example. 3600 NS ns1.c.example.",
                "c.example. 3600 NS ns2.c.example.", Z.a, Z.apex)
            // B.6.
            try answers.add("example", .ds, authority: Z.soa, Z.apex)
            return try answers.validator(trusting: Z.keys)
        }
    }
}
