import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// Each of `WorkLimits` is reached, says so, and ends the validation there.
    @Suite("Budgets") struct BudgetTests {
        /// A limit set low, and what a validation that would need one more says.
        struct Limit: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let owner: String
            let sentence: String
            let enough: Int
            let set: @Sendable (inout WorkLimits, Int) -> Void
        }

        static let limits = [
            // DNSKEY of three zones, two DS, the answer.
            Limit(
                testDescription: "signatures", owner: "www.example.test",
                sentence: "more than 5 signature verifications would be needed", enough: 6
            ) { $0.signatures = $1 },
            Limit(
                testDescription: "digests", owner: "www.example.test",
                sentence: "more than 2 DS digests would be needed", enough: 3
            ) { $0.digests = $1 },
            // To match the name, the apex and the wildcard, and to cover the name and the wildcard.
            Limit(
                testDescription: "hashes", owner: "no.example.test",
                sentence: "more than 4 NSEC3 hashes would be needed", enough: 5
            ) { $0.hashes = $1 },
            // The target, three DNSKEY, two DS.
            Limit(
                testDescription: "fetches", owner: "www.example.test",
                sentence: "more than 5 questions would be needed", enough: 6
            ) { $0.fetches = $1 },
            Limit(
                testDescription: "aliases", owner: "one.example.test",
                sentence: "more than 1 aliases", enough: 2
            ) { $0.aliases = $1 },
            Limit(
                testDescription: "zoneCuts", owner: "www.example.test",
                sentence: "more than 1 zone cuts would be followed", enough: 2
            ) { $0.zoneCuts = $1 },
        ]

        @Test("Just enough is enough, and one less is told", arguments: limits)
        func exact(_ limit: Limit) async throws {
            let tree = try Tree.plain(
                "www A 192.0.2.1\none CNAME two\ntwo CNAME www", denial: .nsec3())
            let question = try Question(name(limit.owner), .a)
            for count in [limit.enough, limit.enough - 1] {
                var validator = try tree.validator()
                limit.set(&validator.limits, count)
                let result = await validator.validate(question, at: now)
                if count == limit.enough {
                    try expect(result, nil)
                } else {
                    try expect(result, .indeterminate, saying: limit.sentence)
                }
            }
        }

        @Test("At the limit nothing more is asked", arguments: 0..<6)
        func atOnce(_ fetches: Int) async throws {
            let tree = try Tree.plain()
            var validator = try tree.validator()
            validator.limits.fetches = fetches
            let question = try Question(name("www.example.test"), .a)
            try await expect(validator.validate(question, at: now), .indeterminate)
            #expect(tree.asked.all.count == fetches)
        }

        @Test("To ask once more with fresh keys costs no more than one validation may")
        func secondRunWithinBudget() async throws {
            var tree = try Tree.plain("www A 192.0.2.1\nold A 192.0.2.2")
            try tree.change("example.test") {
                try $0.resign(name("old.example.test"), .a, Key.Fields(expiration: now - 10))
            }
            let old = try Question(name("old.example.test"), .a)
            let question = try Question(name("www.example.test"), .a)
            var validator = try tree.validator()
            try await expect(validator.validate(question, at: now), nil)
            let before = tree.asked.all.count
            // As many as the second run alone would ask.
            validator.limits.fetches = before
            try await expect(
                validator.validate(old, at: now), .indeterminate, saying: "questions")
            #expect(tree.asked.all.count == before + before)
            validator.limits.fetches = before + 1
            try await expect(validator.validate(old, at: now), .signatureExpired)
        }

        /// Zones nested so deep, each delegated from the one above, with one key for all of them.
        private func nested(_ depth: Int) throws -> (Tree, String) {
            let key = try Key(.ecdsaP256SHA256)
            let specs = (0...depth).map { count in
                ZoneSpec(
                    count == 0 ? "." : String(repeating: "f.", count: count), "host PTR host",
                    keys: [key])
            }
            return (try Tree(specs), "host." + String(repeating: "f.", count: depth))
        }

        @Test("As many zone cuts as ip6.arpa has labels, and no more", arguments: [34, 35, 60])
        func zoneCuts(_ depth: Int) async throws {
            let (tree, owner) = try nested(depth)
            let question = try Question(name(owner), .ptr)
            let cache = KeyCache()
            // Zones that are held count as well.
            for _ in 0..<2 {
                let result = try await tree.validator(cache: cache).validate(question, at: now)
                if depth <= 34 {
                    try expect(result, nil)
                    #expect(result.zones.count == depth + 1)
                } else {
                    try expect(
                        result, .indeterminate, in: String(repeating: "f.", count: 35),
                        saying: "more than 34 zone cuts would be followed")
                }
            }
        }

        @Test("Hashes of every label of a deep name, over and over (CVE-2023-50868)")
        func hashes() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "* TXT x", denial: .nsec3(iterations: 150)),
            ])
            // An unsigned answer leads the walk over every label, a wildcard's denial at each of them.
            let deep = String(repeating: "a.", count: 90) + "test."
            try tree.reply(to: deep, answers: ZoneText.records("\(deep) A 192.0.2.1".utf8))
            try await expect(
                tree.validate(deep), .indeterminate, in: "test",
                saying: "more than 256 NSEC3 hashes would be needed")
            #expect(tree.asked.all.count < 32)
        }

        @Test("The names of a long chain are asked for no longer than the limit")
        func aliases() async throws {
            let text = (0..<50).map { "n\($0) CNAME n\($0 + 1)" }.joined(separator: "\n")
            var tree = try Tree([ZoneSpec("."), ZoneSpec("test", text)])
            tree.aliasesPerReply = 0
            try await expect(
                tree.validate("n0.test"), .indeterminate, saying: "more than 11 aliases")
            // Twelve names, two DNSKEY, one DS.
            #expect(tree.asked.all.count == 15)
        }
    }
}
