/// A page of metrics, ready to be written in either format.
///
/// Families of one name are one; the first sample of a series counts; a family without samples is left out.
package struct Exposition: Sendable {
    package let families: [MetricFamily]

    package init(_ families: [MetricFamily]) {
        var merged: [MetricFamily] = []
        var places = [String: Int](minimumCapacity: families.count)
        for family in families {
            if let place = places[family.name] {
                merged[place].samples += family.samples
            } else {
                places[family.name] = merged.count
                merged.append(family)
            }
        }
        self.init(distinct: merged)
    }

    /// Of families that have no name in common.
    package init(distinct families: [MetricFamily]) {
        self.families = families.filter { !$0.samples.isEmpty }.map {
            var family = $0
            family.removeRepeatedSeries()
            return family
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
