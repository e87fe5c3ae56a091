import Peers
import Testing

@Suite(
    .enabled(
        if: Program.arePresent("prometheus", "promtool", "curl"),
        "needs root, prometheus and curl"))
struct PrometheusTests {
    @Test func scrapesItself() async throws {
        let port = freePort()
        let prometheus = try await PrometheusServer(
            configuration: """
                scrape_configs:
                  - job_name: absent
                    scrape_interval: 1s
                    static_configs: [{targets: ["127.0.0.1:\(port)"]}]
                """)
        let up = try await prometheus.wait(for: "up")
        #expect(up.map { $0.value } == [0])
        #expect(up.first?.labels["job"] == "absent")
        let page = try await get(prometheus.address + "/metrics")
        #expect(page.contains("prometheus_build_info"))
        await prometheus.stop()
    }

    @Test func promtoolFindsWhatIsWrong() async throws {
        let good = "# HELP a_seconds Time.\n# TYPE a_seconds gauge\na_seconds 1\n"
        #expect(try await metricsComplaints(good) == "")
        #expect(try await metricsComplaints("a_seconds 1\n").contains("no help text"))
        #expect(try await metricsComplaints("no number\n") != "")
    }
}
