import Foundation
import Peers

/// The Helm chart of this repository, rendered by the real `helm`.
enum Chart {
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = repository + "/helm/trustpath"
    static let schemas = repository + "/Tests/DeploymentTests/Helm/Schemas"
    static let release = "probes"
    static let namespace = "observability"
    static let oldestKubernetes = "1.25"
    static let newestKubernetes = "1.37"

    private static let environment = "/usr/local/lib/trustpath-tests/kubernetes-1/bin/"

    /// The names of the values files in `ci`, without `-values.yaml`.
    static let examples = Set(
        ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/ci")) ?? [])
            .filter { $0.hasSuffix("-values.yaml") }.map { String($0.dropLast(12)) }
    ).sorted()

    static func valuesFile(_ example: String) -> String { "\(folder)/ci/\(example)-values.yaml" }

    static func helm(_ arguments: [String]) async throws -> CommandResult {
        let home = try await Ground.shared.value.directory
        return try await run(
            environment + "helm", arguments, environment: ["HOME": home], seconds: 120)
    }

    /// What an example renders to; each is rendered once.
    static func resources(_ example: String) async throws -> [Resource] {
        try await renderings.resources(example)
    }

    /// What values render to.
    static func resources(setting values: [String]) async throws -> [Resource] {
        try await resources(arguments: values.flatMap { ["--set-json", $0] })
    }

    /// What `helm template` gives with these arguments.
    static func resources(arguments: [String], of chart: String = folder) async throws -> [Resource]
    {
        let result = try await helm(
            ["template", release, chart, "--namespace", namespace] + arguments)
        guard result.status == 0 else { throw PeerError(result.errors) }
        return try await parsed(result.output).list.map { Resource(json: $0) }
    }

    /// Every document of a YAML text; a key that stands twice is an error.
    static func parsed(_ yaml: String) async throws -> JSON {
        try JSON(await python(readingYAML, input: yaml))
    }

    static func python(_ script: String, _ arguments: [String] = [], input: String = "")
        async throws -> String
    {
        try await check(
            environment + "python", ["-c", script] + arguments, input: input, seconds: 120)
    }

    private static let renderings = Renderings()

    private static let readingYAML = """
        import json, sys, yaml
        class Loader(yaml.CSafeLoader): pass
        def mapping(loader, node):
            keys = [loader.construct_object(key) for key, _ in node.value]
            twice = {key for key in keys if keys.count(key) > 1}
            if twice: sys.exit(f"twice in one mapping: {twice}, {node.start_mark}")
            return yaml.SafeLoader.construct_mapping(loader, node, deep=True)
        Loader.add_constructor("tag:yaml.org,2002:map", mapping)
        documents = yaml.load_all(sys.stdin, Loader)
        json.dump([each for each in documents if each is not None], sys.stdout, default=str)
        """
}

/// Each example's rendering, made when it is first asked for.
private actor Renderings {
    private var tasks: [String: Task<[Resource], any Error>] = [:]

    func resources(_ example: String) async throws -> [Resource] {
        let task =
            tasks[example]
            ?? Task { try await Chart.resources(arguments: ["-f", Chart.valuesFile(example)]) }
        tasks[example] = task
        return try await task.value
    }
}

/// A Kubernetes resource.
struct Resource: Sendable, CustomStringConvertible {
    let json: JSON

    var kind: String { json["kind"].text ?? "" }
    var name: String { json[path: "metadata.name"].text ?? "" }
    var labels: [String: String] { json["metadata"]["labels"].texts }
    var spec: JSON { json["spec"] }
    var description: String { "\(kind) \(name)" }

    /// The pod that it makes or is; null where there is none.
    var pod: JSON {
        switch kind {
        case "Pod": json
        case "Deployment", "DaemonSet": spec["template"]
        default: .null
        }
    }
}

extension [Resource] {
    func all(_ kind: String) -> [Resource] { filter { $0.kind == kind } }

    /// The one resource of the kind, with the name where there are several.
    func one(_ kind: String, _ name: String? = nil) throws -> Resource {
        let found = filter { $0.kind == kind && (name == nil || $0.name == name) }
        guard found.count == 1, let only = found.first else {
            throw PeerError("\(found.count) \(kind) \(name ?? "") among \(self)")
        }
        return only
    }
}
