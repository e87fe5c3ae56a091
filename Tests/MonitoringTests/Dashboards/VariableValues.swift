import Foundation
import Peers

/// What a dashboard's variables stand for when it is opened, asked of Prometheus as Grafana asks.
struct VariableValues: Sendable {
    private var values: [String: String] = [
        "__rate_interval": "1m", "__range": "5m",
    ]
    /// What the variables of one value may be; one after the other until there is data.
    private(set) var choices: [[String: String]] = [[:]]

    init(of dashboard: Dashboard, in lab: MonitoredLab) async throws {
        for variable in dashboard.templating.list {
            guard let query = variable.query?.query else { continue }
            guard let call = query.wholeMatch(of: #/label_values\((.+), ([a-z_]+)\)/#) else {
                throw PeerError("\(dashboard.uid): $\(variable.name) is no label_values: \(query)")
            }
            let (series, label) = (String(call.output.1), String(call.output.2))
            let candidates = choices
            var found: Set<String> = []
            for chosen in candidates {
                let samples = try await lab.query(
                    fill("count by (\(label)) (\(series))", chosen))
                found.formUnion(samples.compactMap { $0.labels[label] })
            }
            guard !found.isEmpty else {
                throw PeerError("\(dashboard.uid): $\(variable.name) has no value: \(query)")
            }
            if let every = variable.allValue {
                values[variable.name] = every
            } else if variable.multi == true {
                values[variable.name] = found.sorted().joined(separator: "|")
            } else {
                // Those first that have most to show.
                let known = MonitoredLab.targets.filter { found.contains($0) }
                choices = (known + found.subtracting(known).sorted()).map { [variable.name: $0] }
            }
        }
    }

    /// An expression with its variables filled in.
    func fill(_ expression: String, _ chosen: [String: String] = [:]) -> String {
        var filled = expression
        // The longest first: one name may begin with another.
        for (name, value) in values.merging(chosen, uniquingKeysWith: { $1 })
            .sorted(by: { $0.key.count > $1.key.count })
        {
            filled = filled.replacing("$\(name)", with: value)
        }
        return filled
    }
}
