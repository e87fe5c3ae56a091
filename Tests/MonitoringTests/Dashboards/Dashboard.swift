import Foundation
import Peers

/// A dashboard as it is in the repository, as far as the tests look at it.
struct Dashboard: Decodable, Sendable {
    struct Panel: Decodable, Sendable {
        let id: Int
        let title: String
        let description: String?
        let type: String
        let gridPos: Place
        let targets: [Target]?
    }

    struct Place: Decodable, Sendable {
        let x, y, w, h: Int
    }

    struct Target: Decodable, Sendable {
        let refId: String
        let expr: String
        let legendFormat: String
    }

    struct Variables: Decodable, Sendable {
        let list: [Variable]
    }

    struct Variable: Decodable, Sendable {
        struct Query: Decodable, Sendable { let query: String }

        let name: String
        let type: String
        let allValue: String?
        let multi: Bool?
        /// Of a variable that is a query; other kinds have a text here, or nothing.
        let query: Query?

        private enum Key: CodingKey { case name, type, allValue, multi, query }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            name = try fields.decode(String.self, forKey: .name)
            type = try fields.decode(String.self, forKey: .type)
            allValue = try fields.decodeIfPresent(String.self, forKey: .allValue)
            multi = try fields.decodeIfPresent(Bool.self, forKey: .multi)
            query = type == "query" ? try fields.decode(Query.self, forKey: .query) : nil
        }
    }

    /// A query of a panel, told apart by the panel's title and the query's letter.
    struct Query: Sendable {
        let dashboard: String
        let panel: String
        let letter: String
        let expression: String
        let legend: String

        /// As in the table of those without data.
        var name: String { "\(dashboard): \(panel) \(letter)" }
    }

    let title: String
    let uid: String
    let schemaVersion: Int
    let refresh: String
    let panels: [Panel]
    let templating: Variables

    static let names = ["fleet", "target", "agent"]

    static func read(_ name: String) throws -> Dashboard {
        try JSONDecoder().decode(Dashboard.self, from: Data(Peers.read(path(name)).utf8))
    }

    static func path(_ name: String) -> String { "\(Repository.root)/dashboards/\(name).json" }

    /// Every panel that shows something: all but the headings of rows.
    var shown: [Panel] { panels.filter { $0.type != "row" } }

    var queries: [Query] {
        shown.flatMap { panel in
            (panel.targets ?? []).map {
                Query(
                    dashboard: uid, panel: panel.title, letter: $0.refId, expression: $0.expr,
                    legend: $0.legendFormat)
            }
        }
    }
}

enum Repository {
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized.path

    /// The environment with Grafana's foundation SDK and a library that draws; scripts/test-prerequisites makes it.
    static let python = "/usr/local/lib/trustpath-tests/grafana-2/bin/python"
    static let hasPython = FileManager.default.isExecutableFile(atPath: python)

    /// Runs a program of the folder `dashboards`, which leaves nothing behind there.
    static func script(_ name: String, _ arguments: String..., input: String = "") async throws
        -> CommandResult
    {
        try await run(
            python, ["-B", "\(root)/dashboards/\(name)"] + arguments, input: input,
            environment: ["MPLCONFIGDIR": try await Ground.shared.value.newDirectory("fonts")],
            seconds: 120)
    }
}
