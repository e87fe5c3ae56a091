import Foundation
import Peers
import Synchronization
import Testing

extension CommandTests {
    /// `--web.config.file` before real clients: curl, openssl and Prometheus.
    @Suite struct WebConfigurationTests {
        /// Until the end of a test: an agent ends with its last reference.
        private final class Held: Sendable {
            let agents = Mutex<[Agent]>([])
        }
        private let held = Held()

        private func agent(_ web: String, in folder: String) async throws -> (Agent, String) {
            try write(web, to: "\(folder)/web.yml")
            let agent = try await Agent(
                nil,
                [
                    "--web.config.file", "\(folder)/web.yml", "--web.health-listen-address",
                    "127.0.0.1:0",
                ])
            held.agents.withLock { $0.append(agent) }
            return (agent, agent.address.replacing("http://", with: ""))
        }

        private func folder() async throws -> String {
            try await Ground.shared.value.newDirectory("web")
        }

        /// curl's status code, or its own exit status where there was none.
        private func curl(_ arguments: [String]) async throws -> String {
            let result = try await run(
                "curl",
                [
                    "--silent", "--noproxy", "*", "--max-time", "20", "--output", "/dev/null",
                    "--write-out", "%{http_code}",
                ] + arguments)
            return result.status == 0 ? result.output : "curl \(result.status)"
        }

        /// An authority and what it signed: `ca.pem`, `NAME.pem` and `NAME.key`.
        private func authority(_ folder: String) async throws {
            try await openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=authority", "-days", "2", "-keyout", "\(folder)/ca.key", "-out",
                "\(folder)/ca.pem")
        }

        private func certificate(
            _ name: String, _ alternatives: String, usage: String = "serverAuth", in folder: String,
            days: Int = 2
        ) async throws {
            let place = "\(folder)/\(name)"
            try await openssl(
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=\(name)", "-keyout", place + ".key", "-out", place + ".csr")
            try write(
                "subjectAltName=\(alternatives)\nextendedKeyUsage=\(usage)\n", to: place + ".ext")
            try await openssl(
                "x509", "-req", "-in", place + ".csr", "-CA", "\(folder)/ca.pem", "-CAkey",
                "\(folder)/ca.key", "-CAcreateserial", "-days", "\(days)", "-extfile",
                place + ".ext", "-out", place + ".pem")
        }

        private func openssl(_ arguments: String...) async throws {
            try await check("openssl", arguments)
        }

        private static let plain = """
            tls_server_config: {cert_file: server.pem, key_file: server.key}

            """
        /// Of "secret", by htpasswd.
        private static let hash = "$2y$05$zQ6dUUbw5OuqNQufRCWNMeD4ksk5yzyHPLzEB/ar3HfO2Dxx.5yUi"

        @Test func tlsWithARenewedCertificate() async throws {
            let folder = try await folder()
            try await authority(folder)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            let (agent, place) = try await agent(Self.plain, in: folder)
            #expect(agent.log.contains(" tls=true "))
            let trust = ["--cacert", "\(folder)/ca.pem"]
            #expect(try await curl(trust + ["https://\(place)/metrics"]) == "200")
            #expect(try await curl(["https://\(place)/metrics"]) == "curl 60")
            #expect(try await curl(["http://\(place)/metrics"]) == "400")
            // The health port stays plain.
            let health = try #require(agent.log.firstMatch(of: #/health_port=(\d+) /#)?.1)
            #expect(try await curl(["http://127.0.0.1:\(health)/-/ready"]) == "200")
            // Many answers over one connection, a long one among them.
            let pages = try await check(
                "curl",
                ["--silent", "--noproxy", "*"] + trust
                    + (0..<5).map { _ in "https://\(place)/metrics" })
            #expect(
                pages.split(separator: "\n").count { $0.hasPrefix("trustpath_build_info") } == 5)

            let before = try await serial(place)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            #expect(try await serial(place) != before)
            #expect(try await curl(trust + ["https://\(place)/-/ready"]) == "200")
            // A key that does not fit: the former pair goes on, and the log says why.
            let renewed = try await serial(place)
            try write("nonsense", to: "\(folder)/server.key")
            #expect(try await serial(place) == renewed)
            #expect(agent.log.contains("web configuration not reloaded"))
            #expect(agent.log.contains("is no unencrypted private key in PEM"))
            // Files that only the new configuration names are looked for too.
            try write(
                Self.plain.replacing("server.", with: "other."), to: "\(folder)/web.yml")
            #expect(try await serial(place) == renewed)
            #expect(agent.log.contains("other.pem"))
            try await certificate("other", "IP:127.0.0.1", in: folder)
            #expect(try await serial(place) != renewed)
        }

