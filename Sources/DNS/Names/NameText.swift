extension Name: LosslessStringConvertible, CustomDebugStringConvertible {
    /// Reads presentation format with its escapes; a missing final dot is added. Nil when it is no
    /// name.
    package init?(_ description: String) {
        guard let name = try? Name(parsing: description) else { return nil }
        self = name
    }

    /// Reads presentation format; a missing final dot is added.
    package init(parsing text: String) throws(DNSError) {
        // What is generic is not specialised for callers in other modules.
        try self.init(text: text.utf8, origin: .root)
    }

    /// Reads presentation format (RFC 1035 5.1, `\.` and `\DDD`); a relative name is put under
    /// `origin`.
    package init(text: some Collection<UInt8>, origin: Name) throws(DNSError) {
        if text.elementsEqual(".".utf8) {
            self = .root
            return
        }
        if text.elementsEqual("@".utf8) {
            self = origin
            return
        }
        guard !text.isEmpty else { throw .malformed("a name is empty") }
        var labels: [[UInt8]] = [[]]
        try unescape(text) { (byte, isEscaped) in
            if byte == UInt8(ascii: "."), !isEscaped {
                labels.append([])
            } else {
                labels[labels.count - 1].append(byte)
            }
        }
        let isAbsolute = labels.last?.isEmpty == true
        if isAbsolute { labels.removeLast() }
        let name = try Name(labels: labels)
        guard !isAbsolute, !origin.isRoot else {
            self = name
            return
        }
        let wire = name.wire.dropLast() + origin.wire
        guard wire.count <= 255 else { throw .nameTooLong }
        self.init(uncheckedWire: Array(wire))
    }

    /// Presentation format with the final dot.
    package var description: String { String(decoding: presentation, as: UTF8.self) }

    package var debugDescription: String { description }

    /// Presentation format without the final dot, as people and metric labels write it; `.` for the
    /// root.
    package var text: String {
        isRoot ? "." : String(decoding: presentation.dropLast(), as: UTF8.self)
    }

    /// With the final dot; ASCII.
    private var presentation: [UInt8] {
        guard !isRoot else { return [UInt8(ascii: ".")] }
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        var position = 0
        while wire[position] != 0 {
            let end = position + 1 + Int(wire[position])
            for byte in wire[(position + 1)..<end] {
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"),
                    UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                    text += [UInt8(ascii: "\\"), byte]
                case 0x21...0x7e: text.append(byte)
                default: text += decimalEscape(byte).utf8
                }
            }
            text.append(UInt8(ascii: "."))
            position = end
        }
        return text
    }
}

/// `\DDD` (RFC 1035 5.1).
func decimalEscape(_ byte: UInt8) -> String {
    let digits = String(byte)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
}

/// Resolves `\X` and `\DDD` and hands on each byte with the word whether it was escaped.
func unescape(
    _ text: some Collection<UInt8>, _ body: (UInt8, Bool) throws(DNSError) -> Void
) throws(DNSError) {
    var rest = text[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "\\") else {
            try body(byte, false)
            continue
        }
        guard let next = rest.popFirst() else { throw .malformed("a backslash ends the text") }
        guard (0x30...0x39).contains(next) else {
            try body(next, true)
            continue
        }
        guard let second = rest.popFirst(), let third = rest.popFirst(),
            (0x30...0x39).contains(second), (0x30...0x39).contains(third),
            let value = UInt8(
                exactly: 100 * Int(next - 48) + 10 * Int(second - 48) + Int(third - 48))
        else { throw .malformed("a decimal escape is not \\000 to \\255") }
        try body(value, true)
    }
}
