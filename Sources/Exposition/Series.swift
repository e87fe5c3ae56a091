extension MetricFamily {
    /// Leaves the first sample of each series.
    mutating func removeRepeatedSeries() {
        guard samples.count > 1 else { return }
        var seen = Set<UInt64>(minimumCapacity: samples.count)
        if samples.allSatisfy({ seen.insert($0.fingerprint).inserted }) { return }
        // Two are the same, or only look so.
        var series: Set<[UInt8]> = []
        samples.removeAll { !series.insert($0.identity).inserted }
    }
}

extension Sample {
    /// The same for samples of one series; seldom the same for others of a family. FNV-1a over each value, 0 of none.
    fileprivate var fingerprint: UInt64 {
        labels.reduce(0) { sum, label in
            let value = label.value.utf8.span
            var hash: UInt64 = 0
            for index in value.indices { hash = (hash ^ UInt64(value[index])) &* 0x100_0000_01b3 }
            return sum &+ hash
        }
    }

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
