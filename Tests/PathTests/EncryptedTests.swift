import Foundation
import Peers
import Testing

extension PathTests {
    /// DNS over TLS and over HTTPS as Unbound, Knot Resolver, dnsdist and BIND speak them.
    @Suite struct EncryptedTests {
        @Test(arguments: EncryptedResolvers.Kind.allCases)
        func answers(_ kind: EncryptedResolvers.Kind) async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let address = resolvers.world.place.address(kind.host)
            let name = EncryptedResolvers.name
            let specs = [
                "tls://\(name)@\(address)", "tls://\(address)",
                "https://\(name)@\(address)/dns-query", "https://\(address)/dns-query",
                "https://\(name)@\(address)/dns-query{?dns}",
                "https://\(address):443/dns-query{?dns}",
            ]
            let report = try await resolvers.probe("www.steady.test", specs)
            #expect(report.success, "\(report.text)")
            let views = try resolverViews(report)
            #expect(views.count == specs.count)
            for view in views {
                #expect(view.up && view.responseCode == "NOERROR", "\(view)")
                #expect(view.addresses == [resolvers.world.place.address(PathWorld.web)], "\(view)")
            }
        }

        /// A name that nobody has, and one with other types only.
        @Test(arguments: EncryptedResolvers.Kind.allCases)
        func denials(_ kind: EncryptedResolvers.Kind) async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let address = resolvers.world.place.address(kind.host)
            let specs = ["tls://\(address)", "https://\(address)/dns-query"]
            let report = try await resolvers.probe("nobody.steady.test", specs)
            #expect(report.class == "name_not_found", "\(report.text)")
            for view in try resolverViews(report) {
                #expect(view.up && view.responseCode == "NXDOMAIN", "\(view)")
            }
        }

        /// Its address comes from the module's plain resolver.
        @Test func serverByItsName() async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let plain = resolvers.world.place.address(PathWorld.resolver)
            let name = EncryptedResolvers.name
            let report = try await resolvers.probe(
                "www.steady.test", ["tls://\(name)", "https://\(name)/dns-query", plain])
            #expect(report.success, "\(report.text)")
            #expect(try resolverViews(report).allSatisfy(\.up), "\(report.text)")
        }

        /// Each fault has a sentence of its own.
        @Test func faults() async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let place = resolvers.world.place
            let name = EncryptedResolvers.name
            let unbound = place.address(EncryptedResolvers.Kind.unbound.host)
            let intercepted = place.address(EncryptedResolvers.intercepted)
            let faults = [
                ("tls://other.steady.test@\(unbound)", "does not cover other.steady.test"),
                (
                    "https://other.steady.test@\(unbound)/dns-query",
                    "does not cover other.steady.test"
                ),
                ("tls://\(name)@\(intercepted)", "is not trusted"),
                ("https://\(name)@\(intercepted)/dns-query", "is not trusted"),
                ("tls://\(place.address(EncryptedResolvers.closed))", "refused"),
                ("https://\(place.address(EncryptedResolvers.closed))/dns-query", "refused"),
                (
                    "https://\(place.address(EncryptedResolvers.oldHTTP))/dns-query",
                    "does not speak HTTP/2"
                ),
                ("https://\(unbound)/elsewhere", "HTTP status 404"),
                (
                    "tls://\(place.address(EncryptedResolvers.oldHTTP)):443",
                    "without a whole answer"
                ),
                ("tls://nobody.steady.test", "no address of nobody.steady.test is known"),
            ]
            let plain = place.address(PathWorld.resolver)
            let report = try await resolvers.probe(
                "www.steady.test", [plain] + faults.map(\.0))
            #expect(report.success, "\(report.text)")
            let views = try resolverViews(report).dropFirst()
            try #require(views.count == faults.count, "\(report.text)")
            for (view, fault) in zip(views, faults) {
                #expect(view.resolver == fault.0)
                #expect(!view.up, "\(view)")
                #expect(
                    view.questions.allSatisfy { $0.failure?.contains(fault.1) == true }, "\(view)")
            }
        }

        @Test(arguments: EncryptedResolvers.Kind.allCases)
        func connectionsAreKept(_ kind: EncryptedResolvers.Kind) async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let address = resolvers.world.place.address(kind.host)
            let counts = try await exchanges(
                over: ["tls://\(address)", "https://\(address)/dns-query"], of: resolvers)
            #expect(counts.failed == 0, "\(counts)")
            #expect(counts.answered >= 3 * 4, "\(counts)")
        }

        /// The server has closed each connection before the next probe comes.
        @Test func closedConnectionsAreReplaced() async throws {
            let resolvers = try await EncryptedResolvers.shared.value
            let address = resolvers.world.place.address(EncryptedResolvers.hasty)
            let counts = try await exchanges(
                over: ["tls://\(address)", "https://\(address)/dns-query"], of: resolvers,
                pause: .milliseconds(150))
            #expect(counts.failed == 0, "\(counts)")
            #expect(counts.answered >= 3 * 4, "\(counts)")
        }

        /// Probes three times through one agent and gives what its metric says of encrypted transports.
        private func exchanges(
            over specs: [String], of resolvers: EncryptedResolvers, pause: Duration = .zero
        ) async throws -> (answered: Int, failed: Int, lines: [Substring]) {
            let file = try resolvers.configuration(specs)
            let agent = try await RunningAgent("serve", "--config.file", file)
            for _ in 0..<3 {
                let page = try await agent.page("/probe?target=www.steady.test")
                #expect(page.contains("\nprobe_success 1\n"), "\(page)")
                try await Task.sleep(for: pause)
            }
            let page = try await agent.page("/metrics")
            await agent.stop()
            let lines = page.split(separator: "\n").filter {
                $0.hasPrefix("trustpath_dns_exchanges_total{")
                    && ($0.contains("\"tls\"") || $0.contains("\"https\""))
            }
            var (answered, failed) = (0, 0)
            for line in lines {
                let count = line.split(separator: " ").last.flatMap { Int($0) } ?? 0
                if line.contains("\"answered\"") { answered += count } else { failed += count }
            }
            return (answered, failed, lines)
        }

        private func resolverViews(_ report: PathReport) throws -> [ResolverViewJSON] {
            try JSONDecoder().decode(ReportJSON.self, from: Data(report.text.utf8)).resolution
                .resolvers
        }
    }
}

private struct ReportJSON: Decodable {
    struct Resolution: Decodable {
        let resolvers: [ResolverViewJSON]
    }
    let resolution: Resolution
}

private struct ResolverViewJSON: Decodable {
    struct Question: Decodable {
        let failure: String?
    }
    let resolver: String
    let up: Bool
    let responseCode: String?
    let addresses: [String]
    let questions: [Question]
}

extension EncryptedResolvers {
    fileprivate func configuration(_ specs: [String]) throws -> String {
        let file = try world.place.ground.newDirectory("module") + "/trustpath.yml"
        let list = specs.map { "\"\($0)\"" }.joined(separator: ", ")
        try write(
            """
            modules:
              default:
                timeout: 6s
                resolvers: [\(list)]
                authoritative: false
                ports: [443]
                dnssec: {mode: disabled}
                tls: {ca_file: \(world.authority.root)}

            """, to: file)
        return file
    }

    fileprivate func probe(_ name: String, _ specs: [String]) async throws -> PathReport {
        let result = try await run(
            trustpathBinary(),
            ["probe", name, "--config.file", try configuration(specs), "--output", "json"])
        return try PathReport(text: result.output + result.errors)
    }
}
