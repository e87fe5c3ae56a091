import Foundation
import Peers
import Testing

/// A real Prometheus with what the operator makes of the chart's resources, before the agent of a lab: the series have
/// the labels that rules and dashboards go by.
struct ScrapeTests {
    @Test func seriesCarryTheirLabels() async throws {
        let agent = try await RunningAgent("lab", "--serve")
        let jobs = try await [
            jobs(ofProbes: Self.probes), jobs(ofPods: Self.podProbes),
            jobs(ofDiscovery: Self.scrapeConfigs),
        ].flatMap { $0 }.map { $0.asking(agent.place) }
        let configuration: JSON = [
            "global": ["scrape_interval": "5s", "scrape_timeout": "4s"],
            "scrape_configs": .list(jobs),
        ]
        let prometheus = try await PrometheusServer(configuration: configuration.written)

        for (selector, labels) in Self.expected {
            let samples = try await prometheus.wait(for: "probe_success{\(selector)}", seconds: 90)
            #expect(samples.count == 1, "\(selector): \(samples)")
            let found = samples[0].labels.filter { $0.key != "__name__" }
            #expect(found == labels, "\(selector)")
        }
        #expect(try await prometheus.query("probe_success").count == Self.expected.count)
        let healthy = try await prometheus.query(#"probe_success{target="healthy.test"}"#)
        #expect(healthy.allSatisfy { $0.value == 1 })
        let expired = try await prometheus.query(
            #"trustpath_failure{target="expired.test", class="cert_expired"} == 1"#)
        #expect(Set(expired.map { $0.labels["vantage"] }) == ["zone-a", "zone-b"])
        await prometheus.stop()
        await agent.stop()
    }

    private static let probes = [
        #"vantages=[{"name": "zone-a"}, {"name": "zone-b"}]"#, #"scrape.interval="5s""#,
        #"scrape.scrapeTimeout="4s""#,
        #"""
        probes={"enabled": true, "module": "lab", "labels": {"team": "web"}, "ingresses": {"enabled": true},
        "targets": ["healthy.test", {"target": "expired.test", "labels": {"team": "mail"}}]}
        """#,
    ]
    private static let podProbes = [
        #"kind="DaemonSet""#, #"scrape={"interval": "5s", "scrapeTimeout": "4s"}"#,
        #"""
        probes={"enabled": true, "module": "lab", "from": "pods", "jobName": "from-pods",
        "targets": [{"target": "healthy.test", "labels": {"team": "web"}}]}
        """#,
    ]
    private static let scrapeConfigs = [
        #"scrape={"interval": "5s", "scrapeTimeout": "4s"}"#, #"probes.jobName="discovered""#,
        #"""
        scrapeConfigs=[{"name": "a", "module": "lab", "labels": {"team": "web"},
        "staticConfigs": [{"targets": ["healthy.test"]}]}]
        """#,
    ]

    /// A selector of one series each, and all of its labels.
    private static let expected: [(String, [String: String])] =
        ["zone-a", "zone-b"].flatMap { vantage in
            [("healthy.test", "web"), ("expired.test", "mail")].map { target, team in
                (
                    #"job="trustpath", target="\#(target)", vantage="\#(vantage)", ingress="""#,
                    [
                        "job": "trustpath", "target": target, "instance": target, "module": "lab",
                        "vantage": vantage, "team": team, "namespace": Chart.namespace,
                    ]
                )
            } + [
                (
                    #"ingress="shop", vantage="\#(vantage)""#,
                    [
                        "job": "trustpath", "target": "https://healthy.test",
                        "instance": "https://healthy.test", "module": "lab", "vantage": vantage,
                        "team": "web", "namespace": "shops", "ingress": "shop",
                    ]
                )
            ]
        } + [
            (
                #"job="from-pods""#,
                [
                    "job": "from-pods", "target": "healthy.test", "instance": "healthy.test",
                    "module": "lab", "vantage": "zone-c", "team": "web",
                    "namespace": Chart.namespace, "pod": "agent-1",
                ]
            ),
            (
                #"job="discovered""#,
                [
                    "job": "discovered", "target": "healthy.test", "instance": "healthy.test",
                    "module": "lab", "team": "web",
                ]
            ),
        ]
}
