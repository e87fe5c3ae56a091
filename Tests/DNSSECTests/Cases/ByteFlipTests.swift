import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// Answers whose bytes were changed on the way: never a trap, never secure with other data.
    @Suite("Altered answers") struct ByteFlipTests {
        /// A tree that gives one question's answer as these bytes.
        private func tree(_ tree: Tree, giving bytes: [UInt8], to asked: Question) throws -> Tree? {
            guard let message = try? Message(decoding: bytes) else { return nil }
            var altered = tree
            altered.edit { question, reply in
                if question == asked { reply = message }
            }
            return altered
        }

        private static func tree(_ denial: DenialKind) throws -> Tree {
            try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec(
                    "example.test",
                    """
                    www A 192.0.2.1
                    *.wild TXT made
                    alias CNAME www
                    sub DNAME two
                    www.two A 192.0.2.2
                    """, algorithm: .ed25519, denial: denial),
            ])
        }

        @Test(
            arguments: [
                ("www.example.test", .a), ("x.wild.example.test", .txt), ("no.example.test", .a),
                ("www.sub.example.test", .a), ("example.test", .ds), ("example.test", .dnskey),
            ] as [(String, RecordType)])
        func everyByteOfTheAnswer(_ owner: String, _ type: RecordType) async throws {
            let question = try Question(name(owner), type)
            try await alter(question, asking: question, .nsec, by: 0x01, KeyCache())
        }

        @Test(
            arguments: [
                ("x.wild.example.test", .txt), ("no.example.test", .a),
            ] as [(String, RecordType)])
        func everyByteOfAnswersWithNSEC3(_ owner: String, _ type: RecordType) async throws {
            let question = try Question(name(owner), type)
            try await alter(question, asking: question, .nsec3(), by: 0xff, KeyCache())
        }

        @Test(arguments: [RecordType.ds, .dnskey])
        func everyByteOfALink(_ type: RecordType) async throws {
            try await alter(
                Question(name("example.test"), type),
                asking: Question(name("www.example.test"), .a),
                .nsec, by: 0x20, nil)
        }

        /// Validates with each byte of one question's answer changed; without a cache the links are asked for anew.
        private func alter(
            _ altered: Question, asking asked: Question, _ denial: DenialKind, by mask: UInt8,
            _ cache: KeyCache?
        ) async throws {
            let original = try Self.tree(denial)
            let truth = try await original.validator().validate(asked, at: now)
            try expect(truth, nil)
            let bytes = try original.answer(altered).get().encoded()
            var decoded = 0
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= mask
                guard let tree = try tree(original, giving: changed, to: altered) else { continue }
                decoded += 1
                let result = try await tree.validator(cache: cache ?? KeyCache())
                    .validate(asked, at: now)
                guard result.status == .secure else { continue }
                #expect(
                    isSame(result.answer, truth.answer),
                    "byte \(index) by \(mask) of \(altered): \(result.answer)")
            }
            #expect(decoded > bytes.count / 4)
        }

        /// The same names, types and data; a TTL may only be shorter.
        private func isSame(_ answer: [RRset], _ truth: [RRset]) -> Bool {
            answer.count == truth.count
                && zip(answer, truth).allSatisfy { one, other in
                    one.owner == other.owner && one.type == other.type
                        && Set(one.data) == Set(other.data) && one.ttl <= other.ttl
                }
        }

        @Test("Truncated anywhere, an answer is none")
        func truncations() async throws {
            let original = try Tree.plain()
            let question = try Question(name("www.example.test"), .a)
            let bytes = try original.answer(question).get().encoded()
            for count in 0..<bytes.count {
                #expect(throws: DNSError.self) { try Message(decoding: Array(bytes.prefix(count))) }
            }
        }
    }
}
