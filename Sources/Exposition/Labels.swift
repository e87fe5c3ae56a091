/// The labels of a series in their order, escaped once, as they stand on a page.
package struct Labels: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// `host="a.example",port="443"`
    private(set) var bytes: [UInt8]
    /// The same in any order, and seldom for other labels of one family; an empty label adds nothing.
    private(set) var fingerprint: UInt64

    package init(dictionaryLiteral labels: (String, String)...) {
        let room = labels.reduce(0) { $0 + $1.0.utf8.count + $1.1.escapedRoom + 4 }
        bytes = [UInt8](capacity: room) { line in
            for (name, value) in labels {
                if !line.isEmpty { line.append(UInt8(ascii: ",")) }
                line.append(name)
                line.append(UInt8(ascii: "="))
                line.append(UInt8(ascii: "\""))
                line.append(escaping: value, quotes: true)
                line.append(UInt8(ascii: "\""))
            }
        }
        fingerprint = labels.reduce(0) { $0 &+ Self.hash($1.1) }
    }

    package static func + (left: Labels, right: Labels) -> Labels {
        if left.bytes.isEmpty { return right }
        if right.bytes.isEmpty { return left }
        var whole = left
        whole.bytes.reserveCapacity(left.bytes.count + 1 + right.bytes.count)
        whole.bytes.append(UInt8(ascii: ","))
        whole.bytes += right.bytes
        whole.fingerprint &+= right.fingerprint
        return whole
    }

    /// An array of bytes is hashed byte by byte.
    package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    /// FNV-1a, but 0 of nothing.
    private static func hash(_ text: String) -> UInt64 {
        let text = text.utf8.span
        var hash: UInt64 = 0
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        return hash
    }
}

extension Labels {
    /// Equal where nothing but the order or an empty label differs.
    var identity: [ArraySlice<UInt8>] {
        var isQuoted = false
        var isEscaped = false
        let each = bytes.split { byte in
            defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            return byte == UInt8(ascii: ",") && !isQuoted
        }
        return each.filter { !$0.suffix(3).elementsEqual("=\"\"".utf8) }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
