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
        begin(keyword, name)
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func comment(
        _ keyword: String, _ name: String, help: String, escapesQuotes: Bool
    ) {
        begin(keyword, name)
        bytes.append(escaping: help, quotes: escapesQuotes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func begin(_ keyword: String, _ name: String) {
        bytes += "# ".utf8
        bytes += keyword.utf8
        bytes.append(UInt8(ascii: " "))
        bytes += name.utf8
        bytes.append(UInt8(ascii: " "))
    }

    private mutating func add(_ sample: Sample, of family: MetricFamily, labels: [Sample.Label]) {
        bytes += family.name.utf8
        if family.kind == .counter {
            bytes += "_total".utf8
        } else if sample.suffix != .none {
            bytes += sample.suffix.rawValue.utf8
        }
        var separator = UInt8(ascii: "{")
        for (name, value) in labels {
            bytes.append(separator)
            bytes += name.utf8
            bytes += "=\"".utf8
            bytes.append(escaping: value, quotes: true)
            bytes.append(UInt8(ascii: "\""))
            separator = UInt8(ascii: ",")
        }
        if !labels.isEmpty { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: " "))
        bytes += NumberText.text(sample.value).utf8
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(escaping text: String, quotes: Bool) {
        let text = text.utf8.span
        // One byte becomes three at most.
        append(addingCapacity: 3 * text.count) { escaped in
            for index in text.indices {
                switch text[index] {
                case UInt8(ascii: "\\"):
                    escaped.append(UInt8(ascii: "\\"))
                    escaped.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\n"):
                    escaped.append(UInt8(ascii: "\\"))
                    escaped.append(UInt8(ascii: "n"))
                case UInt8(ascii: "\"") where quotes:
                    escaped.append(UInt8(ascii: "\\"))
                    escaped.append(UInt8(ascii: "\""))
                // Prometheus takes a NUL for the end of its input.
                case 0: for byte in "\u{FFFD}".utf8 { escaped.append(byte) }
                case let byte: escaped.append(byte)
                }
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
