import Foundation
import Peers

/// The lab, its agent, Prometheus with our rules, Alertmanager with our configuration, and who is told.
struct AlertingWorld: Sendable {
    let agent: RunningAgent
    let prometheus: PrometheusServer
    let alertmanager: AlertmanagerServer
    let webhook: WebhookReceiver

    /// Milliseconds for each minute that a rule waits. The order in which alerts fire stays as it is.
    private static let minute = 200

    init(probing targets: [String]) async throws {
        webhook = try await WebhookReceiver()
        alertmanager = try await AlertmanagerServer(
            configuration: Self.hurried(read(AlertmanagerFile.path), webhook: webhook.place))
        agent = try await RunningAgent("lab", "--serve")
        prometheus = try await PrometheusServer(
            configuration: """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["\(try await Self.rules(wait: Self.minute))"]
                alerting:
                  alertmanagers: [{static_configs: [{targets: ["\(alertmanager.place)"]}]}]
                \(Self.jobs(targets, agent: agent.place))
                """)
    }

    /// Lets a message of its own pass through Alertmanager. Its group waits as long as every other does, so that all of
    /// which Alertmanager knew before have been sent, or kept back, when it arrives.
    func passTime() async throws {
        let name = "control-\(UUID().uuidString)"
        try await check(
            "amtool",
            [
                "alert", "add", "--alertmanager.url=http://\(alertmanager.place)",
                "alertname=TrustpathControl", "stage=agent", "severity=critical", "vantage=\(name)",
            ])
        try await eventually("the control message arrived") {
            try webhook.received().flatMap(\.notification.alerts).contains {
                $0.labels["vantage"] == name
            }
        }
    }

    func stop() async {
        await prometheus.stop()
        await alertmanager.stop()
        await webhook.stop()
        await agent.stop()
    }

    /// The receivers as the test has them, and seconds in place of minutes.
    private static func hurried(_ configuration: String, webhook: String) -> String {
        configuration.replacing("127.0.0.1:5001", with: webhook)
            .replacing("group_wait: 30s", with: "group_wait: 2s")
            .replacing("group_interval: 5m", with: "group_interval: 2s")
    }

    /// A copy of the rules that wait for so many milliseconds for each minute.
    static func rules(wait minute: Int) async throws -> String {
        let directory = try await Ground.shared.value.newDirectory("rules")
        let rules = read(Alerts.folder + "/trustpath.rules.yaml")
            .replacing(#/ for: ([0-9]+[mh])\n/#) { match in
                " for: \((minutes(String(match.1)) ?? 0) * minute)ms\n"
            }
        try write(rules, to: directory + "/trustpath.rules.yaml")
        return directory + "/trustpath.rules.yaml"
    }

    /// Both jobs, as docs/alerting.md tells users to write them.
    static func jobs(_ targets: [String], agent: String) -> String {
        """
        scrape_configs:
          - job_name: trustpath
            metrics_path: /probe
            static_configs: [{targets: \(targets)}]
            relabel_configs:
              - {source_labels: [__address__], target_label: __param_target}
              - {source_labels: [__param_target], target_label: instance}
              - {source_labels: [__param_target], target_label: target}
              - {target_label: __address__, replacement: "\(agent)"}
          - job_name: trustpath-agent
            static_configs: [{targets: ["\(agent)"]}]
        """
    }
}

/// Asks until it is so; the error names what was not.
func eventually(
    _ what: String, seconds: Double = 60, _ isSo: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !isSo() {
        guard ContinuousClock.now < deadline else { throw PeerError("not so: \(what)") }
        try await Task.sleep(for: .milliseconds(100))
    }
}
