import Peers
import Testing

extension CommandTests {
    /// The command that an image's HEALTHCHECK runs.
    @Suite struct HealthCheckTests {
        private func healthCheck(_ arguments: String...) async throws -> CommandResult {
            try await run(try trustpathBinary(), ["healthcheck"] + arguments)
        }

        @Test func findsAnAgentWhereverItListens() async throws {
            for address in ["127.0.0.1", "0.0.0.0", ""] + (Ground.hasIPv6 ? ["[::1]", "[::]"] : [])
            {
                // Its own choice: what is free at one address need not be free at all of them.
                let agent = try await Daemon(
                    try trustpathBinary(), ["serve", "--web.listen-address", "\(address):0"],
                    in: try await Ground.shared.value.newDirectory("healthy"),
                    until: .log("msg=listening"))
                let port = try #require(agent.log.firstMatch(of: #/ ports=([0-9]+)/#)?.1)
                let result = try await healthCheck("--address", "\(address):\(port)")
                #expect(result.status == 0, "\(address): \(result.errors)")
                #expect(result.output + result.errors == "", "it says nothing where all is well")
                await agent.stop()
            }
        }

        @Test func tellsThatNobodyListens() async throws {
            let result = try await healthCheck("--address", ":\(freePort())")
            #expect(result.status == 1)
            #expect(result.errors.contains("no healthy agent: "))
            #expect(result.errors.split(separator: "\n").count == 1)
        }

        @Test func takesNoOtherServerForAnAgent() async throws {
            let port = freePort()
            let server = try await Daemon(
                "python3", ["-m", "http.server", "--bind", "127.0.0.1", "\(port)"],
                in: try await Ground.shared.value.newDirectory("other"),
                until: .port("127.0.0.1", port))
            let result = try await healthCheck("--address", "127.0.0.1:\(port)")
            #expect(result.status == 1)
            #expect(result.errors.contains("it answers with the HTTP status 404"))
            await server.stop()
        }

        /// One that takes the connection and never answers is not healthy, and is not waited for.
        @Test func doesNotWaitForASilentAgent() async throws {
            let result = try await healthCheck(
                "--address", "127.0.0.1:\(deafPort())", "--timeout", "0.5")
            #expect(result.status == 1)
            #expect(result.errors.contains("no healthy agent: "))
        }

        @Test(arguments: [
            ["--address", "localhost:10853"], ["--address", "10853"], ["--address", ":0"],
            ["--timeout", "0"], ["--timeout", "never"],
        ])
        func refusesWhatItCannotAsk(_ arguments: [String]) async throws {
            let result = try await run(try trustpathBinary(), ["healthcheck"] + arguments)
            #expect(result.status == 2)
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }
}
