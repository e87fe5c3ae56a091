/// Counts observations into buckets with fixed upper bounds.
package struct Histogram: Hashable, Sendable {
    /// Ascending, without infinity.
    package let bounds: [Double]
    /// Of each bucket alone, not cumulated; the last one is above all bounds.
    private var counts: [UInt64]
    package private(set) var sum: Double = 0

    package init(bounds: [Double]) {
        self.bounds = Set(bounds.filter(\.isFinite)).sorted()
        counts = Array(repeating: 0, count: self.bounds.count + 1)
    }

    package var count: UInt64 { counts.reduce(0, +) }

    /// An observation equal to a bound lies in that bound's bucket.
    package mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// Cumulated buckets, the sum and the count, as a histogram family holds them.
    package func samples(_ labels: Labels = [:]) -> [Sample] {
        var samples: [Sample] = []
        var cumulated: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            cumulated += count
            samples.append(Sample(Double(cumulated), labels, suffix: .bucket(bound)))
        }
        samples.append(Sample(sum, labels, suffix: .sum))
        samples.append(Sample(Double(cumulated), labels, suffix: .count))
        return samples
    }
}
