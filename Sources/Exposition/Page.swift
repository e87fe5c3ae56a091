/// The lines of a page, as bytes.
struct Page {
    private(set) var bytes: [UInt8] = []
    private let format: Exposition.Format

    init(_ format: Exposition.Format) { self.format = format }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// What stands before the samples of a family.
    mutating func begin(_ family: MetricFamily) {
        switch format {
        case .text:
            let name = family.kind == .counter ? family.name + "_total" : family.name
            comment("HELP", name, help: family.help, escapesQuotes: false)
            comment("TYPE", name, family.kind.rawValue)
        case .openMetrics:
            comment("TYPE", family.name, family.kind.rawValue)
            if let unit = family.unit { comment("UNIT", family.name, unit) }
            comment("HELP", family.name, help: family.help, escapesQuotes: true)
        }
    }

    /// Its samples.
    mutating func add(_ family: MetricFamily) {
        for sample in family.samples {
            let labels = format == .text ? sample.labels : sample.openMetricsLabels
            add(sample, of: family, labels: labels)
        }
    }

    mutating func add(_ other: Page) { bytes += other.bytes }

    mutating func end() {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
    }

    private mutating func comment(_ keyword: String, _ name: String, _ text: String) {
        bytes += "# \(keyword) \(name) \(text)\n".utf8
    }

    private mutating func comment(
        _ keyword: String, _ name: String, help: String, escapesQuotes: Bool
    ) {
        bytes += "# \(keyword) \(name) ".utf8
        append(escaping: help, quotes: escapesQuotes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func add(_ sample: Sample, of family: MetricFamily, labels: [Sample.Label]) {
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

extension Sample {
    fileprivate var openMetricsLabels: [Label] {
        suffix != .bucket
            ? labels
            : labels.map { $0.name == "le" ? ($0.name, NumberText.canonicalBound($0.value)) : $0 }
    }
}
