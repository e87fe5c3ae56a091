import Foundation
import Peers
import Testing

/// The files alone: that they are the generator's, and what Grafana would stumble over.
@Suite(.enabled(if: Program.isRequired || Repository.hasPython))
struct DashboardFilesTests {
    @Test func areWhatTheGeneratorMakes() async throws {
        let classes = try await check(trustpathBinary(), ["classes", "--output", "json"])
        let directory = try await Ground.shared.value.newDirectory("dashboards")
        let made = try await Repository.script("generator", directory, input: classes)
        #expect(made.status == 0, "\(made.errors)")
        for name in Dashboard.names {
            let same = read("\(directory)/\(name).json") == read(Dashboard.path(name))
            #expect(same, "dashboards/\(name).json: run scripts/dashboards")
        }
    }

    @Test func fitGrafanasSchema() async throws {
        for name in Dashboard.names {
            let judged = try await Repository.script("schema.py", Dashboard.path(name))
            #expect(judged.status == 0, "\(judged.output)\(judged.errors)")
        }
    }

    /// A check of the schema that lets everything pass would be worth nothing.
    @Test(arguments: [
        (#""textMode""#, #""textMood""#), (#""h": "#, #""height": "#),
        (#""mode": "palette-classic""#, #""mode": "rainbow""#),
        (#""decimals": 0"#, #""decimals": "0""#),
        (#""type": "color-background""#, #""type": "color-ground""#),
        (#""legendFormat""#, #""legendformat""#),
    ])
    func schemaRefusesWhatIsWrong(_ right: String, _ wrong: String) async throws {
        let sound = read(Dashboard.path("fleet"))
        try #require(sound.contains(right))
        let file = try await Ground.shared.value.newDirectory("schema") + "/broken.json"
        try write(sound.replacing(right, with: wrong), to: file)
        let judged = try await Repository.script("schema.py", file)
        #expect(judged.status == 1 && judged.output.contains("broken.json: $"), "\(judged.errors)")
    }

    @Test(arguments: Dashboard.names) func isLaidOut(_ name: String) throws {
        let dashboard = try Dashboard.read(name)
        #expect(dashboard.uid == "trustpath-\(name)")
        #expect(dashboard.title.hasPrefix("Trustpath / "))
        #expect(dashboard.schemaVersion == 42)
        #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
        #expect(Set(dashboard.shown.map(\.title)).count == dashboard.shown.count)
        for panel in dashboard.panels {
            let place = panel.gridPos
            #expect(place.x >= 0 && place.w > 0 && place.x + place.w <= 24, "\(panel.title)")
        }
        for (index, panel) in dashboard.panels.enumerated() {
            for other in dashboard.panels[..<index] {
                #expect(!overlap(panel.gridPos, other.gridPos), "\(panel.title), \(other.title)")
            }
        }
        for panel in dashboard.shown {
            #expect((panel.description ?? "").hasSuffix("."), "\(panel.title) is not described")
            #expect(!(panel.targets ?? []).isEmpty, "\(panel.title) asks nothing")
        }
    }

    /// What the text names is there: the dashboard's own variables, Grafana's, and nothing else.
    @Test(arguments: Dashboard.names) func knowsItsVariables(_ name: String) throws {
        let dashboard = try Dashboard.read(name)
        let own = Set(dashboard.templating.list.map(\.name))
        let builtIn: Set = ["__all", "__range", "__rate_interval", "__data", "__field"]
        let text = read(Dashboard.path(name))
        let named = PromQLText.variables(in: text)
        #expect(named.subtracting(own).subtracting(builtIn) == [])
        #expect(own.subtracting(named) == [], "asked for and used nowhere")
        #expect(own.isSuperset(of: ["datasource", "job"]))
        if name != "agent" { #expect(own.isSuperset(of: ["target", "vantage", "agent"])) }
        for variable in dashboard.templating.list where variable.multi == true {
            #expect(text.contains("=~\\\"$\(variable.name)\\\""), "$\(variable.name) may be many")
        }
    }

    @Test(arguments: Dashboard.names) func linksLeadSomewhere(_ name: String) async throws {
        let text = read(Dashboard.path(name))
        let uids = try Dashboard.names.map { try Dashboard.read($0).uid }
        for link in text.matches(of: #/"/d/([a-z-]+)\?/#) {
            #expect(uids.contains(String(link.output.1)))
        }
        for link in text.matches(of: #/trustpath/blob/main/([^"$?]+\.md)"/#) {
            let path = "\(Repository.root)/\(link.output.1)"
            #expect(FileManager.default.fileExists(atPath: path), "\(path)")
        }
        if name != "agent" {
            #expect(text.contains("/report?target="))
            let listed = try #require(try await ListedClass.all().first)
            let pattern = listed.runbook.replacing(listed.class, with: "${__data.fields.Class}")
            #expect(text.contains("\"\(pattern)\""))
        }
    }

    @Test func namesOnlyMetricsThatAreDocumented() throws {
        let documented = Set(DocumentedFamily.all.map(\.name))
        // Prometheus' own, of every scrape.
        let prometheus: Set = ["up", "scrape_duration_seconds"]
        for query in try Dashboard.names.flatMap({ try Dashboard.read($0).queries }) {
            let families = PromQLText(query.expression).metrics.map {
                $0.hasPrefix("trustpath_probe_duration_seconds_")
                    ? "trustpath_probe_duration_seconds" : $0
            }
            #expect(!families.isEmpty, "\(query.name)")
            let unknown = Set(families).subtracting(documented).subtracting(prometheus)
            #expect(unknown == [], "\(query.name)")
        }
    }

    /// Series are told apart by `target`; `instance` is the target's or the agent's, as the scrape has it.
    @Test(arguments: ["fleet", "target"]) func goByTarget(_ name: String) throws {
        for query in try Dashboard.read(name).queries {
            let text = PromQLText(query.expression)
            #expect(!text.groupingLabels.contains("instance"), "\(query.name)")
            #expect(
                text.matchedLabels.isSuperset(of: ["job", "target", "vantage"]), "\(query.name)")
        }
    }

    private func overlap(_ one: Dashboard.Place, _ other: Dashboard.Place) -> Bool {
        one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h
            && other.y < one.y + one.h
    }
}
