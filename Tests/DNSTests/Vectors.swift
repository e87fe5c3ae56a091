import DNS
import Testing

/// Bytes from hexadecimal text; blanks between them do not count.
func hex(_ text: String) throws -> [UInt8] {
    let digits = try text.filter { !$0.isWhitespace }.map { try #require($0.hexDigitValue) }
    try #require(digits.count.isMultiple(of: 2))
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func name(_ text: String) throws -> Name { try #require(Name(text), "\(text)") }

/// All records of a zone text under the root.
func records(_ text: String) throws -> [Record] { try ZoneText.records(text.utf8) }

/// The one record of a text.
func record(_ text: String) throws -> Record {
    let all = try records(text)
    try #require(all.count == 1)
    return all[0]
}

/// A random source that always gives the same bits.
struct FixedBits: RandomNumberGenerator {
    var bits: UInt64
    mutating func next() -> UInt64 { bits }
}

/// A line that reads 1 record and yields it again from its own text, to the byte.
func expectTextRoundTrip(_ record: Record, _ place: SourceLocation = #_sourceLocation) throws {
    let again = try ZoneText.records(record.description.utf8)
    #expect(again == [record], sourceLocation: place)
    #expect(
        again.first?.data.wire == record.data.wire, "\(record)", sourceLocation: place)
}

func expectWireRoundTrip(_ record: Record, _ place: SourceLocation = #_sourceLocation) throws {
    let wire = record.data.wire
    let data = try RecordData(type: record.type, class: record.class, wire: wire)
    #expect(data == record.data, sourceLocation: place)
    #expect(data.wire == wire, sourceLocation: place)
    let message = Message(id: 1, answers: [record])
    #expect(try Message(decoding: message.encoded()) == message, sourceLocation: place)
}
