import Peers
import Testing

/// What is rendered, and above all what is not.
struct DefaultsTests {
    private static let kinds = ["Deployment", "Pod", "Service", "ServiceAccount"]

    @Test func rendersTheAgentsAlone() async throws {
        #expect(try await Chart.resources("default").map(\.kind).sorted() == Self.kinds)
        #expect(
            try await Chart.resources("minimal").map(\.kind).sorted() == ["Deployment", "Service"])
    }

    /// Each switch brings what it says, and nothing else.
    @Test(arguments: [
        ("serviceMonitor.enabled=true", ["ServiceMonitor"]),
        ("podMonitor.enabled=true", ["PodMonitor"]),
        ("prometheusRule.enabled=true", ["PrometheusRule"]),
        ("dashboards.enabled=true", ["ConfigMap", "ConfigMap", "ConfigMap"]),
        ("networkPolicy.enabled=true", ["NetworkPolicy"]),
        ("podDisruptionBudget.enabled=true", ["PodDisruptionBudget"]),
        ("autoscaling.enabled=true", ["HorizontalPodAutoscaler"]),
        ("headlessService.enabled=true", ["Service"]),
        (#"ingress={"enabled": true, "hosts": [{"host": "a.example"}]}"#, ["Ingress"]),
        (#"httpRoute={"enabled": true, "parentRefs": [{"name": "a"}]}"#, ["HTTPRoute"]),
        (#"config.content={"watch": true}"#, ["Secret"]),
        (#"config.files={"a.pem": "text"}"#, ["Secret"]),
        (#"webConfig.content={"basic_auth_users": {"a": "b"}}"#, ["Secret"]),
        (#"config.existingSecret="a""#, []),
        (#"probes={"targets": ["example.com"]}"#, []),
        (#"probes={"enabled": true, "targets": ["example.com"]}"#, ["Probe"]),
        (#"probes={"enabled": true, "from": "pods", "targets": ["example.com"]}"#, ["PodMonitor"]),
        (#"probes={"enabled": true, "ingresses": {"enabled": true}}"#, ["Probe"]),
        (
            #"scrapeConfigs=[{"name": "a", "httpSDConfigs": [{"url": "http://a.example"}]}]"#,
            ["ScrapeConfig"]
        ),
    ])
    func rendersWhatIsEnabled(setting: String, more: [String]) async throws {
        let resources = try await Chart.resources(setting: [setting])
        #expect(resources.map(\.kind).sorted() == (Self.kinds + more).sorted())
    }

    @Test func rendersNoAgentsWhereAllRunElsewhere() async throws {
        let kinds = Set(try await Chart.resources("external").map(\.kind))
        #expect(kinds == ["Probe", "PrometheusRule"])
    }

    @Test func takesTheScalersNumberOfAgents() async throws {
        let scaled = try await Chart.resources("hpa")
        #expect(try scaled.one("Deployment").spec["replicas"] == nil)
        let target = try scaled.one("HorizontalPodAutoscaler").spec["scaleTargetRef"]
        #expect(target["name"].text == (try scaled.one("Deployment").name))
        #expect(try await Chart.resources("default").one("Deployment").spec["replicas"] == 2)
    }

    /// Pods are replaced when their configuration changes, and are not when they read it themselves.
    @Test func replacesPodsWithTheirConfiguration() async throws {
        func sum(_ configuration: String) async throws -> JSON {
            try await Chart.resources(setting: ["config.content=\(configuration)"])
                .one("Deployment").pod["metadata"]["annotations"]["checksum/config"]
        }
        let one = try await sum(#"{"limits": {"concurrent_probes": 1}}"#)
        let two = try await sum(#"{"limits": {"concurrent_probes": 2}}"#)
        #expect(one != nil && one != two)
        #expect(try await sum(#"{"watch": true}"#) == nil)
    }
}
