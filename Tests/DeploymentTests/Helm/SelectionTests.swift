import Peers
import Testing

/// What selects what: Services, budgets and monitors find the pods that they are meant for, and no others.
struct SelectionTests {
    @Test(arguments: Chart.examples) func workloadsOwnTheirPodsAlone(example: String) async throws {
        let workloads = try await Chart.resources(example).filter(\.isWorkload)
        for workload in workloads {
            let selector = workload.spec["selector"]["matchLabels"].texts
            let matched = workloads.filter { $0.podLabels.contains(selector) }
            #expect(matched.map(\.name) == [workload.name])
        }
    }

    @Test(arguments: Chart.examples) func everythingFindsItsAgents(example: String) async throws {
        let resources = try await Chart.resources(example)
        let agents = resources.filter(\.isWorkload)
        let testPods = resources.all("Pod")
        for resource in resources {
            let selectors: [String: JSON] = [
                "Service": resource.spec["selector"],
                "PodDisruptionBudget": resource.spec["selector"]["matchLabels"],
                "NetworkPolicy": resource.spec["podSelector"]["matchLabels"],
                "PodMonitor": resource.spec["selector"]["matchLabels"],
            ]
            guard let selector = selectors[resource.kind]?.texts else { continue }
            #expect(!selector.isEmpty, "\(resource)")
            let found = agents.filter { $0.podLabels.contains(selector) }
            // Those that are named as one vantage point's are for its agents, the others for all.
            let named = agents.filter { $0.name == resource.name }
            #expect(
                found.map(\.name) == (named.isEmpty ? agents : named).map(\.name), "\(resource)")
            #expect(!testPods.contains { $0.labels.contains(selector) }, "\(resource)")
        }
    }

    /// A second Service that is selected would scrape each agent twice.
    @Test(arguments: Chart.examples) func monitorTakesOneService(example: String) async throws {
        let resources = try await Chart.resources(example)
        for monitor in resources.all("ServiceMonitor") {
            let selector = monitor.spec["selector"]
            let expression = selector["matchExpressions"][0]
            let key = try #require(expression["key"].text)
            #expect(expression["operator"] == "NotIn")
            let found = resources.all("Service").filter {
                let value = $0.labels[key]
                return $0.labels.contains(selector["matchLabels"].texts)
                    && !expression["values"].list.contains { $0.text == value }
            }
            #expect(found.count == 1)
            let port = monitor.spec["endpoints"][0]["port"]
            #expect(found.first?.spec["ports"].list.contains { $0["name"] == port } == true)
            let namespaces = monitor.spec["namespaceSelector"]["matchNames"]
            let own = monitor.json[path: "metadata.namespace"]
            #expect(own == .text(Chart.namespace) || namespaces == [.text(Chart.namespace)])
        }
    }

    /// Every prober's address is that of a Service of the release, or the one that was given.
    @Test(arguments: Chart.examples) func probersAreThere(example: String) async throws {
        let resources = try await Chart.resources(example)
        let services = resources.all("Service").map { service in
            let port = Int(service.spec["ports"][0]["port"].number ?? 0)
            return "\(service.name).\(Chart.namespace).svc:\(port)"
        }
        let given = ["trustpath.office.example.com:443", "192.0.2.7:10853"]
        for resource in resources {
            var place: String?
            if resource.kind == "Probe" { place = resource.spec["prober"]["url"].text }
            if resource.kind == "ScrapeConfig" {
                let moved = resource.spec["relabelings"].list
                    .first { $0["targetLabel"] == "__address__" }
                place = moved?["replacement"].text
            }
            guard let place else { continue }
            #expect((services + given).contains(place), "\(resource)")
        }
    }

    @Test func vantagePointsHaveTheirZones() async throws {
        let resources = try await Chart.resources("zones")
        let agents = resources.all("Deployment")
        #expect(
            agents.map { $0.pod["spec"]["nodeSelector"]["topology.kubernetes.io/zone"] }
                == ["eu-central-1a", "eu-central-1b"])
        #expect(agents.map { $0.spec["replicas"] } == [2, 3])
        #expect(agents[1].pod["spec"]["nodeSelector"]["kubernetes.io/arch"] == "amd64")
        #expect(agents[1].pod["spec"]["tolerations"].list.count == 1)
        #expect(resources.all("Service").count == 3)
        #expect(resources.all("Probe").count == 3)
        for agent in agents {
            let spread = agent.pod["spec"]["topologySpreadConstraints"][0]
            #expect(spread["labelSelector"]["matchLabels"] == agent.spec["selector"]["matchLabels"])
        }
    }

    /// With names given, a pod's own label counts, and not its node's.
    @Test func daemonSetsHaveTheNamesGiven() async throws {
        let resources = try await Chart.resources(setting: [
            #"kind="DaemonSet",vantages=[{"name": "a", "zone": "za"}, {"name": "b", "zone": "zb"}]"#,
            #"probes={"enabled": true, "from": "pods", "targets": ["example.com"]}"#,
        ])
        #expect(resources.all("DaemonSet").map { $0.podLabels["vantage"] } == ["a", "b"])
        let monitor = try resources.one("PodMonitor").spec
        #expect(monitor["attachMetadata"] == nil)
        let vantage = monitor["podMetricsEndpoints"][0]["relabelings"].list
            .filter { $0["targetLabel"] == "vantage" }
        #expect(vantage.map { $0["sourceLabels"] } == [["__meta_kubernetes_pod_label_vantage"]])
    }

    @Test func daemonSetHasANodesViewEach() async throws {
        let resources = try await Chart.resources("daemonset-vantage")
        let spec = try resources.one("DaemonSet").pod["spec"]
        #expect(spec["dnsPolicy"] == "Default")
        #expect(spec["topologySpreadConstraints"] == nil)
        #expect(try resources.one("DaemonSet").spec["replicas"] == nil)
        #expect(resources.all("Deployment").isEmpty)
        for monitor in resources.all("PodMonitor") {
            #expect(monitor.spec["attachMetadata"]["node"] == true)
        }
        let headless = try resources.one("Service", "probes-trustpath-headless")
        #expect(headless.spec["clusterIP"] == "None")
    }
}

extension Resource {
    fileprivate var isWorkload: Bool { ["Deployment", "DaemonSet"].contains(kind) }
    fileprivate var podLabels: [String: String] { pod["metadata"]["labels"].texts }
}

extension [String: String] {
    fileprivate func contains(_ selector: [String: String]) -> Bool {
        selector.allSatisfy { self[$0] == $1 }
    }
}
