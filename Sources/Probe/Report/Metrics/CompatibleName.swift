import OpenSSL

extension [NameAttribute] {
    /// A distinguished name as blackbox_exporter writes it, which is how Go's crypto/x509/pkix does: the types that it
    /// knows in an order of its own, the values of one type together, before them in the text; all others behind, as
    /// "OID=#DER". For names of the usual types in the usual order it is RFC 2253.
    var compatibleText: String {
        var groups: [(type: String, values: [String])] = []
        for attribute in self where Self.known[attribute.type] == nil {
            groups.append((attribute.type, ["#" + attribute.der.hexadecimal]))
        }
        for type in Self.order {
            let values = filter { $0.type == type }.map(\.escaped)
            guard let last = values.last else { continue }
            groups.append((type, Self.single.contains(type) ? [last] : values))
        }
        return groups.reversed().map { group in
            let name = Self.known[group.type] ?? group.type
            return group.values.map { "\(name)=\($0)" }.joined(separator: "+")
        }.joined(separator: ",")
    }

    private static let known = [
        "2.5.4.6": "C", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.3": "CN",
        "2.5.4.5": "SERIALNUMBER", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "STREET",
        "2.5.4.17": "POSTALCODE",
    ]
    private static let order = [
        "2.5.4.6", "2.5.4.8", "2.5.4.7", "2.5.4.9", "2.5.4.17", "2.5.4.10", "2.5.4.11", "2.5.4.3",
        "2.5.4.5",
    ]
    /// Of which the last one counts.
    private static let single: Set<String> = ["2.5.4.3", "2.5.4.5"]
}

extension NameAttribute {
    /// As RFC 4514 2.4 has it.
    fileprivate var escaped: String {
        let characters = Array(value.unicodeScalars)
        var text = String.UnicodeScalarView()
        for (index, character) in characters.enumerated() {
            let isEscaped =
                switch character {
                case ",", "+", "\"", "\\", "<", ">", ";": true
                case " ": index == 0 || index == characters.count - 1
                case "#": index == 0
                default: false
                }
            if isEscaped { text.append("\\") }
            text.append(character)
        }
        return String(text)
    }

    /// The value as Go encodes it anew: a PrintableString where it can be one, else a UTF8String.
    fileprivate var der: [UInt8] {
        let bytes = Array(value.utf8)
        let isPrintable = bytes.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "'")...UInt8(ascii: ")"),
                UInt8(ascii: "+")...UInt8(ascii: "/"), UInt8(ascii: " "), UInt8(ascii: ":"),
                UInt8(ascii: "="), UInt8(ascii: "?"):
                true
            default: false
            }
        }
        return [isPrintable ? 0x13 : 0x0c] + Self.length(bytes.count) + bytes
    }

    /// X.690 8.1.3.
    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 128 else { return [UInt8(count)] }
        var (rest, bytes) = (count, [UInt8]())
        while rest > 0 {
            bytes.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
