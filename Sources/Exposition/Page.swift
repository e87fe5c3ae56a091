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
        for sample in family.samples { add(sample, of: family) }
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

    private mutating func add(_ sample: Sample, of family: MetricFamily) {
        let suffix = family.kind == .counter ? .total : sample.suffix
        bytes += family.name.utf8
        if suffix != .none { bytes += suffix.text.utf8 }
        var labels = sample.labels
        if case .bucket(let bound) = suffix { labels = labels + ["le": text(ofBound: bound)] }
        if !labels.bytes.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels.bytes
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        if let digit = NumberText.digit(sample.value) {
            bytes.append(digit)
        } else {
            bytes += NumberText.text(sample.value).utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private func text(ofBound bound: Double) -> String {
        let text = NumberText.text(bound)
        return format == .text ? text : NumberText.canonicalBound(text)
    }
}
