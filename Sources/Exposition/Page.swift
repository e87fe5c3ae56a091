/// The lines of a page, as bytes.
struct Page {
    private(set) var bytes: [UInt8] = []
    private let escapesQuotesInHelp: Bool

    init(escapesQuotesInHelp: Bool) {
        self.escapesQuotesInHelp = escapesQuotesInHelp
        bytes.reserveCapacity(16384)
    }

    mutating func comment(_ keyword: String, _ name: String, _ text: String) {
        bytes += "# \(keyword) \(name) \(text)\n".utf8
    }

    mutating func comment(_ keyword: String, _ name: String, help: String) {
        bytes += "# \(keyword) \(name) ".utf8
        append(escaping: help, quotes: escapesQuotesInHelp)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func sample(_ sample: Sample, of family: MetricFamily, labels: [Sample.Label]) {
        bytes += family.name.utf8
        bytes += (family.kind == .counter ? "_total" : sample.suffix.rawValue).utf8
        if !labels.isEmpty {
            for (index, label) in labels.enumerated() {
                bytes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
                bytes += label.name.utf8
                bytes += "=\"".utf8
                append(escaping: label.value, quotes: true)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        bytes += NumberText.text(sample.value).utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func end() { bytes += "# EOF\n".utf8 }

    private mutating func append(escaping text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: bytes += "\\\"".utf8
            // Prometheus takes a NUL for the end of its input.
            case 0: bytes += "\u{FFFD}".utf8
            default: bytes.append(byte)
            }
        }
    }
}
