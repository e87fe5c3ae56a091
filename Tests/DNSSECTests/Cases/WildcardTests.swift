import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// RFC 4592, RFC 4035 5.3.4, RFC 5155 8.7 and 8.8.
    @Suite("Wildcards and empty non-terminals") struct WildcardTests {
        static let kinds: [DenialKind] = [.nsec, .nsec3()]

        private static let trees = Result {
            try Dictionary(
                uniqueKeysWithValues: kinds.map { kind in
                    (
                        kind,
                        try Tree([
                            ZoneSpec("."), ZoneSpec("test"),
                            ZoneSpec(
                                "example.test",
                                """
                                *.wild TXT made
                                a.b.wild A 192.0.2.1
                                *.alias CNAME end
                                end TXT there
                                *.moved DNAME target
                                x.target TXT moved
                                """, denial: kind),
                            ZoneSpec("star.test", "* TXT made\nx A 192.0.2.1", denial: kind),
                        ])
                    )
                })
        }

        private func tree(_ kind: DenialKind) throws -> Tree {
            try #require(Self.trees.get()[kind])
        }

        @Test("The closest encloser is the apex", arguments: kinds)
        func apex(_ kind: DenialKind) async throws {
            let tree = try tree(kind)
            for owner in ["no.star.test", "a.b.c.star.test"] {
                let result = try await tree.validate(owner, .txt)
                try expect(result, nil)
                #expect(result.answer.map(\.type) == [.txt])
                try await expect(tree.validate(owner, .mx), nil)
            }
            // A name that is there is not the wildcard's, nor what would be below it.
            try await expect(tree.validate("x.star.test", .txt), nil)
            #expect(try await tree.validate("x.star.test", .txt).answer.isEmpty)
            #expect(try await tree.validate("y.x.star.test", .txt).answer.isEmpty)
            try await expect(tree.validate("y.x.star.test", .txt), nil)
        }

        @Test("Any type, and a chain through a wildcard", arguments: kinds)
        func aliases(_ kind: DenialKind) async throws {
            let tree = try tree(kind)
            let result = try await tree.validate("x.y.alias.example.test", .txt)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.cname, .txt])
            try await expect(tree.validate("x.alias.example.test", .mx), nil)
            let any = try await tree.validate("x.wild.example.test", .any)
            try expect(any, nil)
            #expect(any.answer.map(\.type).contains(.txt))
        }

        @Test("A wildcard CNAME needs the proof that nothing is closer", arguments: kinds)
        func aliasProof(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            tree.edit { question, message in
                if question.type == .txt { message.authorities = [] }
            }
            try await expect(
                tree.validate("x.alias.example.test", .txt), .denialInvalid, in: "example.test",
                saying: "from a wildcard")
        }

        @Test(
            "A DNAME at a wildcard redirects below the asterisk itself only (RFC 6672 3.3)",
            arguments: kinds)
        func dname(_ kind: DenialKind) async throws {
            let tree = try tree(kind)
            let made = try await tree.validate("x.moved.example.test", .dname)
            try expect(made, nil)
            #expect(made.answer.map(\.type) == [.dname])
            // At names that it stands for there is no TXT, and nothing is redirected.
            for owner in ["x.moved.example.test", "x.y.moved.example.test"] {
                let result = try await tree.validate(owner, .txt)
                try expect(result, nil)
                #expect(result.answer.isEmpty)
            }
            let below = try await tree.validate("x.*.moved.example.test", .txt)
            try expect(below, nil)
            #expect(below.answer.map(\.type) == [.dname, .txt])
        }

        @Test("An empty non-terminal exists, so that no wildcard stands for it", arguments: kinds)
        func emptyNonTerminal(_ kind: DenialKind) async throws {
            var tree = try tree(kind)
            for owner in ["b.wild.example.test", "c.b.wild.example.test"] {
                let result = try await tree.validate(owner, .txt)
                try expect(result, nil)
                #expect(result.answer.isEmpty)
            }
            // The wildcard's answer is right beside it, and wrong at it and below.
            let donor = try tree.answer(Question(name("x.wild.example.test"), .txt)).get()
            let zone = try tree["example.test"]
            let proofs =
                zone.nsec3.flatMap(\.records) + zone.nodes.keys.flatMap { zone.signed($0, .nsec) }
            tree.edit { question, message in
                guard question.type == .txt else { return }
                message = donor
                message.authorities += proofs
                message.answers = donor.answers.map {
                    Record(owner: question.name, type: $0.type, ttl: $0.ttl, data: $0.data)
                }
            }
            try await expect(tree.validate("x.wild.example.test", .txt), nil)
            for owner in ["b.wild.example.test", "c.b.wild.example.test", "a.b.wild.example.test"] {
                try await expect(tree.validate(owner, .txt), .denialInvalid, in: "example.test")
            }
        }

        @Test(
            "A name that only an unsigned delegation within an opt-out span makes (RFC 5155 7.1)",
            arguments: [true, false])
        func optOutNonTerminal(_ isOptOut: Bool) async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", denial: .nsec3(optOut: isOptOut)),
                ZoneSpec("child.ent.test", "www A 192.0.2.1", algorithm: nil),
            ])
            // Without a record of its own it may be an unsigned delegation, for all one knows.
            let kind: Fault.Kind? = isOptOut ? .noDNSSEC : nil
            for type in [RecordType.a, .ds] {
                try await expect(tree.validate("ent.test", type), kind)
            }
            try await expect(
                tree.validate("www.child.ent.test"), .noDNSSEC,
                in: isOptOut ? "ent.test" : "child.ent.test")
            try await expect(tree.validate("child.ent.test", .ds), kind)
        }

        @Test("An opt-out span says nothing of a signed delegation or of data")
        func optOutKeepsWhatIsThere() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", denial: .nsec3(optOut: true)),
                ZoneSpec("signed.test", "www A 192.0.2.2"),
            ])
            let all = try tree["test"].nsec3.flatMap(\.records)
            for (owner, type) in [("signed.test", RecordType.ds), ("www.test", .a)] {
                for code in [ResponseCode.noError, .nameError] {
                    try tree.reply(to: owner, type, code, authorities: all)
                    try await expect(tree.validate(owner, type), .denialInvalid, in: "test")
                }
            }
        }
    }
}

extension DNSSECTests.WildcardTests {
    /// Eleven proofs of expansion and the last denial stand in one authority section.
    @Test("A chain of wildcards, as long as aliases may be", arguments: kinds)
    func chain(_ kind: DenialKind) async throws {
        let text = (0..<11).map { "*.w\($0) CNAME x\($0).\($0 < 10 ? "w\($0 + 1)" : "end")" }
        let tree = try Tree([
            ZoneSpec("."),
            ZoneSpec("test", text.joined(separator: "\n") + "\n*.end TXT there", denial: kind),
        ])
        for (type, count) in [(RecordType.txt, 12), (.mx, 11)] {
            let result = try await tree.validate("start.w0.test", type)
            try expect(result, nil)
            #expect(result.answer.count == count)
        }
    }
}
