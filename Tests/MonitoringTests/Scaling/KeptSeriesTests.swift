import Foundation
import Peers
import Testing

/// What the document on scaling keeps of a page, against what the alerting rules need.
@Suite(.enabled(if: Program.arePresent("promtool"), "needs root and prometheus"))
struct KeptSeriesTests {
    /// An alert has all the series that it goes by, or stands among those that the document gives up.
    @Test func everyAlertHasItsSeriesOrIsGivenUp() async throws {
        let text = try #require(
            DocumentedFile.all.first {
                $0.document == "scaling" && $0.text.contains("metric_relabel_configs")
            }?.text.firstMatch(of: #/regex: (probe_.*)\n +action: keep/#)?.1)
        let kept = try Regex(String(text))
        let rules = try await RuleFile.read().rules
        // The agent's own page is another job, of which all is kept.
        let ofAgent = Set(
            try #require(
                read(repository + "/docs/metrics.md").split(separator: "## The agent's own").last
            ).prefix { $0 != "#" }.matches(of: #/`([a-z_]+)`/#).map { String($0.1) })
        var missing: [String: Set<String>] = [:]
        for rule in rules {
            guard let alert = rule.alert else { continue }
            for family in families(rule.expr, rules) where !ofAgent.contains(family) {
                if try kept.wholeMatch(in: family) == nil {
                    missing[alert, default: []].insert(family)
                }
            }
        }
        #expect(missing == Self.givenUp)
        #expect(families("trustpath_failure == 1 and probe_success", []).count == 2)
    }

    /// The document's table: the families that are dropped, by the alert that goes by them.
    private static var givenUp: [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        let rows = read(repository + "/docs/scaling.md")
            .matches(of: #/(?m)^\| (`trustpath_dns_.*`) \| (`Trustpath.*`) \|$/#)
        for row in rows {
            for alert in row.2.matches(of: #/`(\w+)`/#) {
                result[String(alert.1), default: []]
                    .formUnion(row.1.matches(of: #/`(\w+)`/#).map { String($0.1) })
            }
        }
        return result
    }

    /// The families of an expression, those of the recording rules that it names in their place.
    private func families(_ expression: String, _ rules: [RuleFile.Rule]) -> Set<String> {
        var result: Set<String> = []
        // Names of classes stand in quotes.
        let bare = expression.replacing(#/"[^"]*"/#, with: "")
        for name in bare.matches(of: #/[a-z_]+(:[a-z0-9_]+)*/#).map({ String($0.output.0) }) {
            if let rule = rules.first(where: { $0.record == name }) {
                result.formUnion(families(rule.expr, rules))
            } else if name.hasPrefix("trustpath_") || name.hasPrefix("probe_") {
                result.insert(name)
            }
        }
        return result
    }
}
