import Foundation
import Peers
import Testing

/// Every resource of every example is one that Kubernetes, or the operator whose it is, accepts.
struct ResourceTests {
    /// What the oldest cluster gets stays valid in all later ones; the newest gets what is rendered for it.
    @Test func areValidInEveryVersion() async throws {
        var cases: [JSON] = []
        for example in Chart.examples {
            let oldest = Self.oldest[example] ?? Chart.oldestKubernetes
            for (rendered, from) in [
                (oldest, oldest), (Chart.newestKubernetes, Chart.newestKubernetes),
            ] {
                let resources = try await Chart.resources(
                    arguments: [
                        "-f", Chart.valuesFile(example), "--kube-version", "\(rendered).0",
                    ])
                cases += resources.map {
                    ["example": .text(example), "from": .text(from), "resource": $0.json]
                }
            }
        }
        #expect(try await complaints(about: cases) == "")
    }

    /// The check itself would notice.
    @Test(arguments: [
        "spec.replicas=\"two\"", "spec.template.spec.containers.0.image=7",
        "spec.template.spec.surprise=1",
    ])
    func wouldBeRefusedWhenWrong(change: String) async throws {
        let parts = change.split(separator: "=")
        let deployment = try await Chart.resources("default").one("Deployment").json
        let path = parts[0].split(separator: ".").map { String($0) }
        let wrong = deployment.replacing(path[...], with: try JSON(String(parts[1])))
        #expect(wrong != deployment)
        let found = try await complaints(about: [
            ["example": "default", "from": "1.37", "resource": wrong]
        ])
        #expect(found.contains("default Deployment"))
    }

    @Test func customResourcesHaveTheFieldsOfTheirDefinitions() async throws {
        var custom: [JSON] = []
        for example in Chart.examples {
            custom += try await Chart.resources(example).filter(\.isCustom).map(\.json)
        }
        #expect(try await complaints(aboutCustom: custom) == "")
        #expect(
            Set(custom.map { $0["kind"] }) == [
                "ServiceMonitor", "PodMonitor", "Probe", "ScrapeConfig", "PrometheusRule",
                "HTTPRoute",
            ])
        let probe = try await Chart.resources("external").all("Probe")[0].json
        let misspelt = probe.replacing(["spec", "scrapetimeout"], with: "10s")
        #expect(try await complaints(aboutCustom: [misspelt]).contains("scrapetimeout"))
    }

    @Test func namesFitWithTheLongestRelease() async throws {
        let long = "a-release-whose-name-is-as-long-as-helm-allows-at-all"
        #expect(long.count == 53)
        for example in ["zones", "full", "daemonset-vantage", "ingress"] {
            let result = try await Chart.helm(
                ["template", long, Chart.folder, "-f", Chart.valuesFile(example)])
            try #require(result.status == 0, "\(result.errors)")
            let resources = try await Chart.parsed(result.output).list.map { Resource(json: $0) }
            for resource in resources {
                #expect(resource.name.count <= (resource.isCustom ? 120 : 63), "\(resource)")
                #expect(!resource.name.hasSuffix("-"), "\(resource)")
                for (key, value) in resource.labels {
                    #expect(value.count <= 63, "\(resource) \(key)")
                }
            }
            #expect(Set(resources.map(\.description)).count == resources.count)
        }
    }

    /// Examples that use what came later.
    private static let oldest = ["recent": "1.31"]

    private func complaints(about cases: [JSON]) async throws -> String {
        try await Chart.python(Self.validating, input: try JSON.list(cases).written)
    }

    private func complaints(aboutCustom resources: [JSON]) async throws -> String {
        try await Chart.python(
            Self.comparing, [Chart.schemas + "/custom-resources.json"],
            input: try JSON.list(resources).written)
    }

    private static let validating = """
        import functools, json, sys, kubernetes_validate
        from kubernetes_validate import utils
        # It would read two megabytes of schema again for each resource.
        utils.schema_contents = functools.lru_cache(None)(utils.schema_contents)
        seen = set()
        for case in json.load(sys.stdin):
            resource = case["resource"]
            if resource["apiVersion"].split("/")[0] in (
                "monitoring.coreos.com", "gateway.networking.k8s.io", "cert-manager.io",
            ):
                continue
            first = int(case["from"].split(".")[1])
            for minor in range(first, \(Chart.newestKubernetes.dropFirst(2)) + 1):
                key = (minor, json.dumps(resource, sort_keys=True))
                if key in seen: continue
                seen.add(key)
                try:
                    kubernetes_validate.validate(resource, f"1.{minor}", strict=True)
                except Exception as error:
                    print(case["example"], resource["kind"], f"1.{minor}", str(error)[:400])
        """

    private static let comparing = """
        import json, jsonschema, sys
        schema = json.load(open(sys.argv[1]))
        kinds = schema.pop("oneOf")
        for resource in json.load(sys.stdin):
            # The one of the kind alone, or the message would be that none of all kinds fits.
            kind = [each for each in kinds if each["properties"]["kind"]["const"] == resource["kind"]]
            schema["allOf"] = kind or [False]
            for error in jsonschema.Draft202012Validator(schema).iter_errors(resource):
                print(resource["metadata"]["name"], list(error.absolute_path), error.message)
        """
}

extension Resource {
    /// Whether its kind is none of Kubernetes' own.
    fileprivate var isCustom: Bool {
        let group = json["apiVersion"].text ?? ""
        return ["monitoring.coreos.com", "gateway."].contains { group.hasPrefix($0) }
    }
}

extension JSON {
    /// The same with another value at a path of keys and indices.
    func replacing(_ path: ArraySlice<String>, with value: JSON) -> JSON {
        guard let key = path.first else { return value }
        if case .list(var list) = self, let index = Int(key) {
            list[index] = list[index].replacing(path.dropFirst(), with: value)
            return .list(list)
        }
        var mapping = mapping
        mapping[key] = self[key].replacing(path.dropFirst(), with: value)
        return .mapping(mapping)
    }
}
