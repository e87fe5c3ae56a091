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
            comment("# HELP ", name, family.help, escapesQuotes: false)
            comment("# TYPE ", name, family.kind.rawValue)
        case .openMetrics:
            comment("# TYPE ", family.name, family.kind.rawValue)
            if let unit = family.unit { comment("# UNIT ", family.name, unit) }
            comment("# HELP ", family.name, family.help)
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

    private mutating func comment(
        _ start: String, _ name: String, _ text: String, escapesQuotes: Bool = true
    ) {
        let room = start.utf8.count + name.utf8.count + text.escapedRoom + 2
        bytes.append(addingCapacity: room) { line in
            line.append(start)
            line.append(name)
            line.append(UInt8(ascii: " "))
            line.append(escaping: text, quotes: escapesQuotes)
            line.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func add(_ sample: Sample, of family: MetricFamily, labels: [Sample.Label]) {
        bytes += family.name.utf8
        switch family.kind == .counter ? .total : sample.suffix {
        case .none: break
        case let suffix: bytes += suffix.rawValue.utf8
        }
        var separator = UInt8(ascii: "{")
        for (name, value) in labels {
            bytes.append(addingCapacity: name.utf8.count + value.escapedRoom + 4) { line in
                line.append(separator)
                line.append(name)
                line.append(UInt8(ascii: "="))
                line.append(UInt8(ascii: "\""))
                line.append(escaping: value, quotes: true)
                line.append(UInt8(ascii: "\""))
            }
            separator = UInt8(ascii: ",")
        }
        if !labels.isEmpty { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: " "))
        if let digit = NumberText.digit(sample.value) {
            bytes.append(digit)
        } else {
            bytes += NumberText.text(sample.value).utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension String {
    /// The most bytes that it takes when it is escaped: a NUL's three for each.
    fileprivate var escapedRoom: Int { 3 * utf8.count }
}

extension OutputSpan<UInt8> {
    fileprivate mutating func append(_ text: String) {
        let text = text.utf8.span
        for index in text.indices { append(text[index]) }
    }

    fileprivate mutating func append(escaping text: String, quotes: Bool) {
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

extension Sample {
    fileprivate var openMetricsLabels: [Label] {
        suffix != .bucket
            ? labels
            : labels.map { $0.name == "le" ? ($0.name, NumberText.canonicalBound($0.value)) : $0 }
    }
}
