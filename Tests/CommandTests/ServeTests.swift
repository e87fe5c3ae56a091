import Foundation
import Peers
import Testing

extension CommandTests {
    /// The agent's HTTP side: what each path answers to what is asked.
    @Suite struct ServeTests {
        private func agent(
            _ more: String = "", then: String = "", _ arguments: [String] = []
        ) async throws -> Agent {
            let world = try await World.shared.value
            return try await Agent(world.configuration(more, then: then), arguments)
        }

        @Test func pathsAnswer() async throws {
            let agent = try await agent()
            let expected: [(String, String, Int, String)] = [
                ("GET", "/-/healthy", 200, "Healthy\n"), ("GET", "/-/ready", 200, "Ready\n"),
                ("HEAD", "/-/healthy", 200, ""), ("POST", "/-/reload", 200, "reloaded\n"),
                ("GET", "/-/reload", 405, "GET is not allowed on /-/reload\n"),
                ("POST", "/probe", 405, "POST is not allowed on /probe\n"),
                ("DELETE", "/metrics", 405, "DELETE is not allowed on /metrics\n"),
                ("GET", "/nope", 404, "there is nothing here\n"),
                ("GET", "/probe", 400, "the parameter \"target\" is missing\n"),
                ("GET", "/probe?target=", 400, "the parameter \"target\" is missing\n"),
                ("GET", "/report", 400, "the parameter \"target\" is missing\n"),
                (
                    "GET", "/probe?target=a.test&target=b.test", 400,
                    "the parameter \"target\" stands twice\n"
                ),
                (
                    "GET", "/probe?target=a%20b", 400,
                    "the target \"a b\" has \" \" in its name, which no host name may hold\n"
                ),
                (
                    "GET", "/probe?target=a.test&module=nope", 400,
                    "there is no module \"nope\"; there are default, mail, web\n"
                ),
                (
                    "GET", "/probe?target=a.test&ports=x", 400,
                    "the ports \"x\" have \"x\", which is not a number of 1 to 65535\n"
                ),
                (
                    "GET", "/probe?target=a.test&address=x", 400,
                    "the address \"x\" is not an IPv4 or IPv6 address\n"
                ),
                (
                    "GET", "/probe?target=a.test&hostname=a%20b", 400,
                    "the hostname \"a b\" has \" \" in its name, which no host name may hold\n"
                ),
            ]
            for (method, path, status, body) in expected {
                let answer = try await agent(method, path)
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.body == body, "\(method) \(path)")
            }
            #expect(try await agent("POST", "/probe").headers["allow"] == "GET, HEAD")
            #expect(try await agent("GET", "/-/reload").headers["allow"] == "POST")
            let landing = try await agent("/")
            #expect(landing.headers["content-type"] == "text/html; charset=utf-8")
            #expect(landing.body.contains("action=\"/report\""))
            let configuration = try await agent("/config")
            #expect(configuration.body.contains("concurrent_probes: 256"))
        }

