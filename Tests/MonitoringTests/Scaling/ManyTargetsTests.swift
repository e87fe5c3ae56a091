import Foundation
import Peers
import Testing

extension ScalingTests {
    /// A few hundred configured targets on one scrape.
    @Suite(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        .enabled(
            if: Program.arePresent("promtool", "curl", "dig", "openssl"),
            "needs root, prometheus, curl, dig and openssl"))
    struct ManyTargetsTests {
        private static let count = 300

        @Test func oneScrapeProbesThemAll() async throws {
            let lab = try await LabAgent.shared.value
            let agent = try await lab.agent(
                targets: (1...Self.count).map { "{target: n\($0).wildcard.test}" },
                // Here nobody waits for a network: more at once only wait for the processor, and for the lab.
                more: "limits: {concurrent_probes: 24}")
            // Time enough for a busy machine: nothing is to be skipped.
            let page = try await agent.page(
                "/metrics", headers: ["X-Prometheus-Scrape-Timeout-Seconds: 60"], seconds: 70)
            #expect(try await metricsComplaints(page) == "")
            let lines = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(lines.contains("trustpath_targets_skipped 0"))
            let probed = lines.filter { $0.hasPrefix("probe_success{") }
            #expect(probed.count == Self.count)
            #expect(probed.allSatisfy { $0.hasSuffix(" 1") })
            #expect(Set(lines.map { $0.prefix { $0 != " " } }).count == lines.count)
            // The bound holds for each of them, and what is left is the agent's own.
            let ofTargets = lines.count { $0.contains("{target=\"n") }
            #expect(ofTargets < 220 * Self.count)
            #expect(lines.count - ofTargets < 100)
            #expect(page.utf8.count < 32_000 * Self.count)
            // 16 MB before, a page of some 7 MB in several forms, and two dozen probes.
            let resident = lines.first { $0.hasPrefix("process_resident_memory_bytes ") }
                .flatMap { Double($0.split(separator: " ")[1]) }
            #expect(try #require(resident) < 400e6)
            await agent.stop()
        }

        /// With too little time each target is either on the page or counted as skipped.
        @Test func whatDoesNotFitIsCounted() async throws {
            let lab = try await LabAgent.shared.value
            let agent = try await lab.agent(
                targets: (1...Self.count).map { "{target: n\($0).wildcard.test}" },
                more: "limits: {concurrent_probes: 2}")
            let start = ContinuousClock.now
            let page = try await agent.page(
                "/metrics", headers: ["X-Prometheus-Scrape-Timeout-Seconds: 0.3"], seconds: 60)
            #expect(ContinuousClock.now - start < .seconds(30))
            let probed = page.split(separator: "\n").count { $0.hasPrefix("probe_success{") }
            let skipped = page.firstMatch(of: #/\ntrustpath_targets_skipped ([0-9]+)\n/#)
            #expect(probed + (try #require(skipped.flatMap { Int($0.1) })) == Self.count)
            #expect(probed < Self.count)
            await agent.stop()
        }
    }
}
