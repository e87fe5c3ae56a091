/// A page of metrics in the text format, read line by line.
struct MetricsPage {
    struct Sample {
        let family: String
        /// As written, with the braces; empty where there are none.
        let labels: String
        let value: String

        var series: String { family + labels }

        /// The value of a label; nil where there is none of that name.
        func label(_ name: String) -> String? {
            let mark = name + "=\""
            guard let start = labels.firstRange(of: "{" + mark) ?? labels.firstRange(of: "," + mark)
            else { return nil }
            return String(labels[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    let text: String
    let samples: [Sample]

    init(_ text: String) {
        self.text = text
        samples = text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let blank = line.lastIndex(of: " ") else { return nil }
            let series = line[..<blank]
            let brace = series.firstIndex(of: "{") ?? series.endIndex
            return Sample(
                family: String(series[..<brace]), labels: String(series[brace...]),
                value: String(line[line.index(after: blank)...]))
        }
    }

    /// The value of a series; nil where it is not there.
    func value(_ series: String) -> String? {
        samples.first { $0.series == series }?.value
    }

    /// Every class that the page calls the primary one: one at most, if all is well.
    var failures: [String] {
        samples.filter { $0.family == "trustpath_failure" && $0.value == "1" }
            .compactMap { $0.label("class") }
    }

    var addresses: Set<String> {
        Set(samples.compactMap { $0.label("address") })
    }

    /// Series that stand twice.
    var duplicates: [String] {
        Dictionary(grouping: samples, by: \.series).filter { $0.value.count > 1 }.keys.sorted()
    }
}
