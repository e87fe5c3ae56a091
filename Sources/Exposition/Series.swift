extension MetricFamily {
    /// Leaves the first sample of each series.
    mutating func removeRepeatedSeries() {
        guard samples.count > 1 else { return }
        var seen = Set<UInt64>(minimumCapacity: samples.count)
        if samples.allSatisfy({ seen.insert($0.labels.fingerprint).inserted }) { return }
        // Two are the same, or only look so.
        var series: Set<Series> = []
        samples.removeAll {
            !series.insert(Series(suffix: $0.suffix, labels: $0.labels.identity)).inserted
        }
    }
}

/// What tells a sample from the others of its family.
private struct Series: Hashable {
    let suffix: Sample.Suffix
    let labels: [ArraySlice<UInt8>]
}
