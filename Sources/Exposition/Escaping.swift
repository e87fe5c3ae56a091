extension String {
    /// The most bytes that it takes when it is escaped: three for a NUL.
    var escapedRoom: Int { 3 * utf8.count }
}

extension OutputSpan<UInt8> {
    mutating func append(_ text: String) {
        let text = text.utf8.span
        for index in text.indices { append(text[index]) }
    }

    mutating func append(escaping text: String, quotes: Bool) {
        let text = text.utf8.span
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            // Prometheus takes a NUL for the end of its input.
            case 0: append("\u{FFFD}")
            case let byte: append(byte)
            }
        }
    }
}

extension [UInt8] {
    /// Most texts hold nothing that is escaped, and are taken over as a whole.
    mutating func append(escaping text: String, quotes: Bool) {
        guard text.utf8.span.needsEscaping else {
            self += text.utf8
            return
        }
        append(addingCapacity: text.escapedRoom) { $0.append(escaping: text, quotes: quotes) }
    }
}

extension Span<UInt8> {
    fileprivate var needsEscaping: Bool {
        for index in indices {
            switch self[index] {
            case UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\""), 0: return true
            default: continue
            }
        }
        return false
    }
}
