/// A page of metrics, ready to be written in either format.
///
/// Families of one name are one; the first sample of a series counts; a family without samples is left out.
package struct Exposition: Sendable {
    package let families: [MetricFamily]

    package init(_ families: some Sequence<MetricFamily>) {
        var merged: [MetricFamily] = []
        var places: [String: Int] = [:]
        for family in families {
            if let place = places[family.name] {
                merged[place].samples += family.samples
            } else {
                places[family.name] = merged.count
                merged.append(family)
            }
        }
        self.families = merged.compactMap { family in
            var family = family
            if family.samples.count > 1 {
                var seen: Set<[UInt8]> = []
                family.samples.removeAll { !seen.insert($0.identity).inserted }
            }
            return family.samples.isEmpty ? nil : family
        }
    }

    /// The text format, version 0.0.4.
    package func text() -> [UInt8] { page(.text) }

    /// OpenMetrics 1.0.0.
    package func openMetrics() -> [UInt8] { page(.openMetrics) }

    package func page(_ format: Format) -> [UInt8] {
        var page = Page(format)
        page.reserve(16_384)
        for family in families {
            page.begin(family)
            page.add(family)
        }
        page.end()
        return page.bytes
    }
}

extension Sample {
    /// The same for samples of one series, whatever the order of their labels; an empty label is none.
    fileprivate var identity: [UInt8] {
        var key = Array(suffix.rawValue.utf8)
        for label in labels.sorted(by: { $0.name < $1.name }) where !label.value.isEmpty {
            key.append(0xff)
            key += label.name.utf8
            key.append(0xfe)
            key += label.value.utf8
        }
        return key
    }
}
