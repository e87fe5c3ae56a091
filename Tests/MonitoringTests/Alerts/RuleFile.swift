import Foundation
import Peers

/// alerts/trustpath.rules.yaml, as Prometheus reads it.
struct RuleFile: Decodable, Sendable {
    struct Group: Decodable, Sendable {
        let name: String
        let rules: [Rule]
    }

    struct Rule: Decodable, Sendable {
        let alert: String?
        let record: String?
        let expr: String
        let `for`: String?
        let labels: [String: String]?
        let annotations: [String: String]?
    }

    let groups: [Group]

    var rules: [Rule] { groups.flatMap(\.rules) }
    var alerts: [Alert] { rules.compactMap { Alert($0) } }

    static func read() async throws -> RuleFile {
        try await decoded(RuleFile.self, from: Alerts.folder + "/trustpath.rules.yaml")
    }
}

/// An alerting rule that has everything a rule has to have; what is missing is empty.
struct Alert: Sendable {
    let name: String
    let expression: String
    let wait: String
    let labels: [String: String]
    let annotations: [String: String]

    init?(_ rule: RuleFile.Rule) {
        guard let alert = rule.alert else { return nil }
        (name, expression, wait) = (alert, rule.expr, rule.for ?? "")
        (labels, annotations) = (rule.labels ?? [:], rule.annotations ?? [:])
    }

    /// Whether it was generated for failure classes.
    var isOfClass: Bool { labels["finding"] != nil }
}

/// Where the rules, their tests and Alertmanager's configuration are.
enum Alerts {
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = repository + "/alerts"

    static func tests() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/tests")
            .filter { $0.hasSuffix(".yaml") }.sorted()
    }
}

/// A duration of Prometheus of one unit, in minutes.
func minutes(_ text: String) -> Int? {
    switch text.last {
    case "m": Int(text.dropLast())
    case "h": Int(text.dropLast()).map { $0 * 60 }
    default: nil
    }
}

/// What a file of YAML holds, by a reader that is not ours.
func decoded<Value: Decodable>(_ type: Value.Type, from path: String) async throws -> Value {
    let json = try await check(
        "/usr/local/lib/trustpath-tests/kubernetes-1/bin/python",
        ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"],
        input: read(path))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(json.utf8))
}
