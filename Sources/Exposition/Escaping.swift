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
