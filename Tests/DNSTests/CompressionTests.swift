import DNS
import Testing

/// Compression as hostile messages write it (RFC 1035 4.1.4).
@Suite struct CompressionTests {
    /// A response of ID 0 with one question of the root and this much more of an answer section.
    static func message(answers: Int = 1, _ body: String) throws -> [UInt8] {
        try hex("0000 8400 0001 " + String(answers, radix: 16).padded(4) + " 0000 0000")
            + hex("00 0001 0001") + hex(body)
    }

    /// The example of RFC 1035 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root.
    @Test func example() throws {
        let fields = "0001 0001 00000001 0004 C0000201"
        // The answer section begins at 17; its second name points at the first, its third into it.
        let bytes = try Self.message(
            answers: 4,
            "01 46 03 495349 04 41525041 00" + fields  // at 17, ARPA at 23
                + "03 464F4F C011" + fields + "C017" + fields + "00" + fields)
        let message = try Message(decoding: bytes)
        #expect(
            message.answers.map(\.owner.description) == [
                "F.ISI.ARPA.", "FOO.F.ISI.ARPA.", "ARPA.", ".",
            ])
        #expect(message.encoded() == bytes)
    }

    @Test(arguments: [
        ("to itself", "C011"), ("forward", "C013 00"), ("far forward", "FFFF"),
        ("into the name that holds it", "0161 C011"), ("to its own label's bytes", "02C011 C012"),
        ("into the header", "C000"), ("to the header's last byte", "C00B"),
        ("reserved 01", "41 61 00"), ("reserved 10", "81 61 00"),
    ])
    func refusedPointers(what: String, owner: String) throws {
        let bytes = try Self.message(owner + "0001 0001 00000001 0004 C0000201")
        #expect(throws: DNSError.compression, "\(what)") { try Message(decoding: bytes) }
    }

    @Test func twoNamesThatPointAtEachOther() throws {
        // The first is in the data of an NS record at 17; its data, at 28, points at the next
        // owner, 30.
        let bytes = try Self.message(
            answers: 2,
            "00 0002 0001 00000001 0002 C01E  C01C 0001 0001 00000001 0004 C0000201")
        #expect(throws: DNSError.compression) { try Message(decoding: bytes) }
    }

    @Test func pointerBehindTheEndOfItsData() throws {
        // The pointer's second byte is the first of what follows the data.
        let bytes = try Self.message("00 0002 0001 00000001 0001 C0 0C")
        #expect(throws: DNSError.truncated) { try Message(decoding: bytes) }
    }

    @Test func labelBehindTheEndOfItsData() throws {
        let bytes = try Self.message("00 0002 0001 00000001 0002 0361 616100")
        #expect(throws: DNSError.truncated) { try Message(decoding: bytes) }
    }

    @Test func dataThatStandsAloneHasNoPointers() throws {
        #expect(throws: DNSError.compression) {
            try RecordData(
                type: .soa,
                wire: hex("0161 00 C000 00000001 00000001 00000001 00000001 00000001"))
        }
        #expect(throws: DNSError.self) { try record("a. NS \\# 4 0161C000") }
    }

    /// 255 bytes are counted through pointers too.
    @Test func longNamesThroughPointers() throws {
        let label = "3f" + String(repeating: "61", count: 63)
        // At 17: three labels of 63, 192 bytes, and the root's. 61 bytes more fit with their length
        // byte.
        let fields = "0001 0001 00000001 0004 C0000201"
        for (count, fits) in [(61, true), (62, false)] {
            let head = String(count, radix: 16) + String(repeating: "62", count: count)
            let bytes = try Self.message(
                answers: 2, label + label + label + "00" + fields + head + "C011" + fields)
            if fits {
                let owners = try Message(decoding: bytes).answers.map(\.owner.wire.count)
                #expect(owners == [193, 255])
            } else {
                #expect(throws: DNSError.nameTooLong) { try Message(decoding: bytes) }
            }
        }
    }

    /// Names keep their case, so that only the same bytes are pointed at.
    @Test func caseSurvivesCompression() throws {
        let answers = try ["www.Example.com", "mail.example.COM", "ftp.Example.com"].map {
            Record(owner: try name($0), type: .ns, ttl: 1, data: .name(try name("Ns." + $0)))
        }
        let message = Message(id: 7, answers: answers)
        let decoded = try Message(decoding: message.encoded())
        #expect(decoded.answers.map(\.owner.wire) == answers.map(\.owner.wire))
        #expect(decoded.answers.map(\.data.wire) == answers.map(\.data.wire))
        #expect(message.encoded().count < 12 + 6 * 20 + 3 * 10)
    }

    /// A name may lie behind the 16,383 bytes that a pointer can reach.
    @Test func namesBehindThePointersReach() throws {
        let answers = try (0..<900).map { index in
            Record(
                owner: try name("n\(index).example"), type: .mx, ttl: 1,
                data: .mx(MX(preference: 1, exchange: try name("mx\(index).host\(index).example"))))
        }
        let message = Message(id: 7, answers: answers)
        #expect(message.encoded().count > 0x5000)
        #expect(try Message(decoding: message.encoded()) == message)
    }

    /// A name that begins there cannot be pointed at, though there is room to remember it.
    @Test func namesThatNoPointerReaches() throws {
        let filler = RecordData.txt(Array(repeating: Array(repeating: 65, count: 255), count: 64))
        let answers =
            [Record(owner: .root, type: .txt, ttl: 1, data: filler)]
            + (try records("a.example. NS b.example.\na.example. NS c.example."))
        let message = Message(id: 7, answers: answers)
        #expect(message.encoded().count > 0x4000)
        #expect(try Message(decoding: message.encoded()) == message)
    }

    /// No name but those of RFC 1035's types is compressed in data (RFC 3597 4).
    @Test func compressedTypes() throws {
        let owner = "a.long.example."
        for (line, isCompressed) in [
            ("NS \(owner)", true), ("CNAME \(owner)", true), ("PTR \(owner)", true),
            ("MX 1 \(owner)", true), ("DNAME \(owner)", false), ("SRV 1 1 1 \(owner)", false),
            ("SVCB 1 \(owner)", false), ("NSEC \(owner) A", false),
        ] {
            let record = try record(owner + " " + line)
            let size = Message(id: 1, answers: [record]).encoded().count
            let whole = 12 + 16 + 10 + record.data.wire.count
            #expect(size == (isCompressed ? whole - 16 + 2 : whole), "\(line)")
            try expectWireRoundTrip(record)
        }
    }

    @Test func countsBeyondTheContentThrowAtOnce() throws {
        for index in 2..<6 {
            var bytes = Array(repeating: UInt8(0), count: 12)
            bytes[2 * index] = 0xff
            bytes[2 * index + 1] = 0xff
            #expect(throws: DNSError.truncated) { try Message(decoding: bytes) }
        }
        let announced =
            try hex("0000 8400 0000 FFFF 0000 0000") + hex("00 0010 0001 00000000 FFFF 05")
        #expect(throws: DNSError.truncated) { try Message(decoding: announced) }
        #expect(throws: DNSError.trailingBytes) {
            try Message(decoding: hex("0000 8400 0000 0000 0000 0000 00"))
        }
        #expect(throws: DNSError.truncated) { try Message(decoding: []) }
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
