import Foundation
import Peers
import Testing

/// What may be set, and that the documents and the schema agree on it.
struct ValuesTests {
    /// Settings that must not get as far as a cluster, and a word of the message each.
    private static let refused = [
        ("no such value", #"replicaCount=2"#, "replicaCount"),
        ("no such value below", #"image={"tags": "1"}"#, "tags"),
        ("text for a number", #"replicas="two""#, "replicas"),
        ("a negative number", #"replicas=-1"#, "replicas"),
        ("another kind", #"kind="StatefulSet""#, "kind"),
        ("a port beyond", #"port=70000"#, "port"),
        ("one port for both", #"port=10854"#, "must differ"),
        ("a digest that is none", #"image.digest="latest""#, "digest"),
        ("a level that is none", #"log.level="verbose""#, "level"),
        ("an unknown section", #"config.content={"module": {}}"#, "module"),
        ("a section of a wrong type", #"config.content={"targets": "example.com"}"#, "targets"),
        ("an unknown web section", #"webConfig.content={"tls": {}}"#, "tls"),
        ("a file's name that is a path", #"config.files={"a/b": "x"}"#, "a/b"),
        (
            "a timeout beyond the interval",
            #"scrape={"interval": "1m30s", "scrapeTimeout": "90001ms"}"#, "longer than the interval"
        ),
        (
            "a target's timeout beyond the interval",
            #"probes.targets=[{"target": "example.com", "scrapeTimeout": "2m"}]"#,
            "scrapeTimeout 2m is longer"
        ),
        (
            "a discovery's interval below the timeout",
            #"scrapeConfigs=[{"name": "a", "interval": "5s", "staticConfigs": [{"targets": ["a.example"]}]}]"#,
            "longer than the interval 5s"
        ),
        (
            "scaling by a share of nothing",
            #"autoscaling.enabled=true,resources={"requests": null}"#,
            "resources.requests.cpu"
        ),
        (
            "scaling by nothing",
            #"autoscaling={"enabled": true, "targetCPUUtilizationPercentage": null}"#,
            "something to go by"
        ),
        (
            "a file under the configuration's name", #"config.files={"trustpath.yaml": "x"}"#,
            "the configuration itself"
        ),
        (
            "two configurations", #"config={"existingSecret": "a", "content": {"watch": true}}"#,
            "config.existingSecret"
        ),
        (
            "two web configurations",
            #"webConfig={"existingSecret": "a", "content": {"basic_auth_users": {"a": "b"}}}"#,
            "webConfig.existingSecret"
        ),
        ("a duration without a unit", #"scrape.interval="60""#, "interval"),
        ("no duration", #"scrape.scrapeTimeout="soon""#, "scrapeTimeout"),
        (
            "both monitors", #"podMonitor={"enabled": true},serviceMonitor={"enabled": true}"#,
            "twice"
        ),
        ("a target with a path", #"probes.targets=["https://example.com/health"]"#, "targets"),
        ("a target with an unknown scheme", #"probes.targets=["gopher://example.com"]"#, "targets"),
        ("a target that is no text", #"probes.targets=[7]"#, "targets"),
        (
            "a target's unknown key",
            #"probes.targets=[{"target": "example.com", "modul": "web"}]"#, "targets"
        ),
        (
            "a target twice",
            #"probes.targets=["example.com", {"target": "Example.com", "module": "default"}]"#,
            "is there twice"
        ),
        ("our own label", #"probes.labels={"target": "x"}"#, "propertyName 'target'"),
        ("a label that is none", #"probes.labels={"a-b": "x"}"#, "propertyName 'a-b'"),
        (
            "a label that Prometheus keeps", #"probes.labels={"__name__": "x"}"#,
            "propertyName '__name__'"
        ),
        ("nothing to probe", #"probes.enabled=true"#, "nothing to probe"),
        (
            "Ingresses from pods",
            #"probes={"enabled": true, "from": "pods", "ingresses": {"enabled": true}}"#,
            "probes.from: service"
        ),
        (
            "pods elsewhere",
            #"probes={"enabled": true, "from": "pods", "targets": ["example.com"]},vantages=[{"name": "office", "url": "192.0.2.1:10853"}]"#,
            "runs elsewhere"
        ),
        ("a vantage point's name", #"vantages=[{"name": "Zone A"}]"#, "vantages"),
        ("a vantage point without a name", #"vantages=[{"zone": "a"}]"#, "name"),
        ("a vantage point twice", #"vantages=[{"name": "a"}, {"name": "a"}]"#, "there twice"),
        (
            "a vantage point here and elsewhere",
            #"vantages=[{"name": "a", "url": "192.0.2.1:10853", "zone": "a"}]"#, "takes no zone"
        ),
        (
            "a scheme in the place", #"vantages=[{"name": "a", "url": "http://192.0.2.1:10853"}]"#,
            "url"
        ),
        ("a scheme without a place", #"vantages=[{"name": "a", "scheme": "https"}]"#, "scheme"),
        (
            "scaling of a DaemonSet", #"kind="DaemonSet",autoscaling.enabled=true"#,
            "autoscaling needs kind: Deployment"
        ),
        (
            "a budget of a DaemonSet", #"kind="DaemonSet",podDisruptionBudget.enabled=true"#,
            "podDisruptionBudget needs kind: Deployment"
        ),
        (
            "two budgets",
            #"podDisruptionBudget={"enabled": true, "minAvailable": 1, "maxUnavailable": 1}"#,
            "not both"
        ),
        ("a budget that is no number", #"podDisruptionBudget.minAvailable="half""#, "minAvailable"),
        (
            "most below least",
            #"autoscaling={"enabled": true, "minReplicas": 5, "maxReplicas": 2}"#, "below"
        ),
        ("an Ingress without a host", #"ingress.enabled=true"#, "ingress"),
        ("a route without a Gateway", #"httpRoute.enabled=true"#, "httpRoute"),
        ("a network that is none", #"networkPolicy.egress.except=["example.com"]"#, "except"),
        (
            "no such discovery",
            #"scrapeConfigs=[{"name": "a", "httpSdConfigs": [{"url": "http://example.com"}]}]"#,
            "scrapeConfigs"
        ),
        ("no discovery", #"scrapeConfigs=[{"name": "a"}]"#, "has no discovery"),
        ("no such alert", #"prometheusRule.disabled=["CertExpired"]"#, "disabled"),
        (
            "user namespaces on the node's network", #"hostUsers=false,hostNetwork=true"#,
            "exclude each other"
        ),
        ("no nameservers", #"dnsPolicy="None""#, "dnsConfig.nameservers"),
        ("a probe's unknown key", #"livenessProbe={"httpget": {}}"#, "httpget"),
        ("an empty argument", #"extraArgs=[""]"#, "extraArgs"),
    ]

    @Test(arguments: refused.map(\.0)) func refuses(what: String) async throws {
        let (_, values, word) = try #require(Self.refused.first { $0.0 == what })
        let result = try await Chart.helm(["template", "x", Chart.folder, "--set-json", values])
        #expect(result.status != 0)
        // Without what it logs of the links, whose paths hold half of these words.
        let message = result.errors.split(separator: "\n").filter { !$0.hasPrefix("level=") }
        #expect(message.contains { $0.contains(word) }, "\(message)")
    }

    @Test func refusesWhatTheClusterIsTooOldFor() async throws {
        for (version, message) in [
            ("1.24.0", "incompatible with Kubernetes"), ("1.29.0", "needs Kubernetes 1.30"),
            ("1.30.0", "needs Kubernetes 1.31"),
        ] {
            let result = try await Chart.helm(
                [
                    "template", "x", Chart.folder, "--kube-version", version, "-f",
                    Chart.valuesFile("recent"),
                ])
            #expect(result.status != 0 && result.errors.contains(message), "\(result.errors)")
        }
    }

    @Test func readmeNamesEveryValue() async throws {
        try await check(
            "/usr/local/lib/trustpath-tests/kubernetes-1/bin/python",
            [Chart.repository + "/scripts/chart-readme", "--check"])
    }

    /// The schema knows every value and no other.
    @Test func schemaKnowsExactlyTheValues() async throws {
        let schema = try JSON(read(Chart.folder + "/values.schema.json"))
        let values = try await Chart.parsed(read(Chart.folder + "/values.yaml"))[0]
        compare(values, with: schema, at: "")
    }

    /// The labels that a target may not set are those that the agent sets, and those of the chart's relabelling.
    @Test func schemaReservesTheAgentsLabels() async throws {
        let schema = try JSON(read(Chart.folder + "/values.schema.json"))
        let names = schema["definitions"]["seriesLabels"]["propertyNames"]["not"]["anyOf"].list
        let reserved = names.flatMap { $0["enum"].list }.compactMap(\.text)
        let ofRelabelling: Set<String> = ["instance", "job", "vantage"]
        #expect(ofRelabelling.isSubset(of: reserved))
        let directory = try await Ground.shared.value.newDirectory("labels")
        for label in reserved + ["team"] {
            let file = "\(directory)/\(label).yaml"
            try write("targets: [{target: example.com, labels: {\(label): x}}]", to: file)
            let result = try await run(
                trustpathBinary(), ["serve", "--config.check", "--config.file", file])
            let isFree = ofRelabelling.contains(label) || label == "team"
            #expect(result.status == (isFree ? 0 : 2), "\(label): \(result.errors)")
        }
        let source = read(Chart.repository + "/Sources/Configuration/ConfiguredTarget.swift")
        let list = try #require(
            source.firstMatch(of: #/reservedLabels: Set<String> = \[([^\]]*)\]/#))
        let ofAgent = Set(list.1.matches(of: #/"([a-z0-9_]+)"/#).map { String($0.1) })
        #expect(ofAgent.count > 20)
        #expect(Set(reserved).subtracting(ofRelabelling) == ofAgent)
    }

    private func compare(_ values: JSON, with schema: JSON, at path: String) {
        let properties = schema["properties"].mapping
        #expect(schema["additionalProperties"] == false, "\(path)")
        #expect(
            Set(properties.keys).subtracting(["global"]) == Set(values.mapping.keys), "\(path)")
        for (key, value) in values.mapping {
            guard let property = properties[key], property["additionalProperties"] == false,
                !property["properties"].mapping.isEmpty, Self.sections.contains(path + key)
            else { continue }
            compare(value, with: property, at: path + key + ".")
        }
    }

    /// Those mappings of values.yaml that have keys of the chart's own.
    private static let sections: Set<String> = [
        "image", "config", "webConfig", "log", "serviceAccount", "service", "headlessService",
        "ingress", "httpRoute", "networkPolicy", "networkPolicy.egress", "podDisruptionBudget",
        "autoscaling", "scrape", "serviceMonitor", "podMonitor", "probes", "probes.ingresses",
        "prometheusRule", "dashboards", "helmTest",
    ]
}
