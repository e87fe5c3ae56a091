import Foundation
import Peers
import Testing

/// The rules and dashboards that the chart installs are everybody's, to the letter.
struct FilesTests {
    private static let rulesFile = Chart.repository + "/alerts/trustpath.rules.yaml"

    @Test func installsTheRulesAsTheyAre() async throws {
        let rule = try await Chart.resources("operator").one("PrometheusRule")
        let source = try await Chart.parsed(read(Self.rulesFile))[0]
        #expect(!source["groups"].list.isEmpty)
        #expect(rule.spec == source)
        try await checkRules(rule)
        let text = try source.written
        #expect(text.contains("{{"), "a template of Prometheus' own went through untouched")
    }

    @Test func leavesOutAndLabels() async throws {
        let source = try await Chart.parsed(read(Self.rulesFile))[0]["groups"].list
        let names = source.flatMap { $0["rules"].list }.compactMap { $0["alert"].text }
        let first = try #require(names.first)
        let rule = try await Chart.resources(setting: [
            """
            prometheusRule={"enabled": true, "disabled": ["\(first)"], \
            "additionalRuleLabels": {"team": "web"}, \
            "additionalGroups": [{"name": "ours", "rules": [{"record": "a:b", "expr": "1"}]}]}
            """
        ]).one("PrometheusRule")
        try await checkRules(rule)
        let groups = rule.spec["groups"].list
        #expect(groups.last?["name"] == "ours")
        let alerts = groups.flatMap { $0["rules"].list }.filter { $0["alert"] != nil }
        #expect(alerts.compactMap { $0["alert"].text } == names.filter { $0 != first })
        #expect(alerts.allSatisfy { $0["labels"]["team"] == "web" })
        let before = source.flatMap { $0["rules"].list }.filter { $0["record"] != nil }
        let after = groups.dropLast().flatMap { $0["rules"].list }.filter { $0["record"] != nil }
        #expect(before == after)
    }

    @Test func installsTheDashboardsAsTheyAre() async throws {
        let maps = try await Chart.resources("operator").all("ConfigMap")
        var found: [String: String] = [:]
        for map in maps {
            #expect(map.labels["grafana_dashboard"] == "1")
            let data = map.json["data"].texts
            found.merge(data) { first, _ in first }
            // The limit of a ConfigMap, and of what a client may note in an annotation of it.
            #expect(data.values.allSatisfy { $0.utf8.count < 1 << 20 })
        }
        let folder = Chart.repository + "/dashboards"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") }
        #expect(Set(found.keys) == Set(files.map { "trustpath-" + $0 }))
        for file in files {
            let source = read(folder + "/" + file)
            let installed = found["trustpath-" + file] ?? ""
            #expect(installed == source.trimmingSuffix(while: \.isNewline), "\(file)")
            #expect(try JSON(installed) == JSON(source))
        }
    }

    @Test func takesTheSidecarsLabelAndNamespace() async throws {
        for map in try await Chart.resources("full").all("ConfigMap")
        where map.name.contains("dashboard") {
            #expect(map.labels["dashboard"] == "yes" && map.labels["grafana_dashboard"] == nil)
            #expect(map.json[path: "metadata.namespace"] == "monitoring")
        }
    }

    private func checkRules(_ rule: Resource) async throws {
        let directory = try await Ground.shared.value.newDirectory("rules")
        let file = directory + "/rules.yaml"
        try write(try rule.spec.written, to: file)
        try await check("promtool", ["check", "rules", file])
    }
}

extension String {
    fileprivate func trimmingSuffix(while isOut: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isOut(last) { text = text.dropLast() }
        return String(text)
    }
}
