/// All samples of one metric name, with what they mean.
package struct MetricFamily: Sendable {
    /// Of a counter without `_total`, which every format adds where it belongs.
    package let name: String
    /// One sentence.
    package var help: String
    package var kind: Kind
    package var samples: [Sample]

    package enum Kind: String, Hashable, Sendable {
        case gauge, counter, histogram
    }

    package init(
        _ name: String, _ help: String, kind: Kind = .gauge, samples: [Sample] = []
    ) {
        let isCounter = kind == .counter && name.hasSuffix("_total")
        self.name = isCounter ? String(name.dropLast("_total".count)) : name
        (self.help, self.kind, self.samples) = (help, kind, samples)
    }

    /// A gauge or a counter with one sample without labels; nil is no sample.
    package init(_ name: String, _ help: String, kind: Kind = .gauge, value: Double?) {
        self.init(name, help, kind: kind, samples: value.map { [Sample($0)] } ?? [])
    }

    /// The unit that the name ends in, as OpenMetrics declares it.
    var unit: String? { ["seconds", "bytes"].first { name.hasSuffix("_" + $0) } }
}

/// One value of a family.
package struct Sample: Sendable {
    package var suffix: Suffix
    package var labels: Labels
    package var value: Double

    /// What is put behind the family's name; a counter's sample is a total whatever it says.
    package enum Suffix: Hashable, Sendable {
        case none
        /// Up to this bound, which is the label `le`.
        case bucket(Double)
        case sum, count, total

        var text: String {
            switch self {
            case .none: ""
            case .bucket: "_bucket"
            case .sum: "_sum"
            case .count: "_count"
            case .total: "_total"
            }
        }
    }

    package init(_ value: Double, _ labels: Labels = [:], suffix: Suffix = .none) {
        (self.value, self.labels, self.suffix) = (value, labels, suffix)
    }

    /// 1 for true.
    package init(_ value: Bool, _ labels: Labels = [:]) {
        self.init(value ? 1 : 0, labels)
    }
}
