import Peers
import Testing

extension CommandTests {
    /// The targets of the configuration on `/metrics`.
    @Suite struct TargetsTests {
        private func agent(_ more: String = "", then: String = "") async throws -> Agent {
            let world = try await World.shared.value
            return try await Agent(world.configuration(more, then: then))
        }

        @Test func configuredTargetsAreProbedOnEachScrape() async throws {
            let world = try await World.shared.value
            let list = try world.file(
                "- {target: missing.test, labels: {team: \"a \\\"b\\\"\"}}\n", "list")
            let agent = try await agent(
                then: """
                    targets:
                      - {target: healthy.test, labels: {team: web, area: north}}
                      - {target: expired.test}
                    target_files: ["\(list.dropLast(8))*.list"]
                    """)
            let page = try await agent("/metrics")
            #expect(page.status == 200)
            let healthy = "target=\"healthy.test\",module=\"default\",area=\"north\",team=\"web\""
            #expect(page.value("probe_success{\(healthy)}") == 1)
            #expect(page.value("probe_success{target=\"expired.test\",module=\"default\"}") == 0)
            #expect(
                page.value("trustpath_failure{\(healthy),class=\"cert_expired\"}") == 0)
            #expect(
                page.value(
                    "trustpath_failure{target=\"expired.test\",module=\"default\",class=\"cert_expired\"}"
                )
                    == 1)
            #expect(
                page.value(
                    "probe_success{target=\"missing.test\",module=\"default\",team=\"a \\\"b\\\"\"}"
                ) == 0)
            #expect(page.value("trustpath_targets_skipped") == 0)
            #expect(
                page.value("trustpath_probes_total{module=\"default\",outcome=\"failure\"}") == 2)
            // A scrape within a second shares the run; the first one after it has its own.
            let failures = "trustpath_probes_total{module=\"default\",outcome=\"failure\"}"
            let deadline = ContinuousClock.now + .seconds(20)
            var again = try await agent("/metrics")
            while again.value(failures) == 2, ContinuousClock.now < deadline {
                again = try await agent("/metrics")
            }
            #expect(again.value(failures) == 4)
            guard Program.arePresent("promtool") else { return }
            let lint = try await run("promtool", ["check", "metrics"], input: page.body)
            #expect(lint.output + lint.errors == "")
        }

        /// With one place they go one after the other, and what no longer fits is told.
        @Test func targetsThatDoNotFitAreSkipped() async throws {
            let names = (0..<6).map { "  - {target: a\($0).test, module: silent}" }
            let agent = try await agent(
                "  silent: {timeout: 2s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "limits: {concurrent_probes: 1}\ntargets:\n" + names.joined(separator: "\n"))
            let start = ContinuousClock.now
            let page = try await agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 2.5"])
            #expect(ContinuousClock.now - start < .seconds(10))
            let skipped = try #require(page.value("trustpath_targets_skipped"))
            let probed = page.body.split(separator: "\n").count { $0.hasPrefix("probe_success{") }
            #expect(probed >= 1)
            #expect(skipped >= 1)
            #expect(probed + Int(skipped) == 6)
            let line = try #require(
                agent.log.split(separator: "\n").first { $0.contains("did not fit this scrape") })
            #expect(line.contains(" level=warning "))
            #expect(line.contains(" configured=6 skipped=\(Int(skipped)) "))
            let missing = (0..<6).map { "a\($0).test" }.filter { !page.body.contains("\"\($0)\"") }
            #expect(missing.count == Int(skipped))
            #expect(line.contains(missing.joined(separator: " ")))
        }

        /// A place that somebody else holds is waited for; who hung up is not counted.
        @Test func targetsWaitForAPlace() async throws {
            let folder = try await Ground.shared.value.newDirectory("targets")
            let agent = try await agent(
                "  silent: {timeout: 60s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "limits: {concurrent_probes: 1}\ntarget_files: [\"\(folder)/*.list\"]")
            async let other = run(
                "curl",
                [
                    "--silent", "--noproxy", "*", "--max-time", "4",
                    agent.address + "/probe?target=a.test&module=silent",
                ])
            let deadline = ContinuousClock.now + .seconds(20)
            while try await agent("/metrics").value("trustpath_probes_in_flight") != 1,
                ContinuousClock.now < deadline
            {}
            try write("- {target: healthy.test}\n", to: folder + "/one.list")
            try await check(
                "curl",
                ["--silent", "--fail", "--noproxy", "*", "-X", "POST", agent.address + "/-/reload"])
            let page = try await agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 60"])
            #expect(try await other.status == 28)
            #expect(page.value("trustpath_targets_skipped") == 0)
            #expect(page.value("probe_success{target=\"healthy.test\",module=\"default\"}") == 1)
            let failures = "trustpath_probes_total{module=\"silent\",outcome=\"failure\"}"
            #expect(try await agent("/metrics").value(failures) == 0)
        }

        /// A slow target and two scrapers at once, as of an HA pair: one probe, the same page for both.
        @Test func scrapersThatOverlapShareOneProbe() async throws {
            let agent = try await agent(
                "  silent: {timeout: 2s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "targets: [{target: a.test, module: silent}, {target: healthy.test}]")
            async let first = agent("/metrics")
            async let second = agent("/metrics")
            let pages = try await [first, second]
            for page in pages {
                #expect(page.value("probe_success{target=\"a.test\",module=\"silent\"}") == 0)
                #expect(
                    page.value("probe_success{target=\"healthy.test\",module=\"default\"}") == 1)
                #expect(
                    page.value("trustpath_probes_total{module=\"silent\",outcome=\"failure\"}")
                        == 1)
            }
            let seconds = pages.map { page in
                page.value("probe_duration_seconds{target=\"a.test\",module=\"silent\"}")
            }
            #expect(seconds[0] != nil && seconds[0] == seconds[1])
        }

        /// Who has less time than the run that it joined takes what is there, and the run goes on.
        @Test func scraperWithLessTimeTakesWhatIsThere() async throws {
            let agent = try await agent(
                "  silent: {timeout: 12s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "targets: [{target: a.test, module: silent}, {target: healthy.test}]")
            async let patient = agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 30"])
            while !(try await agent("/").body.contains("/report?target=healthy.test")) {}
            let hasty = try await agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 1"])
            #expect(hasty.value("trustpath_targets_skipped") == 1)
            #expect(
                hasty.value("probe_success{target=\"healthy.test\",module=\"default\"}") == 1)
            let whole = try await patient
            #expect(whole.value("trustpath_targets_skipped") == 0)
            #expect(
                whole.value(
                    "trustpath_probes_total{module=\"silent\",outcome=\"failure\"}") == 1)
        }

        /// The only scraper hangs up: its probes end, and the next scrape has a run of its own.
        @Test func runEndsWithItsLastScraper() async throws {
            let agent = try await agent(
                "  silent: {timeout: 60s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "targets: [{target: a.test, module: silent}]")
            let result = try await run(
                "curl",
                ["--silent", "--noproxy", "*", "--max-time", "1", agent.address + "/metrics"])
            #expect(result.status == 28)
            let deadline = ContinuousClock.now + .seconds(20)
            var page = try await agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 1"])
            while page.value("trustpath_probes_in_flight") != 0, ContinuousClock.now < deadline {
                page = try await agent("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 1"])
            }
            #expect(page.value("trustpath_probes_in_flight") == 0)
            let timeout = page.value("probe_timeout_seconds{target=\"a.test\",module=\"silent\"}")
            #expect(try #require(timeout) <= 0.5)
        }

        /// Two servers scrape the same targets, gzip and OpenMetrics as they ask for it themselves.
        @Test(.enabled(if: Program.arePresent("prometheus")))
        func prometheusReadsTheTargets() async throws {
            let agent = try await agent(
                then:
                    "targets: [{target: healthy.test, labels: {team: web}}, {target: expired.test}]"
            )
            let prometheus = try await PrometheusServer(
                configuration: """
                    global: {scrape_interval: 2s, scrape_timeout: 2s}
                    scrape_configs:
                      - job_name: trustpath-agent
                        static_configs: [{targets: ["\(agent.address.dropFirst(7))"]}]
                    """)
            let up = try await prometheus.wait(for: "probe_success{target=\"healthy.test\"} == 1")
            #expect(up.first?.labels["team"] == "web")
            #expect(up.first?.labels["module"] == "default")
            #expect(up.first?.labels["job"] == "trustpath-agent")
            let failed = try await prometheus.wait(
                for: "trustpath_failure{target=\"expired.test\"} == 1")
            #expect(failed.map { $0.labels["class"] } == ["cert_expired"])
            let count = try await prometheus.wait(
                for: "trustpath_probes_total{module=\"default\",outcome=\"success\"} >= 1")
            #expect(count.count == 1)
            _ = try await prometheus.wait(
                for: "trustpath_probe_duration_seconds_bucket{le=\"+Inf\"} >= 2")
            #expect(try await prometheus.query("up == 0").isEmpty)
            await prometheus.stop()
        }
    }
}
