import Peers

/// A family of metrics in the tables of docs/metrics.md.
struct DocumentedFamily: Sendable {
    let name: String

    static let all: [DocumentedFamily] = read("\(Repository.root)/docs/metrics.md")
        .matches(of: #/(?m)^\| (`[^|]+) \|/#)
        .flatMap { row in row.output.1.matches(of: #/`((?:probe|trustpath|process)_[a-z_]+)`/#) }
        .map { DocumentedFamily(name: String($0.output.1)) }

    /// Whether one of the names of series is of this family; a histogram has none of its own name.
    func isAmong(_ series: Set<String>) -> Bool {
        series.contains(name) || series.contains(name + "_bucket")
    }
}
