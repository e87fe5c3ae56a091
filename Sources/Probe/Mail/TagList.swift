/// `tag=value;` pairs, as DKIM keys, DMARC, TLSRPT and MTA-STS records have them (RFC 6376 3.2).
struct TagList: Sendable {
    /// In their order, white space around both taken off.
    private(set) var tags: [(name: String, value: String)] = []
    /// A clause for each thing that is not as the grammar has it.
    private(set) var faults: [String] = []

    init(_ text: String) {
        var names: Set<String> = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair.first ?? "").trimmed
            guard !name.isEmpty || pair.count > 1 else { continue }
            guard pair.count == 2, name.isTagName else {
                fault("\"\(String(part).plain(limit: 64))\" is no tag with a value")
                continue
            }
            if !names.insert(name).inserted {
                fault("the tag \(name.plain(limit: 32)) stands twice")
            }
            tags.append((name, String(pair[1]).trimmed))
        }
    }

    subscript(_ name: String) -> String? { tags.first { $0.name == name }?.value }

    mutating func fault(_ clause: String) {
        if faults.count < Self.mostFaults { faults.append(clause) }
    }

    private static let mostFaults = 16
}

extension String {
    /// Without spaces, tabs and line ends around it.
    var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (9...13).contains($0) }
        let bytes = utf8.drop(while: isSpace)
        guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(bytes[...last]) ?? ""
    }

    fileprivate var isTagName: Bool {
        guard let first = utf8.first, first.isLetter else { return false }
        return utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    }
}

extension UInt8 {
    /// Of ASCII.
    var isLetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
}

/// One TXT record: its strings belong together without a space (RFC 7208 3.3, RFC 6376 3.6.2.2).
func joined(_ strings: [[UInt8]]) -> String {
    String(decoding: strings.joined(), as: UTF8.self)
}
