import DNS
import Testing

/// A damaged zone text parses or throws; it never traps.
@Suite struct ZoneRobustnessTests {
    @Test func everyTruncation() throws {
        let text = Array(sampleZone.utf8)
        let whole = try ZoneText.records(text).count
        var parsed = 0
        for length in 0..<text.count {
            guard let records = try? ZoneText.records(text.prefix(length)) else { continue }
            parsed += 1
            if records.count > whole { Issue.record("\(length)") }
        }
        #expect(parsed > 36)
    }

    /// Line by line, so that each damage is read by the type that it hits.
    @Test func everyFlip() throws {
        for record in try records(sampleZone) {
            let text = Array(record.description.utf8)
            for index in text.indices {
                var mutant = text
                for bit in 0..<8 {
                    mutant[index] = text[index] ^ UInt8(1) << UInt8(bit)
                    try survives(mutant)
                }
                for byte in "\\\"()\n; @.,=".utf8 {
                    mutant[index] = byte
                    try survives(mutant)
                }
                mutant.remove(at: index)
                try survives(mutant)
            }
        }
    }

    private func survives(_ text: [UInt8]) throws {
        guard let records = try? ZoneText.records(text) else { return }
        for record in records where record.data.wire.count <= 0xffff {
            let again = try ZoneText.records(record.description.utf8)
            if again != [record] { Issue.record("\(String(decoding: text, as: UTF8.self))") }
        }
    }
}
