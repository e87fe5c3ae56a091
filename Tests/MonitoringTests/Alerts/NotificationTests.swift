import Foundation
import Peers
import Testing

/// From a failure in the lab to the message that somebody gets, through the real programs.
@Suite(
    .enabled(
        if: Program.arePresent("prometheus", "prometheus-alertmanager", "python3", "curl")
            && Program.isTrustpathExpected,
        "needs root, trustpath, prometheus, alertmanager, python3 and curl"))
struct NotificationTests {
    /// An old answer leads to an address with an expired certificate: the answer is told, and nothing else of that
    /// target. Then the agent goes: that is told, and nothing of what it probed.
    @Test func tellsTheCauseOnce() async throws {
        let world = try await AlertingWorld(probing: ["stale.test", "healthy.test"])
        let symptoms: Set<String> = [
            "TrustpathProbeFailed", "TrustpathCertificateExpired",
            "TrustpathResolverAnswerMismatch",
            "TrustpathEndpointCertDisagreement",
        ]
        try await eventually("the symptoms are inhibited, and the cause is not") {
            let alerts = try await world.alertmanager.alerts()
            return Set(alerts.filter(\.isInhibited).map(name)) == symptoms
                && alerts.filter { !$0.isInhibited }.map(name) == ["TrustpathResolverStaleAnswer"]
        }
        try await world.passTime()
        let received = try world.webhook.received()
        #expect(received.map(\.path) == ["/dns-path", "/agent"])
        let alert = try #require(received.first?.notification.alerts.first)
        #expect(received.first?.notification.alerts.count == 1)
        #expect(alert.labels["alertname"] == "TrustpathResolverStaleAnswer")
        #expect(alert.labels["target"] == "stale.test")
        #expect(alert.labels["severity"] == "critical")
        #expect(alert.annotations["description"]?.contains("nameservers: 1.") == true)
        #expect(
            alert.annotations["runbook_url"]?.hasSuffix("/runbooks/resolver_stale_answer.md")
                == true)

        await world.agent.stop()
        let unprobed: Set<String> = ["TrustpathAgentDown", "TrustpathScrapeFailed"]
        try await eventually("what an agent that is gone reports is inhibited") {
            let inhibited = try await world.alertmanager.alerts().filter(\.isInhibited).map(name)
            return unprobed.isSubset(of: inhibited)
                && inhibited.count { $0 == "TrustpathScrapeFailed" } == 2
        }
        try await world.passTime()
        let told = try world.webhook.received().flatMap(\.notification.alerts)
        #expect(
            Set(told.compactMap { $0.labels["alertname"] })
                == ["TrustpathResolverStaleAnswer", "TrustpathVantageDown", "TrustpathControl"])
        await world.stop()
    }

    private func name(_ alert: AlertmanagerServer.Alert) -> String {
        alert.labels["alertname"] ?? ""
    }
}
