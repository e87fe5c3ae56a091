import Foundation
import Peers
import Testing

/// The chart as Helm sees it: lint, package, and what its examples and metadata say.
struct PackageTests {
    @Test(arguments: Chart.examples) func lints(example: String) async throws {
        let result = try await Chart.helm(
            ["lint", "--strict", Chart.folder, "-f", Chart.valuesFile(example)])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(!result.output.contains("[WARNING]"))
    }

    @Test func hasItsExamples() {
        let needed = [
            "default", "minimal", "full", "daemonset-vantage", "zones", "probes", "ingress",
            "httproute", "hpa", "operator",
        ]
        #expect(Set(needed).subtracting(Chart.examples) == [])
    }

    /// In the package the links are files, the same as everybody else's, and it renders as the folder does.
    @Test func packagesRulesAndDashboardsAsFiles() async throws {
        let directory = try await Ground.shared.value.newDirectory("package")
        let result = try await Chart.helm(["package", Chart.folder, "--destination", directory])
        try #require(result.status == 0, "\(result.errors)")
        let archive = try #require(
            FileManager.default.contentsOfDirectory(atPath: directory).first)
        try await check("tar", ["-xzf", archive], in: directory)
        let unpacked = directory + "/trustpath"
        for (inside, outside) in Self.links {
            let file = unpacked + "/" + inside
            let type = try FileManager.default.attributesOfItem(atPath: file)[.type]
            #expect(type as? FileAttributeType == .typeRegular)
            #expect(read(file) == read(Chart.repository + "/" + outside))
            #expect(!read(file).isEmpty)
        }
        #expect(!FileManager.default.fileExists(atPath: unpacked + "/ci"))
        for name in ["README.md", "values.schema.json", "templates/NOTES.txt"] {
            #expect(FileManager.default.fileExists(atPath: unpacked + "/" + name))
        }
        let packaged = try await Chart.resources(
            arguments: ["-f", Chart.valuesFile("operator")], of: "\(directory)/\(archive)")
        let rendered = try await Chart.resources("operator")
        #expect(packaged.map(\.json) == rendered.map(\.json))
    }

    /// One source: what the chart has of rules and dashboards are links out of it.
    @Test func keepsNoCopies() throws {
        for (inside, outside) in Self.links {
            let link = Chart.folder + "/" + inside
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
            #expect(target == "../../../" + outside)
        }
        let dashboards = try FileManager.default.contentsOfDirectory(
            atPath: Chart.repository + "/dashboards"
        ).filter { $0.hasSuffix(".json") }
        #expect(!dashboards.isEmpty)
        #expect(
            Set(dashboards.map { "dashboards/" + $0 })
                == Set(Self.links.values.filter { $0.hasPrefix("dashboards") }))
    }

    /// Fetched without links (as an archive, or on Windows), the chart says so and installs no path as a dashboard.
    @Test(arguments: ["prometheusRule", "dashboards"])
    func noticesThatLinksAreMissing(feature: String) async throws {
        let directory = try await Ground.shared.value.newDirectory("links")
        try await check("cp", ["-a", Chart.folder, directory + "/chart"])
        for (inside, outside) in Self.links {
            try FileManager.default.removeItem(atPath: "\(directory)/chart/\(inside)")
            try write("../../../" + outside, to: "\(directory)/chart/\(inside)")
        }
        let result = try await Chart.helm(
            ["template", "x", directory + "/chart", "--set", feature + ".enabled=true"])
        #expect(result.status != 0 && result.errors.contains("symbolic links"), "\(result.errors)")
    }

    @Test func saysWhatItIs() async throws {
        let chart = try await Chart.parsed(read(Chart.folder + "/Chart.yaml"))[0]
        let version = try await check(trustpathBinary(), ["--version"])
        #expect("trustpath \(chart["appVersion"].text ?? "")\n" == version)
        #expect(chart["kubeVersion"].text == ">=\(Chart.oldestKubernetes).0-0")
        let annotations = chart["annotations"].texts
        #expect(annotations["artifacthub.io/category"] == "monitoring-logging")
        #expect(annotations["artifacthub.io/license"] == "Apache-2.0")
        for key in ["changes", "images", "links", "recommendations"] {
            let text = try #require(annotations["artifacthub.io/" + key])
            let entries = try await Chart.parsed(text)[0]
            #expect(!entries.list.isEmpty, "\(key)")
        }
        let image = try await Chart.resources("default").one("Deployment")
            .pod["spec"]["containers"][0]["image"].text
        #expect(annotations["artifacthub.io/images"]?.contains(image ?? "?") == true)
    }

    @Test func saysWhatToDoNext() async throws {
        for (example, sentence) in [
            ("default", "Nothing is probed yet"), ("zones", "Vantage point office:"),
            ("operator", "Prometheus probes 4 targets"),
            ("httproute", "WARNING: the agent is published"),
        ] {
            let result = try await Chart.helm(
                [
                    "install", Chart.release, Chart.folder, "--dry-run=client", "-f",
                    Chart.valuesFile(example),
                ])
            #expect(result.output.contains(sentence), "\(result.output)\(result.errors)")
        }
    }

    private static let links = [
        "rules/trustpath.rules.yaml": "alerts/trustpath.rules.yaml",
        "dashboards/fleet.json": "dashboards/fleet.json",
        "dashboards/target.json": "dashboards/target.json",
        "dashboards/agent.json": "dashboards/agent.json",
    ]
}
