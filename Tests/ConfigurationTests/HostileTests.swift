import Configuration
import Testing

@Suite struct HostileTests {
    /// A read that succeeds must also survive being written and read again.
    private func readOrThrow(_ bytes: [UInt8]) {
        guard let some = try? Configuration(yaml: bytes, file: "t.yaml") else { return }
        #expect(throws: Never.self) { try configuration(some.yaml()) }
    }

    @Test func everyTruncationParsesOrThrows() {
        let bytes = Array(Samples.full.utf8)
        for count in bytes.indices { readOrThrow(Array(bytes.prefix(count))) }
    }

    @Test(arguments: [1, 0x80] as [UInt8])
    func everyFlippedBitParsesOrThrows(bit: UInt8) {
        var bytes = Array(Samples.full.utf8)
        for index in bytes.indices {
            bytes[index] ^= bit
            readOrThrow(bytes)
            bytes[index] ^= bit
        }
    }

    @Test func everyByteReplacedByASignParsesOrThrows() {
        let original = Array(Samples.full.utf8)
        for sign in "\n:[{\"*&!#\u{0}".utf8 {
            for index in stride(from: 0, to: original.count, by: 17) {
                var bytes = original
                bytes[index] = sign
                readOrThrow(bytes)
            }
        }
    }

    @Test func aliasesOfAliasesEndAtTheBudget() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error?.message == "more than 100000 values, aliases expanded")
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
    ])
    func nestingEndsAtTheLimit(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error?.message == "nested deeper than 32 levels")
    }

    @Test func nestingThroughAliasesEndsAtTheLimit() {
        var text = "a0: &a0 [x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error?.message == "nested deeper than 32 levels")
    }

    @Test func tagDirectivesAreNotComparedWithoutEnd() {
        let text = (0...100).map { "%TAG !\($0)! x\n" }.joined() + "--- {}\n"
        let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error?.description == "t.yaml: too many %TAG directives")
        #expect(throws: Never.self) { try configuration("%YAML 1.1\n%TAG !a! x\n--- {}\n") }
    }
}
