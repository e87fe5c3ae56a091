import Foundation
import Peers
import Testing

/// That promtool's tests are of every rule: each alert fires in one, and is silent before and after.
@Suite(.enabled(if: Program.arePresent("python3"), "needs root and python3"))
struct CoverageTests {
    private struct TestFile: Decodable {
        struct Test: Decodable {
            let alertRuleTest: [AlertTest]?
            let promqlExprTest: [ExpressionTest]?
        }

        struct AlertTest: Decodable {
            struct Expected: Decodable { let expLabels: [String: String] }
            let evalTime: String
            let alertname: String
            let expAlerts: [Expected]
        }

        struct ExpressionTest: Decodable {
            struct Sample: Decodable {}
            let expr: String
            let expSamples: [Sample]
        }

        let tests: [Test]
    }

    @Test func isOfEveryRule() async throws {
        var tests: [TestFile.Test] = []
        for file in try Alerts.tests() {
            tests += try await decoded(TestFile.self, from: "\(Alerts.folder)/tests/\(file)").tests
        }
        let rules = try await RuleFile.read()
        for alert in rules.alerts {
            #expect(
                tests.contains { Self.showsAll(of: alert, in: $0) },
                "\(alert.name) \(alert.labels): no test shows it silent, firing and silent again")
        }
        let asked = tests.flatMap { $0.promqlExprTest ?? [] }.filter { !$0.expSamples.isEmpty }
        for record in rules.rules.compactMap(\.record) {
            #expect(
                asked.contains { $0.expr == record || $0.expr.hasPrefix(record + "{") },
                "no test asks for \(record)")
        }
    }

    /// Three looks at an alert of that name and those labels: none, then some, then none.
    private static func showsAll(of alert: Alert, in test: TestFile.Test) -> Bool {
        let looks = (test.alertRuleTest ?? []).filter { $0.alertname == alert.name }
            .sorted { minutes($0.evalTime) ?? 0 < minutes($1.evalTime) ?? 0 }
        let fires = looks.map { look in
            look.expAlerts.contains { expected in
                alert.labels.allSatisfy { expected.expLabels[$0] == $1 }
            }
        }
        guard let first = fires.firstIndex(of: true), let last = fires.lastIndex(of: true) else {
            return false
        }
        return first > fires.startIndex && last < fires.index(before: fires.endIndex)
    }
}
