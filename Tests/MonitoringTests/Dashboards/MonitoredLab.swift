import Foundation
import Peers

/// A Prometheus that scrapes two agents before the lab: one by /probe and its own page, one that has targets itself.
final class MonitoredLab: Sendable {
    /// The one of this process, once it has data of every target.
    static let shared = Task { try await MonitoredLab() }

    /// Together these give every family; each has what the one before lacks.
    static let targets = [
        "stale.test", "mail-tlsa.test", "old-offered.test", "revoked.test", "alias-missing.test",
        "expiring.test", "signature-expired.test", "unsigned.test", "lame-server.test",
        "www.healthy.test", "mail.test",
    ]

    let prometheus: PrometheusServer
    /// The time that questions are about.
    let moment: Double
    /// Where the lab's agent is, as a browser is told.
    var agent: String { "http://\(agents[0].place)" }
    private let agents: [RunningAgent]

    private init() async throws {
        let lab = try await RunningAgent("lab", "--serve")
        let world = try World(of: lab)
        let second = try await RunningAgent(
            "serve", "--config.file", try await Self.file(in: world))
        agents = [lab, second]
        let address = try await check(
            "dig",
            ["@\(world.resolver)", "-p", world.resolverPort, "+short", "A", Self.targets[0]])
        prometheus = try await PrometheusServer(
            configuration: Self.configuration(
                lab.place, second.place, address.trimmingCharacters(in: .newlines)))
        moment = try await Self.moment(in: prometheus)
    }

    /// When there are two scrapes of everything, for rates, and every family that is documented. A busy machine may be
    /// late with a scrape, so that a moment when all is there is kept, and every question is about that one.
    private static func moment(in prometheus: PrometheusServer) async throws -> Double {
        let deadline = ContinuousClock.now + .seconds(100)
        while true {
            let now = Date().timeIntervalSince1970
            let names = try await prometheus.query(
                "count by (__name__) ({__name__=~\"(probe|trustpath|process)_.+\"})", at: now)
            let given = Set(names.compactMap { $0.labels["__name__"] })
            let ready = try await prometheus.query(
                """
                count(count_over_time(probe_success[1m]) >= 2) == \(targets.count + 3) \
                and on () min(up) == 1 \
                and on () sum(rate(trustpath_probes_total[1m])) > 0 \
                and on () sum(rate(trustpath_dns_exchanges_total[1m])) > 0
                """, at: now)
            let missing = DocumentedFamily.all.filter { !$0.isAmong(given) }
            // Without it the tests say what is missing.
            if !ready.isEmpty && missing.isEmpty || ContinuousClock.now > deadline { return now }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    /// The result of an instant query, at the moment when everything is there.
    func query(_ expression: String) async throws -> [PrometheusServer.Sample] {
        try await prometheus.query(expression, at: moment)
    }

    /// Where the lab says that it is.
    private struct World {
        let resolver, resolverPort, anchor, https: String

        init(of lab: RunningAgent) throws {
            let log = lab.log
            guard let place = log.firstMatch(of: #/\nresolver +([0-9.]+):([0-9]+)/#),
                let anchor = log.firstMatch(of: #/\ntrust anchor +([^\n]+)/#)?.1,
                let https = log.firstMatch(of: #/\nports +([0-9]+)/#)?.1
            else { throw PeerError("the lab does not say where it is: \(log)") }
            (resolver, resolverPort) = (String(place.1), String(place.2))
            (self.anchor, self.https) = (String(anchor), String(https))
        }
    }

    /// What an operator would write for targets of the lab: its resolver, its anchor, its ports.
    private static func file(in world: World) async throws -> String {
        let directory = try await Ground.shared.value.newDirectory("dashboards")
        try write("\(world.anchor)\n", to: directory + "/anchor")
        try write(
            """
            modules:
              shop:
                resolvers: ["\(world.resolver):\(world.resolverPort)"]
                dns_port: \(world.resolverPort)
                dnssec: {trust_anchors: \(directory)/anchor}
                ports: [\(world.https)]
            targets:
              - {target: healthy.test, module: shop, labels: {team: web}}
              - {target: ed25519.test, module: shop, labels: {team: web}}

            """, to: directory + "/trustpath.yaml")
        return directory + "/trustpath.yaml"
    }

    /// As the README has it. The second vantage point is given the address that is right, and so sees no failure.
    private static func configuration(_ lab: String, _ second: String, _ address: String) -> String
    {
        """
        global: {scrape_interval: 8s, scrape_timeout: 8s}
        scrape_configs:
          - job_name: trustpath
            metrics_path: /probe
            static_configs:
              - targets: [\(targets.joined(separator: ", "))]
                labels: {vantage: zone-a}
              - targets: [\(targets[0])]
                labels: {vantage: zone-b, __param_address: \(address)}
            relabel_configs:
              - {source_labels: [__address__], target_label: __param_target}
              - {source_labels: [__param_target], target_label: instance}
              - {source_labels: [__param_target], target_label: target}
              - {target_label: __address__, replacement: "\(lab)"}
          - job_name: trustpath-agent
            static_configs:
              - targets: ["\(lab)", "\(second)"]
        """
    }
}
