import DNS
import Testing

/// The largest inputs cost about their size. All of these together take a second; the limit only
/// catches what is quadratic, not a slow machine.
@Suite(.timeLimit(.minutes(1))) struct CostTests {
    private static let name255 =
        String(repeating: "3f" + String(repeating: "61", count: 63), count: 3)
        + "3d" + String(repeating: "62", count: 61) + "00"

    /// Pointers in a row, and thousands of records whose names enter the row at its end. No name
    /// needs more than 127, its own among them, so that 4,000 walks of 8,000 steps never begin.
    @Test(arguments: [(126, true), (127, false), (8000, false)])
    func pointerChains(length: Int, isAccepted: Bool) throws {
        var bytes = try hex("0000 8400 0000 0000 0000 0000 00 270F 0001 00000000")
        bytes += Self.bigEndian(1 + 2 * length)
        let root = bytes.count
        bytes.append(0)
        for index in 0..<length { bytes += Self.bigEndian(0xc000 | root + max(0, 2 * index - 1)) }
        let entry = Self.bigEndian(0xc000 | bytes.count - 2)
        var count = 1
        while bytes.count < 65000 {
            bytes += entry + [0x27, 0x0f, 0, 1, 0, 0, 0, 0, 0, 0]
            count += 1
        }
        bytes.replaceSubrange(6..<8, with: Self.bigEndian(count))
        if isAccepted {
            #expect(try Message(decoding: bytes).answers.count == count)
        } else {
            #expect(throws: DNSError.compression) { try Message(decoding: bytes) }
        }
    }

    /// Names of 255 bytes behind pointers of 2: 4,600 records.
    @Test func longNamesOfShortPointers() throws {
        let count = 4600
        var bytes = try hex("0000 8400 0001 0000 0000 0000" + Self.name255 + "0001 0001")
        for _ in 0..<count { bytes += try hex("C00C 0002 0001 00000000 0002 C00C") }
        bytes.replaceSubrange(6..<8, with: Self.bigEndian(count))
        let message = try Message(decoding: bytes)
        #expect(message.answers.count == count)
        #expect(message.answers.allSatisfy { $0.owner.wire.count == 255 })
        #expect(message.encoded() == bytes)
        let set = try #require(
            RRset(owner: message.questions[0].name, type: .ns, in: message.answers))
        #expect(set.data.count == 1)
    }

    /// Different names that all share their end.
    @Test func manyNames() throws {
        let answers = try (0..<2500).map { index in
            Record(
                owner: try name("n\(index).a.b.c.example"), type: .a, ttl: 1,
                data: .unknown([1, 2, 3, 4]))
        }
        let message = Message(id: 1, answers: answers)
        let decoded = try Message(decoding: message.encoded())
        #expect(decoded.answers.map(\.owner) == answers.map(\.owner))
        #expect(Set(decoded.answers.map(\.owner)).count == answers.count)
        #expect(decoded.answers.map(\.owner).sorted().count == answers.count)
    }

    /// 8,000 service parameters and as many mandatory keys, printed and read again.
    @Test func manyParameters() throws {
        let keys = Array(UInt16(100)..<8100)
        let mandatory = keys.flatMap { Self.bigEndian(Int($0)) }
        let binding = ServiceBinding(
            priority: 1, target: .root,
            parameters: [.init(key: 0, value: mandatory)] + keys.map { .init(key: $0, value: []) })
        let record = Record(owner: .root, type: .svcb, ttl: 1, data: .service(binding))
        try expectWireRoundTrip(record)
        try expectTextRoundTrip(record)
    }

    /// All types in the bitmaps of as many records as a message holds.
    @Test func wholeBitmaps() throws {
        let all = TypeBitmap((0...UInt16.max).map { RecordType(rawValue: $0) })
        let data = RecordData.nsec(NSEC(nextName: .root, types: all))
        let record = Record(owner: .root, type: .nsec, ttl: 1, data: data)
        let message = Message(id: 1, answers: Array(repeating: record, count: 7))
        #expect(try Message(decoding: message.encoded()).answers.count == 7)
    }

    /// Zone text of 10,000 lines, and one field of a megabyte.
    @Test func longText() throws {
        let lines = (0..<10000).map { "n\($0).example. 60 IN A 192.0.2.1\n" }.joined()
        #expect(try records(lines).count == 10000)
        let field = String(repeating: "a", count: 1_000_000)
        #expect(throws: DNSError.self) { try records("\(field) A 192.0.2.1") }
        #expect(throws: DNSError.self) { try records("a TXT \"\(field)\"") }
        #expect(throws: DNSError.self) {
            try records("a TXT \(String(repeating: "(", count: 99999))")
        }
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    }
}
