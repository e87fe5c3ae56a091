import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("RFC 4035 appendices A and B") struct RFC4035Tests {
        typealias Z = RFC4035Zone

        let validator: Validator
        let middle: Int64

        init() throws {
            var answers = Answers()
            try answers.add("example", .dnskey, answer: Z.keys)
            try answers.add("example", .soa, answer: Z.soa)
            try answers.add("example", .ns, answer: Z.ns)
            try answers.add("example", .mx, answer: Z.apexMX)
            for type in [RecordType.a, .aaaa] {
                try answers.add("ai.example", type, answer: Z.ai)
                try answers.add("xx.example", type, answer: Z.xx)
            }
            try answers.add("ns1.example", .a, answer: Z.nameServers)
            try answers.add("ns2.example", .a, answer: Z.nameServers)
            try answers.add("x.w.example", .mx, answer: Z.mx, authority: Z.ns)
            try answers.add(
                "ml.example", .a, .nameError, authority: Z.soa, Z.delegationNSEC, Z.apexNSEC)
            try answers.add("ns1.example", .mx, authority: Z.soa, Z.ns1NSEC)
            try answers.add("a.example", .ds, answer: Z.delegationDS)
            try answers.add("b.example", .ds, authority: Z.soa, Z.delegationNSEC)
            try answers.add(
                "mc.b.example", .mx, answer: "mc.b.example. 60 MX 1 mail.b.example.")
            try answers.add(
                "a.z.w.example", .mx, answer: Z.expansion, authority: Z.ns, Z.noCloserNSEC)
            try answers.add(
                "a.z.w.example", .aaaa, authority: Z.soa, Z.noCloserNSEC, Z.wildcardNSEC)
            // Without the proof that the wildcard has no AAAA either.
            try answers.add("a.z.w.example", .a, authority: Z.soa, Z.noCloserNSEC)
            try answers.add("example", .ds, authority: Z.soa, Z.apexNSEC)
            // The referrals, as a server that does not recurse gives them.
            try answers.add(
                "mc.a.example", .mx, authority: "a.example. 3600 NS ns1.a.example.",
                "a.example. 3600 NS ns2.a.example.", Z.delegationDS)
            try answers.add(
                "other.b.example", .mx, authority: "b.example. 3600 NS ns1.b.example.",
                "b.example. 3600 NS ns2.b.example.", Z.delegationNSEC)
            validator = try answers.validator(trusting: Z.keys)
            middle = try moment("20040501000000")
        }

        private func validate(_ owner: String, _ type: RecordType, at time: Int64? = nil)
            async throws
            -> Validation
        {
            try await validator.validate(Question(name(owner), type), at: time ?? middle)
        }

        @Test(
            "Positive answers are secure",
            arguments: [
                ("example", RecordType.dnskey), ("example", .soa), ("example", .ns),
                ("example", .mx),
                ("ai.example", .a), ("ai.example", .aaaa), ("xx.example", .a),
                ("xx.example", .aaaa),
                ("ns1.example", .a), ("ns2.example", .a), ("x.w.example", .mx), ("a.example", .ds),
                ("a.z.w.example", .mx), ("X.W.eXample", .mx),
            ])
        func positive(_ owner: String, _ type: RecordType) async throws {
            let result = try await validate(owner, type)
            #expect(result.status == .secure, "\(result.fault?.detail ?? "")")
            #expect(try result.answer.first?.owner == name(owner))
            #expect(result.zones.first?.keyTags == [9465, 38519])
            #expect(result.zones.first?.algorithms == [.rsaSHA1])
            #expect(try result.earliestSignature?.expiration == moment("20040509183619"))
        }

        @Test(
            "Denials are secure (B.2, B.3, B.5, B.7)",
            arguments: [
                ("ml.example", RecordType.a), ("ns1.example", .mx), ("b.example", .ds),
                ("a.z.w.example", .aaaa),
            ])
        func negative(_ owner: String, _ type: RecordType) async throws {
            let result = try await validate(owner, type)
            #expect(result.status == .secure, "\(result.fault?.detail ?? "")")
            #expect(result.answer.isEmpty)
            #expect(!result.denial.isEmpty)
        }

        @Test("A denial that says nothing of the wildcard is none (B.7)")
        func incomplete() async throws {
            let result = try await validate("a.z.w.example", .a)
            #expect(result.fault?.kind == .denialInvalid)
            #expect(try result.fault?.zone == name("example"))
        }

        @Test("Data below the unsigned delegation is insecure (B.5)")
        func unsignedDelegation() async throws {
            let result = try await validate("mc.b.example", .mx)
            #expect(result.status == .insecure)
            #expect(result.fault?.kind == .noDNSSEC)
            #expect(try result.fault?.zone == name("b.example"))
        }

        @Test("A referral to a signed zone leads to its keys, which are not here (B.4)")
        func signedDelegation() async throws {
            let result = try await validate("mc.a.example", .mx)
            #expect(result.fault?.kind == .indeterminate)
            #expect(try result.fault?.zone == name("a.example"))
            #expect(result.fault?.detail.contains("a.example DNSKEY") == true)
            #expect(result.zones.first?.status == .secure)
        }

        @Test("A referral to an unsigned zone proves that it is one (B.5)")
        func unsignedReferral() async throws {
            let result = try await validate("other.b.example", .mx)
            #expect(result.fault?.kind == .noDNSSEC)
            #expect(try result.fault?.zone == name("b.example"))
        }

        @Test("The DS of the apex is the parent's, where no anchor leads (B.8)")
        func apexDS() async throws {
            #expect(try await validate("example", .ds).fault?.kind == .indeterminate)
        }

        @Test("Windows are closed intervals")
        func windows() async throws {
            let (start, end) = try (moment("20040409183619"), moment("20040509183619"))
            for (time, kind) in [
                (start - 1, Fault.Kind.signatureNotYetValid), (start, nil), (end, nil),
                (end + 1, .signatureExpired),
            ] {
                #expect(try await validate("xx.example", .a, at: time).fault?.kind == kind)
            }
        }
    }
}
