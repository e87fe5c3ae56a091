import DNS
import Testing

/// What is no message throws; what decodes encodes to an equal message. Nothing traps.
@Suite struct RobustnessTests {
    @Test(arguments: SampleMessages.all)
    func samples(what: String, bytes: [UInt8]) throws {
        let message = try Message(decoding: bytes)
        #expect(try Message(decoding: message.encoded()) == message)
        #expect(message.encoded().count <= bytes.count)
        for record in message.answers + message.authorities + message.additionals
        where !record.data.wire.isEmpty {
            try expectTextRoundTrip(record)
        }
    }

    /// The hand-written messages are compressed as this module does it too.
    @Test(arguments: SampleMessages.captured)
    func captured(what: String, text: String) throws {
        let bytes = try hex(text)
        #expect(try Message(decoding: bytes).encoded() == bytes)
    }

    @Test(arguments: SampleMessages.all)
    func everyTruncation(what: String, bytes: [UInt8]) {
        for length in 0..<bytes.count {
            #expect(throws: DNSError.self, "\(length)") {
                try Message(decoding: Array(bytes.prefix(length)))
            }
        }
    }

    /// All other values of each byte in short messages, each bit in longer ones.
    @Test(arguments: SampleMessages.all)
    func everyFlip(what: String, bytes: [UInt8]) throws {
        let original = try Message(decoding: bytes)
        var mutant = bytes
        var decoded = 0
        for index in bytes.indices {
            for flip in bytes.count < 64 ? Array(1...255) : (0..<8).map({ UInt8(1) << $0 }) {
                mutant[index] = bytes[index] ^ flip
                if try survives(mutant, of: original) { decoded += 1 }
            }
            mutant[index] = bytes[index]
        }
        // IDs, flags and TTLs may be anything.
        #expect(decoded > 16)
    }

    /// Compression pointers in place of any two bytes, at anything in the message.
    @Test(arguments: SampleMessages.all.filter { $0.1.count < 100 })
    func everyPointer(what: String, bytes: [UInt8]) throws {
        let original = try Message(decoding: bytes)
        for index in 12..<(bytes.count - 1) {
            var mutant = bytes
            mutant[index] = 0xc0
            for target in stride(from: 0, to: bytes.count, by: 3) {
                mutant[index + 1] = UInt8(target)
                _ = try survives(mutant, of: original)
            }
        }
    }

    /// Bytes of no sense at all behind a header that announces records.
    @Test func noise() throws {
        var random = FixedSequence(state: 1)
        for _ in 0..<3000 {
            let body = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
                    & UInt8.random(in: 0...255, using: &random)
            }
            _ = try survives([0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 1, 0, 1] + body)
            for type in [RecordType.svcb, .nsec, .nsec3, .caa, .rrsig, .txt] {
                guard let data = try? RecordData(type: type, wire: body) else { continue }
                if data.wire != body { Issue.record("\(type) \(body)") }
            }
        }
    }

    /// Whether the bytes are a message; if so, encoding it and printing what `original` has not
    /// loses nothing.
    private func survives(_ bytes: [UInt8], of original: Message = Message(id: 0)) throws -> Bool {
        guard let message = try? Message(decoding: bytes) else { return false }
        let encoded = message.encoded()
        let again = try Message(decoding: encoded)
        if again != message || again.encoded() != encoded { Issue.record("\(bytes)") }
        let known = original.answers + original.authorities + original.additionals
        for record in message.answers + message.authorities + message.additionals
        where !known.contains(record) {
            // An update deletes by a record without data, which has no text (RFC 2136 2.5).
            let text = record.description
            guard !record.data.wire.isEmpty else { continue }
            let read = try ZoneText.records(text.utf8)
            if read != [record] || read[0].data.wire != record.data.wire {
                Issue.record("\(text) of \(bytes)")
            }
        }
        return true
    }
}

/// A linear congruential generator: the same noise in every run.
struct FixedSequence: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