        @Test func healthPortServesNothingElse() async throws {
            let agent = try await agent(then: "", ["--web.health-listen-address", "127.0.0.1:0"])
            let port = try #require(agent.log.firstMatch(of: #/health_port=(\d+) /#)?.1)
            let expected: [(String, String, Int, String)] = [
                ("GET", "/-/healthy", 200, "Healthy\n"), ("GET", "/-/ready", 200, "Ready\n"),
                ("HEAD", "/-/ready", 200, ""),
                ("POST", "/-/ready", 405, "POST is not allowed on /-/ready\n"),
                ("POST", "/-/reload", 404, "there is nothing here\n"),
                ("GET", "/metrics", 404, "there is nothing here\n"),
                ("GET", "/probe?target=healthy.test", 404, "there is nothing here\n"),
                ("GET", "/", 404, "there is nothing here\n"),
            ]
            for (method, path, status, body) in expected {
                let answer = try await http(method, "http://127.0.0.1:\(port)\(path)")
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.body == body, "\(method) \(path)")
            }
            #expect(try await agent("/-/ready").status == 200)
        }

        @Test func probeAnswersMetrics() async throws {
            let agent = try await agent()
            let healthy = try await agent("/probe?target=healthy.test")
            #expect(healthy.status == 200)
            #expect(healthy.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(healthy.value("probe_success") == 1)
            #expect(healthy.value("probe_timeout_seconds") == 4)
            #expect(healthy.primary == nil)
            let expired = try await agent("/probe?target=expired.test")
            #expect(expired.status == 200)
            #expect(expired.value("probe_success") == 0)
            #expect(expired.primary == "cert_expired")
            let head = try await agent("HEAD", "/probe?target=healthy.test")
            #expect(head.status == 200)
            #expect(head.body == "")
            let openMetrics = try await agent(
                "/probe?target=healthy.test",
                ["Accept: application/openmetrics-text; version=1.0.0"])
            #expect(openMetrics.body.hasSuffix("# EOF\n"))
            #expect(openMetrics.headers["vary"] == "Accept, Accept-Encoding")
            // Prometheus 3 and 2.25 as they ask.
            let asked = [
                """
                application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                application/openmetrics-text;version=0.0.1;q=0.5,\
                text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                text/plain;version=0.0.4;q=0.3,*/*;q=0.2
                """: "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1":
                    "text/plain; version=0.0.4; charset=utf-8",
            ]
            for (accept, type) in asked {
                for path in ["/probe?target=healthy.test", "/metrics"] {
                    let page = try await agent(path, ["Accept: \(accept)"])
                    #expect(page.headers["content-type"] == type, "\(path) \(accept)")
                }
            }
            // Not the module's first port, which is required there.
            let closed = try await agent("/probe?target=healthy.test&ports=1")
            #expect(closed.primary == "tcp_connection_refused")
            let forbidden = try await agent("/probe?target=169.254.0.1")
            #expect(forbidden.status == 200)
            #expect(forbidden.primary == "probe_target_refused")
        }

        @Test func reportIsJSONOrAPage() async throws {
            let agent = try await agent()
            let page = try await agent("/report?target=expired.test", ["Accept: text/html"])
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.body.contains("cert_expired"))
            let json = try await agent("/report?target=expired.test", ["Accept: application/json"])
            #expect(json.headers["content-type"] == "application/json")
            let object =
                try JSONSerialization.jsonObject(with: Data(json.body.utf8)) as? [String: Any]
            #expect(object?["class"] as? String == "cert_expired")
            let landing = try await agent("/")
            #expect(landing.body.contains("/report?target=expired.test"))
        }

        @Test(arguments: [
            ("2", 1.5), ("0.6", 0.3), ("1", 0.5), ("100", 4), ("4.5", 4), ("4", 3.5),
        ])
        func budgetFollowsTheScrape(_ header: String, _ budget: Double) async throws {
            let agent = try await Self.shared.value
            let answer = try await agent(
                "/probe?target=healthy.test", ["X-Prometheus-Scrape-Timeout-Seconds: \(header)"])
            #expect(answer.value("probe_timeout_seconds") == budget)
        }

        private static let shared = Task {
            try await Agent(try await World.shared.value.configuration())
        }

        @Test(arguments: ["soon", "0", "-1", "nan", "inf", "1e9"])
        func badScrapeTimeoutIsRefused(_ header: String) async throws {
            let agent = try await Self.shared.value
            for path in ["/probe?target=healthy.test", "/metrics"] {
                let answer = try await agent(
                    path, ["X-Prometheus-Scrape-Timeout-Seconds: \(header)"])
                #expect(answer.status == 400)
                #expect(
                    answer.body
                        == "the header X-Prometheus-Scrape-Timeout-Seconds \"\(header)\" is not a positive number of seconds\n"
                )
            }
        }

        @Test func stallingServersEndAtTheBudget() async throws {
            let ports = try (0..<3).map { _ in try deafPort() }
            let agent = try await agent(
                then: "", ["--timeout-offset", "0.5"])
            let start = ContinuousClock.now
            let answer = try await agent(
                "/probe?target=127.0.0.1&ports=" + ports.map { "\($0)" }.joined(separator: ","),
                ["X-Prometheus-Scrape-Timeout-Seconds: 1.5"])
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(answer.status == 200)
            #expect(answer.value("probe_timeout_seconds") == 1)
            #expect(try #require(answer.value("probe_duration_seconds")) < 3)
            #expect(answer.primary == "tls_handshake_timeout")
            for port in ports {
                let endpoint = "host=\"127.0.0.1\",address=\"127.0.0.1\",port=\"\(port)\""
                #expect(answer.value("trustpath_endpoint_up{\(endpoint)}") == 1)
                #expect(answer.value("trustpath_tls_handshake_success{\(endpoint)}") == 0)
            }
        }

        @Test func limitsOfTargets() async throws {
            let agent = try await agent(
                then: "limits: {targets: [healthy.test, \"*.wildcard.test\"]}")
            #expect(try await agent("/probe?target=healthy.test").status == 200)
            #expect(try await agent("/probe?target=www.healthy.test").status == 200)
            #expect(try await agent("/probe?target=any.wildcard.test").status == 200)
            for path in ["/probe", "/report"] {
                let refused = try await agent("\(path)?target=expired.test")
                #expect(refused.status == 403)
                #expect(
                    refused.body
                        == "the target \"expired.test\" is not among those that limits.targets allows\n"
                )
            }
            let counted = try await agent("/metrics")
            #expect(counted.value("trustpath_probes_refused_total{reason=\"target\"}") == 2)
            #expect(counted.value("trustpath_probes_refused_total{reason=\"limit\"}") == 0)
        }

        @Test func tooManyProbesAreTurnedAway() async throws {
            let agent = try await agent(
                "  silent: {timeout: 3s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}",
                then: "limits: {concurrent_probes: 1}")
            async let first = agent("/probe?target=a.test&module=silent")
            while try await agent("/metrics").value("trustpath_probes_in_flight") != 1 {}
            let second = try await agent("/probe?target=healthy.test")
            #expect(second.status == 503)
            #expect(second.headers["retry-after"] == "1")
            #expect(second.body == "too many probes are running\n")
            let counted = try await agent("/metrics")
            #expect(counted.value("trustpath_probes_refused_total{reason=\"limit\"}") == 1)
            #expect(try await first.primary == "resolver_unreachable")
            #expect(try await agent("/probe?target=healthy.test").status == 200)
        }

        @Test func logsAreLogfmtOrJSON() async throws {
            let logfmt = try await agent()
            let line = try #require(logfmt.log.split(separator: "\n").first)
            #expect(
                line.firstMatch(of: #/^time=\d{4}-\d\d-\d\dT\S+Z level=info msg=listening /#) != nil
            )
            let json = try await agent("", ["--log.format", "json"])
            let first = try #require(json.log.split(separator: "\n").first)
            let object =
                try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: String]
            #expect(object?["msg"] == "listening")
            #expect(object?["level"] == "info")
        }
    }
}