        private func serial(_ place: String) async throws -> String {
            let certificate = try await check("openssl", ["s_client", "-connect", place])
            return try await check("openssl", ["x509", "-noout", "-serial"], input: certificate)
        }

        /// The whole of `openssl s_client` with its options: what was agreed on, or "failed".
        private func agreed(_ place: String, _ options: String...) async throws -> String {
            let result = try await run("openssl", ["s_client", "-connect", place] + options)
            let line = result.output.firstMatch(of: #/New, (\S+), Cipher is (\S+)/#)
            let cipher = line.map { String($0.2) } ?? "(NONE)"
            return cipher == "(NONE)" ? "failed" : cipher
        }

        @Test func versionsSuitesAndCurves() async throws {
            let folder = try await folder()
            try await authority(folder)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            let (_, usual) = try await agent(Self.plain, in: folder)
            #expect(try await agreed(usual, "-tls1_3") == "TLS_AES_128_GCM_SHA256")
            #expect(try await agreed(usual, "-tls1_2").hasPrefix("ECDHE-ECDSA-AES"))
            #expect(
                try await agreed(usual, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0") == "failed")
            #expect(
                try await agreed(usual, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256")
                    == "failed")

            let (_, narrow) = try await agent(
                """
                tls_server_config:
                  cert_file: server.pem
                  key_file: server.key
                  max_version: TLS12
                  cipher_suites:
                    - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
                    - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                  curve_preferences: [CurveP384]
                """, in: folder)
            #expect(try await agreed(narrow, "-tls1_3") == "failed")
            #expect(
                try await agreed(narrow, "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ALL")
                    == "ECDHE-ECDSA-CHACHA20-POLY1305")
            #expect(
                try await agreed(narrow, "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384") == "failed")
            #expect(try await agreed(narrow, "-curves", "X25519:P-256") == "failed")

            let (_, old) = try await agent(
                """
                tls_server_config:
                  cert_file: server.pem
                  key_file: server.key
                  min_version: TLS10
                  prefer_server_cipher_suites: false
                """, in: folder)
            #expect(try await agreed(old, "-tls1", "-cipher", "ALL:@SECLEVEL=0") != "failed")
            #expect(
                try await agreed(
                    old, "-tls1_2", "-cipher",
                    "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384")
                    == "ECDHE-ECDSA-AES128-SHA")
        }

        @Test func certificatesOfClients() async throws {
            let folder = try await folder()
            try await authority(folder)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            try await certificate(
                "scraper", "DNS:scraper.example,email:ops@example.com", usage: "clientAuth",
                in: folder)
            try await certificate(
                "stranger", "DNS:other.example", usage: "clientAuth", in: folder)
            let other = try await self.folder()
            try await authority(other)
            try await certificate("scraper", "DNS:scraper.example", usage: "clientAuth", in: other)

            func access(_ place: String, _ name: String? = nil, _ from: String) async throws
                -> String
            {
                let own =
                    name.map { ["--cert", "\(from)/\($0).pem", "--key", "\(from)/\($0).key"] } ?? []
                let answer = try await curl(
                    ["--cacert", "\(folder)/ca.pem"] + own + ["https://\(place)/-/ready"])
                return answer == "200" ? "in" : answer.hasPrefix("curl") ? "out" : answer
            }
            func settings(_ more: String) -> String {
                "tls_server_config: {cert_file: server.pem, key_file: server.key, \(more)}\n"
            }

            let (_, strict) = try await agent(
                settings(
                    "client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem"),
                in: folder)
            #expect(try await access(strict, nil, folder) == "out")
            #expect(try await access(strict, "scraper", folder) == "in")
            #expect(try await access(strict, "stranger", folder) == "in")
            #expect(try await access(strict, "scraper", other) == "out")
            // Its usage is that of a server.
            #expect(try await access(strict, "server", folder) == "out")

            let (_, named) = try await agent(
                settings(
                    """
                    client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem, \
                    client_allowed_sans: [ops@example.com]
                    """), in: folder)
            #expect(try await access(named, "scraper", folder) == "in")
            #expect(try await access(named, "stranger", folder) == "out")

            let (_, given) = try await agent(
                settings("client_auth_type: VerifyClientCertIfGiven, client_ca_file: ca.pem"),
                in: folder)
            #expect(try await access(given, nil, folder) == "in")
            #expect(try await access(given, "scraper", folder) == "in")
            #expect(try await access(given, "scraper", other) == "out")

            let (_, any) = try await agent(
                settings("client_auth_type: RequireAnyClientCert"), in: folder)
            #expect(try await access(any, nil, folder) == "out")
            #expect(try await access(any, "scraper", other) == "in")
        }

        @Test func passwordsAndHeaderFields() async throws {
            let folder = try await folder()
            let (agent, place) = try await agent(
                """
                http_server_config:
                  headers: {X-Frame-Options: deny, X-Content-Type-Options: "", X-XSS-Protection: "1"}
                basic_auth_users:
                  alice: "\(Self.hash)"
                """, in: folder)
            let paths = ["/metrics", "/", "/probe?target=a.test", "/-/ready", "/config", "/nope"]
            for path in paths {
                #expect(try await curl(["http://\(place)\(path)"]) == "401", "\(path)")
            }
            for wrong in ["alice:wrong", "alice:", "bob:secret", ":secret", "alice:secret "] {
                #expect(
                    try await curl(["--user", wrong, "http://\(place)/-/ready"]) == "401",
                    "\(wrong)")
            }
            for field in ["Basic", "Basic !!!!", "Bearer secret", "Basic YWxpY2U="] {
                let answer = try await agent("/-/ready", ["Authorization: \(field)"])
                #expect(answer.status == 401)
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Basic ") == true)
                #expect(answer.headers["x-frame-options"] == "deny")
            }
            #expect(try await curl(["--user", "alice:secret", "http://\(place)/-/ready"]) == "200")
            let page = try await agent(
                "/-/ready",
                ["Authorization: Basic \(Data("alice:secret".utf8).base64EncodedString())"])
            #expect(page.headers["x-frame-options"] == "deny")
            #expect(page.headers["x-xss-protection"] == "1")
            #expect(page.headers["x-content-type-options"] == nil)

            // Another user, without a reload; the former one is gone.
            try write("basic_auth_users: {bob: \"\(Self.hash)\"}\n", to: "\(folder)/web.yml")
            #expect(try await curl(["--user", "bob:secret", "http://\(place)/-/ready"]) == "200")
            #expect(try await curl(["--user", "alice:secret", "http://\(place)/-/ready"]) == "401")
            // A broken file locks nobody out and lets nobody in.
            try write("basic_auth_users: {bob: secret}\n", to: "\(folder)/web.yml")
            #expect(try await curl(["--user", "bob:secret", "http://\(place)/-/ready"]) == "200")
            #expect(try await curl(["http://\(place)/-/ready"]) == "401")
            #expect(
                agent.log.contains("web.yml:1:25: the password of \\\"bob\\\" is no bcrypt hash"))
            #expect(!agent.log.contains("secret"))
        }

        /// A hash of cost 12 takes a good part of a second; that it is paid once shows in the process's own time.
        @Test func scrapersPayForTheHashOnce() async throws {
            let folder = try await folder()
            let slow = "$2y$12$3M2pHqJNy/A9PhC/lctyDugIuWBpPUKgnPUuhi/RMbaNp7CVYIYt6"
            let (_, place) = try await agent(
                "basic_auth_users: {alice: \"\(slow)\"}", in: folder)
            func time() async throws -> Double {
                let page = try await check(
                    "curl",
                    [
                        "--silent", "--noproxy", "*", "--user", "alice:secret",
                        "http://\(place)/metrics",
                    ])
                let line = try #require(page.firstMatch(of: #/\nprocess_cpu_seconds_total (\S+)/#))
                return try #require(Double(line.1))
            }
            let first = try await time()
            for _ in 0..<20 { _ = try await time() }
            let cost = try await time() - first
            // One hash alone takes 0.15 s and more.
            #expect(cost < 1)
        }

        @Test func rateOfRequests() async throws {
            let folder = try await folder()
            let (_, place) = try await agent("rate_limit: {interval: 1h, burst: 3}", in: folder)
            let answers = try await check(
                "curl",
                ["--silent", "--noproxy", "*", "--write-out", "%{http_code}\n"]
                    + (0..<5).flatMap { _ in ["--output", "/dev/null", "http://\(place)/-/ready"] })
            #expect(answers == "200\n200\n200\n429\n429\n")
        }

        @Test(.enabled(if: Program.arePresent("prometheus")))
        func prometheusScrapesOverTLSWithAPassword() async throws {
            let folder = try await folder()
            try await authority(folder)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            let (_, place) = try await agent(
                Self.plain + "basic_auth_users: {alice: \"\(Self.hash)\"}", in: folder)
            let prometheus = try await PrometheusServer(
                configuration: """
                    global: {scrape_interval: 1s}
                    scrape_configs:
                      - job_name: agent
                        scheme: https
                        basic_auth: {username: alice, password: secret}
                        tls_config: {ca_file: \(folder)/ca.pem}
                        static_configs: [{targets: ["\(place)"]}]
                    """)
            let up = try await prometheus.wait(for: "up{job=\"agent\"} == 1")
            #expect(up.count == 1)
            _ = try await prometheus.wait(for: "trustpath_build_info")
            await prometheus.stop()
        }

        @Test func mistakesAreRefusedWithTheirPlace() async throws {
            let folder = try await folder()
            try await authority(folder)
            try await certificate("server", "IP:127.0.0.1", in: folder)
            try await certificate("other", "IP:127.0.0.1", in: folder)
            let file = "\(folder)/web.yml"
            let pair = "cert_file: server.pem, key_file: server.key"
            let mistakes: [(String, String)] = [
                (
                    "tls_server_config: {cert_file: nope.pem, key_file: server.key}",
                    "\(file):1:32: cannot read \(folder)/nope.pem: No such file or directory"
                ),
                (
                    "tls_server_config: {cert_file: server.key, key_file: server.key}",
                    "\(file):1:32: the certificate \(folder)/server.key: there is no certificate in it "
                        + "(expected PEM, -----BEGIN CERTIFICATE-----)"
                ),
                (
                    "tls_server_config: {cert_file: server.pem, key_file: server.pem}",
                    "\(file):1:54: the key \(folder)/server.pem: is no unencrypted private key in PEM"
                ),
                (
                    "tls_server_config: {cert_file: server.pem, key_file: other.key}",
                    "\(file):1:32: the certificate \(folder)/server.pem: and its key: OpenSSL cannot "
                        + "set the server's key: key values mismatch"
                ),
                ("tls_server_config: {\(pair), client_ca_file: nope}", ""),
                ("http_server_config: {http2: true}", ""),
            ]
            for (text, sentence) in mistakes {
                try write(text + "\n", to: file)
                for check in [["--config.check"], []] {
                    let result = try await trustpath(
                        ["serve", "--web.listen-address", "127.0.0.1:0"] + check
                            + ["--web.config.file", file])
                    #expect(result.status == 2, "\(text)")
                    #expect(result.errors.split(separator: "\n").count == 1, "\(text)")
                    #expect(result.errors.hasPrefix("trustpath: \(file):1:"), "\(result.errors)")
                    if !sentence.isEmpty { #expect(result.errors == "trustpath: \(sentence)\n") }
                }
            }
            try write("tls_server_config: {\(pair)}\n", to: file)
            let good = try await trustpath(["--config.check", "--web.config.file", file])
            #expect(good.status == 0)
            #expect(good.output == "the built-in configuration is valid\n\(file) is valid\n")
        }
    }
}
