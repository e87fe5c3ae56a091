/// Master file text (RFC 1035 5): records one after another, with `$ORIGIN`, `$TTL`, parentheses,
/// comments, quoted strings, inherited owners and TTLs. `$INCLUDE` and `$GENERATE` are refused.
package struct ZoneText {
    /// The records in the order of the text; every error names its line.
    package static func records(
        _ text: some Collection<UInt8>, origin: Name = .root, defaultTTL: UInt32 = 3600
    ) throws(DNSError) -> [Record] {
        try numberedRecords(text, origin: origin, defaultTTL: defaultTTL).map(\.record)
    }

    /// As `records`, each with the line that it begins in, from 1.
    package static func numberedRecords(
        _ text: some Collection<UInt8>, origin: Name = .root, defaultTTL: UInt32 = 3600
    ) throws(DNSError) -> [(line: Int, record: Record)] {
        var state = State(origin: origin, ttl: defaultTTL)
        var records: [(line: Int, record: Record)] = []
        for entry in try entries(Array(text)) {
            do {
                if let record = try state.record(entry) { records.append((entry.line, record)) }
            } catch {
                throw .text(line: entry.line, error.description)
            }
        }
        return records
    }

    /// One logical line: its fields, parentheses resolved.
    private struct Entry {
        var line: Int
        var startsWithBlank: Bool
        var fields: [TextField]
    }

    private struct State {
        var origin: Name
        /// Of `$TTL`, or the last that a record stated (RFC 1035 5.1, RFC 2308 4).
        var ttl: UInt32
        var hasDirective = false
        var recordClass = RecordClass.in
        var owner: Name?

        mutating func record(_ entry: Entry) throws(DNSError) -> Record? {
            var fields = entry.fields[...]
            guard let first = fields.first else { return nil }
            if !first.isQuoted, first.text.hasPrefix("$") {
                try directive(fields)
                return nil
            }
            if !entry.startsWithBlank {
                owner = try Name(text: first.bytes, origin: origin)
                fields.removeFirst()
            }
            guard let owner else { throw .malformed("the first record has no owner") }
            let ttl = try timeAndClass(&fields)
            guard let typeField = fields.popFirst() else {
                throw .malformed("a record has no type")
            }
            guard let type = RecordType(typeField.text) else {
                throw .malformed("\"\(typeField.text)\" is not a record type")
            }
            let data = try RecordData(
                type: type, class: recordClass, fields: fields, origin: origin)
            return Record(owner: owner, type: type, class: recordClass, ttl: ttl, data: data)
        }

        /// Takes TTL and class, which stand in either order, each at most once; both are inherited
        /// (RFC 1035 5.1).
        private mutating func timeAndClass(
            _ fields: inout ArraySlice<TextField>
        ) throws(DNSError) -> UInt32 {
            var (ttl, hasClass): (UInt32?, Bool) = (nil, false)
            while let field = fields.first, !field.isQuoted {
                if !hasClass, let given = RecordClass(field.text) {
                    (recordClass, hasClass) = (given, true)
                } else if ttl == nil, let digit = field.bytes.first, (0x30...0x39).contains(digit) {
                    ttl = try Self.ttl(field)
                } else {
                    break
                }
                fields.removeFirst()
            }
            if !hasDirective, let ttl { self.ttl = ttl }
            return ttl ?? self.ttl
        }

        /// At most 2^31-1 (RFC 2181 8).
        private static func ttl(_ field: TextField) throws(DNSError) -> UInt32 {
            guard let given = ZoneTime.parse(field.bytes), given <= Int32.max else {
                throw .malformed("\"\(field.text)\" is not a TTL")
            }
            return given
        }

        private mutating func directive(_ fields: ArraySlice<TextField>) throws(DNSError) {
            let values = Array(fields)
            switch (values[0].text.uppercased(), values.count) {
            case ("$ORIGIN", 2): origin = try Name(text: values[1].bytes, origin: origin)
            case ("$TTL", 2): (ttl, hasDirective) = (try Self.ttl(values[1]), true)
            default: throw .malformed("the directive \(values[0].text) is not understood here")
            }
        }
    }

    private static func entries(_ text: [UInt8]) throws(DNSError) -> [Entry] {
        var entries: [Entry] = []
        var entry = Entry(line: 1, startsWithBlank: false, fields: [])
        var (line, depth, isAtLineStart) = (1, 0, true)
        var rest = text[...]
        while let byte = rest.popFirst() {
            let wasAtLineStart = isAtLineStart
            isAtLineStart = false
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                guard depth == 0 else { continue }
                entries.append(entry)
                entry = Entry(line: line, startsWithBlank: false, fields: [])
                isAtLineStart = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                if wasAtLineStart { entry.startsWithBlank = true }
            case UInt8(ascii: ";"):
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                guard depth >= 0 else { throw .text(line: line, "a parenthesis closes nothing") }
            default:
                entry.fields.append(try field(startingWith: byte, &rest, line: line))
            }
        }
        guard depth == 0 else { throw .text(line: entry.line, "a parenthesis is not closed") }
        return entries + [entry]
    }

    /// A quoted string, or everything up to a blank; a service parameter keeps its inner quotes.
    private static func field(
        startingWith first: UInt8, _ rest: inout ArraySlice<UInt8>, line: Int
    ) throws(DNSError) -> TextField {
        let quote = UInt8(ascii: "\"")
        let isQuoted = first == quote
        var bytes: [UInt8] = isQuoted ? [] : [first]
        var isInQuotes = isQuoted
        if first == UInt8(ascii: "\\"), rest.first != UInt8(ascii: "\n"), let next = rest.popFirst()
        {
            bytes.append(next)
        }
        while let byte = rest.first {
            if isInQuotes ? byte == UInt8(ascii: "\n") : endsField(byte) { break }
            rest.removeFirst()
            if byte == quote {
                if isQuoted { return TextField(bytes, isQuoted: true) }
                isInQuotes.toggle()
            }
            bytes.append(byte)
            // A line ends even behind a backslash, which then ends its field and is refused there.
            if byte == UInt8(ascii: "\\"), rest.first != UInt8(ascii: "\n"),
                let next = rest.popFirst()
            {
                bytes.append(next)
            }
        }
        guard !isInQuotes else { throw .text(line: line, "a quoted string is not closed") }
        return TextField(bytes)
    }

    private static func endsField(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0d, 0x0a, UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
    }
}

/// A number of seconds, or BIND's units: `1w2d3h4m5s`.
enum ZoneTime {
    static func parse(_ text: some Collection<UInt8>) -> UInt32? {
        var (total, number): (UInt64, UInt64?) = (0, nil)
        for byte in text {
            if (0x30...0x39).contains(byte) {
                number = (number ?? 0) * 10 + UInt64(byte - 0x30)
                guard number ?? 0 <= UInt32.max else { return nil }
            } else {
                guard let count = number, let unit = units[byte.lowercased] else { return nil }
                (total, number) = (total + count * unit, nil)
                guard total <= UInt32.max else { return nil }
            }
        }
        guard !text.isEmpty else { return nil }
        return UInt32(exactly: total + (number ?? 0))
    }

    private static let units: [UInt8: UInt64] = [
        UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600,
        UInt8(ascii: "d"): 86400, UInt8(ascii: "w"): 604_800,
    ]
}
