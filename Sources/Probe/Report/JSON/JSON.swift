/// A JSON value; an object keeps its keys in the order given.
enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(KeyValuePairs<String, JSON>)

    /// One line, a line feed at its end (RFC 8259).
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value):
            if let whole = Int64(exactly: value) {
                bytes += String(whole).utf8
            } else {
                bytes += (value.isFinite ? value.description : "null").utf8
            }
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let values):
            Self.writeList(values, in: "[]", to: &bytes) { $0.write(to: &$1) }
        case .object(let pairs):
            Self.writeList(pairs, in: "{}", to: &bytes) { pair, bytes in
                Self.write(pair.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                pair.value.write(to: &bytes)
            }
        }
    }

    private static func writeList<Items: Collection>(
        _ items: Items, in brackets: String, to bytes: inout [UInt8],
        _ write: (Items.Element, inout [UInt8]) -> Void
    ) {
        bytes += brackets.utf8.prefix(1)
        var isFirst = true
        for item in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(item, &bytes)
        }
        bytes += brackets.utf8.suffix(1)
    }

    /// What could steer a terminal is escaped too, not only what RFC 8259 7 wants.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case _ where scalar.isVisible: bytes += String(scalar).utf8
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSON {
    static func string(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

    static func bool(_ value: Bool?) -> JSON { value.map { .bool($0) } ?? .null }

    static func integer(_ value: (some BinaryInteger)?) -> JSON {
        value.map { .integer(Int64(clamping: $0)) } ?? .null
    }

    static func strings(_ values: some Sequence<String>) -> JSON {
        .array(values.map { .string($0) })
    }

    /// Seconds.
    static func duration(_ value: Duration?) -> JSON { value.map { .number($0.seconds) } ?? .null }

    /// RFC 3339.
    static func time(_ value: Int64?) -> JSON { .string(value?.timeText) }
}
