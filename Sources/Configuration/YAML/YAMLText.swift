/// YAML to be written: block style, with short flat collections on a line of their own.
enum YAMLText {
    /// Text, quoted where it could be read as anything else.
    case text(String)
    /// A number, a truth value or a word that is safe as it stands.
    case literal(String)
    case list([YAMLText])
    case mapping([(key: String, value: YAMLText)])

    /// One line for each element; none for an empty collection.
    var lines: [String] {
        switch self {
        case .text, .literal: [inline ?? ""]
        case .list(let items):
            items.flatMap { item in
                let lines = item.inline.map { [$0] } ?? item.lines
                return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        case .mapping(let entries):
            entries.flatMap { key, value in
                if let inline = value.inline, value.isEmpty || !value.isMapping {
                    return [Self.spelled(key) + ": " + inline]
                }
                return [Self.spelled(key) + ":"] + value.lines.map { "  " + $0 }
            }
        }
    }

    /// The value on one line; nil for a collection of collections and for a long list.
    private var inline: String? {
        switch self {
        case .text(let text): return Self.spelled(text)
        case .literal(let word): return word
        case .list(let items):
            guard items.count <= 8, items.allSatisfy(\.isScalar) else { return nil }
            return "[" + items.compactMap(\.inline).joined(separator: ", ") + "]"
        case .mapping(let entries):
            guard entries.allSatisfy(\.value.isScalar) else { return nil }
            let pairs = entries.map { Self.spelled($0.key) + ": " + ($0.value.inline ?? "") }
            return "{" + pairs.joined(separator: ", ") + "}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .literal: true
        case .list, .mapping: false
        }
    }

    private var isMapping: Bool {
        if case .mapping = self { true } else { false }
    }

    private var isEmpty: Bool {
        switch self {
        case .text, .literal: false
        case .list(let items): items.isEmpty
        case .mapping(let entries): entries.isEmpty
        }
    }

    /// Plain when that is surely the same text, else in double quotes.
    private static func spelled(_ text: String) -> String {
        let isWord =
            text.utf8.first.map(isLetter) ?? false
            && text.utf8.allSatisfy { isLetter($0) || (0x2d...0x39).contains($0) || $0 == 0x5f }
        let isTaken = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
            .contains(text.lowercased())
        if isWord && !isTaken { return text }
        return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// YAML 1.1 5.1 and 5.7: what is no printable character, or breaks a line, goes by its number.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x22, 0x5c: return "\\" + String(scalar)
        case 0x20...0x7e, 0xa0...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd,
            0x10000...:
            return String(scalar)
        default:
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
