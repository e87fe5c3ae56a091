import Foundation
import Peers
import Testing

extension ScalingTests {
    /// The document's configurations, run as they stand but for addresses, files and intervals.
    @Suite(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        .enabled(
            if: Program.arePresent("prometheus", "curl", "dig", "openssl"),
            "needs root, prometheus, curl, dig and openssl"))
    struct ShardingTests {
        private static let names = (1...24).map { "n\($0).wildcard.test" }

        @Test func twoShardsHaveEachTargetOnce() async throws {
            let text = try #require(file(with: "__tmp_shard"))
            let first = try await start(text)
            let second = try await start(text.replacing("regex: \"0\"", with: "regex: \"1\""))
            let shards = try await [targets(of: first), targets(of: second)]
            #expect(shards.allSatisfy { !$0.isEmpty })
            #expect(shards[0].isDisjoint(with: shards[1]))
            #expect(shards[0].union(shards[1]) == Set(Self.names))
            for server in [first, second] {
                #expect(try await server.query("up == 0").isEmpty)
                let counts = try await server.query("count by (target) (probe_success)")
                #expect(counts.allSatisfy { $0.value == 1 })
                await server.stop()
            }
        }

        /// About as many series as the document reckons with are left by its example that keeps few.
        @Test func fewSeriesAreKept() async throws {
            let server = try await start(try #require(file(with: "metric_relabel_configs")))
            _ = try await targets(of: server, all: Self.names.count)
            let counts = try await server.query(
                "count by (target) ({target!=\"\", __name__=~\"probe_.*|trustpath_.*\"})")
            #expect(counts.count == Self.names.count)
            let kept = try #require(
                read(repository + "/docs/scaling.md").firstMatch(
                    of: #/with ([0-9]+) series of each page kept/#)
            )
            let documented = try #require(Double(kept.1))
            // The names have IPv4 and IPv6 here, and one resolver.
            #expect(counts.allSatisfy { abs($0.value - documented) < documented * 0.15 })
            await server.stop()
        }

        /// The names that a server has probed, once it has scraped all that it keeps.
        private func targets(
            of server: PrometheusServer, all count: Int? = nil
        ) async throws -> Set<String> {
            struct Answer: Decodable {
                struct Active: Decodable { let activeTargets: [Target] }
                struct Target: Decodable { let labels: [String: String] }
                let data: Active
            }
            _ = try await server.wait(for: "up")
            let text = try await get(server.address + "/api/v1/targets?state=active")
            let active = try JSONDecoder().decode(Answer.self, from: Data(text.utf8)).data
                .activeTargets
            #expect(count == nil || active.count == count)
            let samples = try await server.wait(for: "probe_success", seconds: 60) {
                $0.count == active.count
            }
            return Set(samples.compactMap { $0.labels["target"] })
        }

        private func start(_ text: String) async throws -> PrometheusServer {
            let lab = try await LabAgent.shared.value
            let directory = try await Ground.shared.value.newDirectory("targets")
            let list = Self.names.map { "\"\($0)\"" }.joined(separator: ", ")
            try write("- targets: [\(list)]\n", to: directory + "/all.yaml")
            return try await PrometheusServer(
                configuration:
                    text
                    .replacing("/etc/prometheus/targets/*.yaml", with: directory + "/*.yaml")
                    .replacing("\"trustpath:10853\"", with: "\"\(lab.agent.place)\"")
                    // The lab's names go to its own module where none is asked for.
                    .replacing("    params: {module: [default]}\n", with: "")
                    .replacing(#/scrape_interval: .*/#, with: "scrape_interval: 3s")
                    .replacing("scrape_timeout: 10s", with: "scrape_timeout: 3s"))
        }

        private func file(with text: String) -> String? {
            DocumentedFile.all.first { $0.document == "scaling" && $0.text.contains(text) }?.text
        }
    }
}
