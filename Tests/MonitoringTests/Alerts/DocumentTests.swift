import Foundation
import Peers
import Testing

/// That docs/alerting.md can be followed to the letter.
@Suite(.enabled(if: Program.arePresent("promtool", "amtool"), "needs root, promtool and amtool"))
struct DocumentTests {
    private static let page = read(Alerts.repository + "/docs/alerting.md")

    @Test func theConfigurationIsOne() async throws {
        let directory = try await Ground.shared.value.newDirectory("documented")
        let block = try #require(Self.page.firstMatch(of: #/```yaml\n(rule_files:[\s\S]*?)```/#)?.1)
        try write(String(block), to: directory + "/prometheus.yml")
        try write(
            read(Alerts.folder + "/trustpath.rules.yaml"), to: directory + "/trustpath.rules.yaml")
        let said = try await check(
            "promtool", ["check", "config", directory + "/prometheus.yml"])
        #expect(said.contains("trustpath.rules.yaml") && !said.contains("FAILED"))
    }

    @Test func theExampleIsRouted() async throws {
        let command = try #require(
            Self.page.firstMatch(of: #/amtool config routes test --config.file=\S+ (.*)\n/#)?.1)
        let receiver = try await check(
            "amtool",
            ["config", "routes", "test", "--config.file=" + AlertmanagerFile.path]
                + command.split(separator: " ").map { String($0) })
        #expect(receiver == "certificate\n")
    }

    /// Every recording rule, and every alert that it names, is there.
    @Test func namesWhatThereIs() async throws {
        let rules = try await RuleFile.read()
        let alerts = Set(rules.alerts.map(\.name))
        let named = Self.page.matches(of: #/`(Trustpath[A-Za-z]+)`/#).map { String($0.1) }
        #expect(Set(named).subtracting(alerts) == [])
        #expect(named.count > 20)
        for record in rules.rules.compactMap(\.record) where !record.hasSuffix("1h") {
            #expect(Self.page.contains("`\(record)`"), "\(record) is not in docs/alerting.md")
        }
        for group in rules.groups where !group.name.isOfStage {
            #expect(Self.page.contains("`\(group.name)`"), "\(group.name)")
        }
    }
}

extension String {
    /// Whether a group of this name holds the classes of a stage.
    fileprivate var isOfStage: Bool {
        !["symptom", "expiry", "dns", "vantage", "agent"].contains(dropFirst("trustpath-".count))
    }
}
