/// What tells a sample's series from the others of its family.
struct Series: Hashable {
    private let suffix: Sample.Suffix
    private let labels: [Sample.Label]
    /// Of the labels' values, the same in whatever order.
    private let fingerprint: UInt64

    init(_ sample: Sample) {
        (suffix, labels) = (sample.suffix, sample.labels)
        fingerprint = sample.labels.reduce(0) { $0 &+ Self.fingerprint($1.value) }
    }

    /// Whatever the order of the labels; an empty label is none.
    static func == (left: Series, right: Series) -> Bool {
        left.fingerprint == right.fingerprint && left.suffix == right.suffix
            && left.sorted.elementsEqual(right.sorted) {
                $0.name.utf8.elementsEqual($1.name.utf8)
                    && $0.value.utf8.elementsEqual($1.value.utf8)
            }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    private var sorted: [Sample.Label] {
        labels.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name }
    }

    /// FNV-1a; 0 of nothing.
    private static func fingerprint(_ text: String) -> UInt64 {
        let text = text.utf8.span
        var hash: UInt64 = 0
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        return hash
    }
}

extension MetricFamily {
    /// Leaves the first sample of each series.
    mutating func removeRepeatedSeries() {
        guard samples.count > 1 else { return }
        var seen = Set<Series>(minimumCapacity: samples.count)
        samples.removeAll { !seen.insert(Series($0)).inserted }
    }
}
