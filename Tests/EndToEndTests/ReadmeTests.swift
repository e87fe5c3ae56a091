import Foundation
import Peers
import Testing

/// The scrape configuration of the README, in a real Prometheus.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "prometheus", "promtool", "curl", "named", "nsd", "unbound", "nginx", "dovecot",
            "postfix"),
        "needs root, prometheus, curl, bind9, nsd, unbound, nginx, dovecot-imapd and postfix"))
struct ReadmeTests {
    @Test func promtoolAcceptsTheConfiguration() async throws {
        let file = try await Ground.shared.value.newDirectory("readme") + "/prometheus.yml"
        try write(Self.configuration(), to: file)
        let checked = try await check("promtool", ["check", "config", file])
        #expect(checked.contains("SUCCESS"))
    }

    @Test func prometheusScrapesByIt() async throws {
        let world = try await PeerWorld.shared.value
        let agent = try await RunningAgent("serve", "--config.file", world.configuration)
        var text = try Self.configuration()
        for (given, other) in [
            (
                #"[example.com, "smtps://mail.example.com"]"#,
                #"[web.hosts.test, "smtps://smtp.hosts.test", expired.hosts.test]"#
            ),
            ("127.0.0.1:10853", agent.place),
        ] {
            #expect(text.contains(given))
            text = text.replacing(given, with: other)
        }
        // Prometheus waits up to one interval before it scrapes at first.
        let prometheus = try await PrometheusServer(
            configuration: "global: {scrape_interval: 3s}\n" + text)

        let up = try await prometheus.wait(for: "up") { $0.count == 4 }
        #expect(up.map(\.value) == [1, 1, 1, 1])
        #expect(Set(up.compactMap { $0.labels["job"] }) == ["trustpath", "trustpath-agent"])

        let success = try await prometheus.wait(for: "probe_success") { $0.count == 3 }
        let expected = [
            "web.hosts.test": 1.0, "smtps://smtp.hosts.test": 1, "expired.hosts.test": 0,
        ]
        for sample in success {
            #expect(sample.value == expected[sample.labels["instance"] ?? ""], "\(sample.labels)")
        }
        let failures = try await prometheus.query("trustpath_failure == 1")
        #expect(failures.map { $0.labels["class"] } == ["cert_expired"])
        #expect(failures.map { $0.labels["instance"] } == ["expired.hosts.test"])
        let secure = try await prometheus.query(#"trustpath_dnssec_status{status="secure"} == 1"#)
        #expect(secure.count == 3)
        let own = try await prometheus.query("trustpath_build_info")
        #expect(own.map { $0.labels["instance"] } == [agent.place])
        await prometheus.stop()
        await agent.stop()
    }

    /// The one YAML block of the README.
    private static func configuration() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = read(root.path + "/README.md")
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        return try #require(blocks.count == 1 ? blocks.first : nil)
    }
}
