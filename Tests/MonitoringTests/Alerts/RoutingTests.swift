import Foundation
import Peers
import Testing

/// Where Alertmanager sends what, and what it keeps to itself.
@Suite(.enabled(if: Program.arePresent("amtool", "python3"), "needs root, amtool and python3"))
struct RoutingTests {
    @Test func isAConfiguration() async throws {
        let said = try await check("amtool", ["check-config", AlertmanagerFile.path])
        #expect(said.contains("SUCCESS") && said.contains("12 receivers"))
    }

    /// Each stage has its receiver, whatever the severity.
    @Test func everyStageHasItsReceiver() async throws {
        var tried: Set<[String]> = []
        for alert in try await RuleFile.read().alerts {
            let stage = try #require(alert.labels["stage"])
            let severity = try #require(alert.labels["severity"])
            guard tried.insert([stage, severity]).inserted else { continue }
            let receiver = try await receiver(of: [
                "alertname=\(alert.name)", "stage=\(stage)", "severity=\(severity)",
                "target=a.test",
            ])
            #expect(receiver == stage.replacing(" ", with: "-"), "\(alert.name)")
        }
        #expect(tried.count >= 20)
        #expect(try await receiver(of: ["alertname=HostDown", "severity=critical"]) == "default")
    }

    /// The receivers that amtool finds for an alert with these labels.
    private func receiver(of labels: [String]) async throws -> String {
        try await check(
            "amtool",
            ["config", "routes", "test", "--config.file", AlertmanagerFile.path] + labels
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A cause that fires after its symptom would come too late to mute it.
    @Test func causesComeBeforeTheirSymptoms() async throws {
        let alerts = try await RuleFile.read().alerts
        for rule in try await AlertmanagerFile.read().inhibitRules {
            let causes = try alerts.filter { alert in
                try rule.sourceMatchers.allSatisfy { try $0.mayMatch(alert) }
            }
            let symptoms = try alerts.filter { alert in
                try rule.targetMatchers.allSatisfy { try $0.mayMatch(alert) }
            }
            #expect(!causes.isEmpty && !symptoms.isEmpty, "\(rule)")
            #expect(!rule.equal.isEmpty)
            for symptom in symptoms {
                // A probe fails by one class, so that two failures are never one the symptom of the other.
                let slowest = causes.filter {
                    $0.name != symptom.name
                        && ($0.labels["finding"], symptom.labels["finding"])
                            != ("failure", "failure")
                }.compactMap { minutes($0.wait) }.max()
                #expect(
                    minutes(symptom.wait) ?? 0 >= slowest ?? 0,
                    "\(symptom.name) fires before \(causes.map(\.name))")
            }
        }
    }
}
