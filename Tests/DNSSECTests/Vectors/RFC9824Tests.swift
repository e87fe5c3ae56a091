import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// The records of the RFC's examples, signed here, for the RFC prints no signatures.
    @Suite("RFC 9824, compact denial of existence") struct RFC9824Tests {
        private static let shared = Result {
            try Tree([ZoneSpec("."), ZoneSpec("com"), ZoneSpec("example.com")])
        }

        /// `example.com` says this of every name below it, and nothing else.
        private func tree(saying text: String, _ code: ResponseCode = .noError) throws -> Tree {
            var tree = try Self.shared.get()
            let apex = try name("example.com")
            let proof = try tree["example.com"].signing(text) + tree.soa("example.com")
            tree.edit { question, message in
                guard question.name.isBelow(apex) else { return }
                (message.answers, message.authorities) = ([], proof)
                message.responseCode = code
            }
            return tree
        }

        static let noName = #"a.example.com. 300 IN NSEC \000.a.example.com. RRSIG NSEC NXNAME"#

        @Test(
            "3.1: a name that does not exist", arguments: [RecordType.a, .txt, .ds, .any, .cname])
        func nonexistentName(_ type: RecordType) async throws {
            // 5.1: the code may be restored.
            for code in [ResponseCode.noError, .nameError] {
                let tree = try tree(saying: Self.noName, code)
                let result = try await tree.validate("a.example.com", type)
                try expect(result, nil)
                #expect(result.denial.map(\.type) == [.nsec])
            }
        }

        @Test(
            "3.1: it speaks of that name only",
            arguments: [
                "b.example.com", "x.a.example.com", "example.com", "0.example.com",
            ])
        func otherNames(_ owner: String) async throws {
            var tree = try tree(saying: Self.noName)
            try tree.reply(
                to: owner, .txt, .nameError,
                authorities: tree["example.com"].signing(Self.noName))
            try await expect(tree.validate(owner, .txt), .denialInvalid, in: "example.com")
        }

        @Test("2: NXNAME beside types of data says nothing of the name")
        func besideData() async throws {
            let text = #"a.example.com. 300 IN NSEC \000.a.example.com. TXT RRSIG NSEC NXNAME"#
            try await expect(tree(saying: text).validate("a.example.com"), nil)
            try await expect(
                tree(saying: text, .nameError).validate("a.example.com"), .denialInvalid,
                saying: "the name exists")
            try await expect(tree(saying: text).validate("a.example.com", .txt), .denialInvalid)
        }

        @Test("3.2: a type that does not exist")
        func nonexistentType() async throws {
            let text = #"host.example.com. 300 IN NSEC \000.host.example.com. A AAAA RRSIG NSEC"#
            try await expect(tree(saying: text).validate("host.example.com", .txt), nil)
            for type in [RecordType.a, .aaaa, .any] {
                try await expect(
                    tree(saying: text).validate("host.example.com", type), .denialInvalid)
            }
            try await expect(
                tree(saying: text, .nameError).validate("host.example.com", .txt), .denialInvalid)
        }

        @Test("3.2: an empty non-terminal is matched, not covered, and has no types")
        func emptyNonTerminal() async throws {
            let text = #"ent.example.com. 300 IN NSEC \000.ent.example.com. RRSIG NSEC"#
            for type in [RecordType.a, .txt, .ds, .any] {
                try await expect(tree(saying: text).validate("ent.example.com", type), nil)
                try await expect(
                    tree(saying: text, .nameError).validate("ent.example.com", type),
                    .denialInvalid, saying: "the name exists")
            }
            // It denies nothing below it, though nothing can stand between it and its next name.
            try await expect(
                tree(saying: text, .nameError).validate("x.ent.example.com"), .denialInvalid)
        }

        @Test("3.3: what a wildcard gives is signed as if it stood there")
        func wildcard() async throws {
            var tree = try Self.shared.get()
            let zone = try tree["example.com"]
            try tree.reply(
                to: "x.wild.example.com", .txt,
                answers: zone.signing(#"x.wild.example.com. 300 TXT "made""#))
            let result = try await tree.validate("x.wild.example.com", .txt)
            try expect(result, nil)
            #expect(result.denial.isEmpty)
            // NODATA lists the wildcard's types at the name itself.
            try tree.reply(
                to: "x.wild.example.com", .a,
                authorities: zone.signing(
                    #"x.wild.example.com. 300 NSEC \000.x.wild.example.com. TXT RRSIG NSEC"#))
            try await expect(tree.validate("x.wild.example.com", .a), nil)
        }

        static let referral = #"sub.example.com. 300 IN NSEC sub\000.example.com. NS RRSIG NSEC"#

        @Test("3.4: a referral to an unsigned zone")
        func unsignedReferral() async throws {
            var tree = try tree(saying: Self.referral)
            try tree.reply(
                to: "www.sub.example.com",
                answers: ZoneText.records("www.sub.example.com. 300 A 192.0.2.1".utf8))
            try await expect(tree.validate("sub.example.com", .ds), nil)
            try await expect(
                tree.validate("www.sub.example.com"), .noDNSSEC, in: "sub.example.com")
            // It cannot deny the child's own data (RFC 6840 4.1), but shows that none of it is signed.
            try tree.reply(
                to: "sub.example.com", .txt,
                authorities: tree["example.com"].signing(Self.referral))
            try await expect(
                tree.validate("sub.example.com", .txt), .noDNSSEC, in: "sub.example.com")
        }

        @Test("3.4: with a DS in its types it proves nothing of the kind")
        func signedReferral() async throws {
            var tree = try tree(
                saying: #"sub.example.com. 300 IN NSEC sub\000.example.com. NS DS RRSIG NSEC"#)
            try tree.reply(
                to: "www.sub.example.com",
                answers: ZoneText.records("www.sub.example.com. 300 A 192.0.2.1".utf8))
            try await expect(
                tree.validate("www.sub.example.com"), .denialInvalid, in: "example.com")
        }

        @Test("3.5: a question for NXNAME is a format error")
        func metaType() async throws {
            let tree = try tree(saying: Self.noName, ResponseCode(rawValue: 1))
            try await expect(
                tree.validate("a.example.com", .nxname), .indeterminate, saying: "FORMERR")
        }

        @Test("4: with NSEC3 the type stands alone")
        func nsec3() async throws {
            let text = """
                H64KFA4P1ACER2EBPS9QSDK6DNP8B3JQ.example.com. 300 IN NSEC3 1 0 0 - (
                    H64KFA4P1ACER2EBPS9QSDK6DNP8B3JR NXNAME )
                """
            for code in [ResponseCode.noError, .nameError] {
                try await expect(tree(saying: text, code).validate("a.example.com"), nil)
                try await expect(
                    tree(saying: text, code).validate("b.example.com"), .denialInvalid)
            }
            let empty = text.replacing(" NXNAME", with: "")
            try await expect(tree(saying: empty).validate("a.example.com"), nil)
            try await expect(
                tree(saying: empty, .nameError).validate("a.example.com"), .denialInvalid)
        }
    }
}
