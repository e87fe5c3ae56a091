import Foundation
import Peers
import Testing

/// What the documents show can be pasted.
struct DocumentTests {
    private static let guide = Chart.repository + "/docs/kubernetes.md"

    @Test(arguments: [guide, Chart.folder + "/README.md"])
    func valuesRender(document: String) async throws {
        let directory = try await Ground.shared.value.newDirectory("document")
        let blocks = Self.blocks(of: document).filter { !Self.isPrometheus($0) }
        #expect(!blocks.isEmpty)
        for (number, block) in blocks.enumerated() {
            let file = "\(directory)/\(number).yaml"
            try write(block, to: file)
            let resources = try await Chart.resources(arguments: ["-f", file])
            #expect(resources.count >= 4, "\(block)")
        }
    }

    /// The jobs as they stand, and sharded as the page tells.
    @Test func prometheusTakesTheJobs() async throws {
        let directory = try await Ground.shared.value.newDirectory("document")
        let blocks = Self.blocks(of: Self.guide).filter(Self.isPrometheus)
        try #require(blocks.count == 2)
        let last = "      - target_label: __address__\n"
        let sharded = blocks[0].replacing(last, with: blocks[1] + last, maxReplacements: 1)
        #expect(sharded != blocks[0])
        for (name, text) in [("plain", blocks[0]), ("sharded", sharded)] {
            // Debian's Prometheus is built without this discovery.
            let discovery =
                "kubernetes_sd_configs:\n      - {role: pod, namespaces: {names: [NAMESPACE]}}"
            #expect(text.contains(discovery))
            let known = text.replacing(discovery, with: "static_configs: [{targets: [pod]}]")
            try write(known, to: "\(directory)/\(name).yaml")
            try await check("promtool", ["check", "config", "\(directory)/\(name).yaml"])
        }
        // The labels that the chart's own resources give.
        let probe = try await Chart.resources("zones").all("Probe")[0]
        let given = probe.spec["targets"]["staticConfig"]["relabelingConfigs"].list
            .map { $0["targetLabel"] }
        let shown = try await Chart.parsed(blocks[0])[0]["scrape_configs"][0]["relabel_configs"]
            .list.map { $0["target_label"] }
        #expect(Set(given).isSubset(of: Set(shown)))
    }

    private static func isPrometheus(_ block: String) -> Bool {
        block.hasPrefix("scrape_configs:") || block.contains("hashmod")
    }

    /// The texts between "```yaml" and "```", without the indentation of the fence.
    private static func blocks(of document: String) -> [String] {
        var blocks: [String] = []
        var indentation: Int?
        for line in read(document).split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.trimmingPrefix { $0 == " " }
            if text == "```yaml" {
                indentation = line.count - text.count
                blocks.append("")
            } else if text == "```" {
                indentation = nil
            } else if let indentation {
                blocks[blocks.count - 1] += line.dropFirst(indentation) + "\n"
            }
        }
        return blocks
    }
}
