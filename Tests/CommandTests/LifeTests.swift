import DNS
import Foundation
import Hostile
import Peers
import Testing

extension CommandTests {
    /// Start, reload and stop of the agent, and what it holds on to.
    @Suite struct LifeTests {
        @Test func reloadTakesAGoodFileAndKeepsTheOldForABadOne() async throws {
            let world = try await World.shared.value
            let file = try world.file("limits: {concurrent_probes: 7}")
            let agent = try await Agent(nil, ["--config.file", file])
            #expect(try await agent("/config").body.contains("concurrent_probes: 7"))

            try write("limits: {concurrent_probes: 8}", to: file)
            #expect(try await agent("POST", "/-/reload").status == 200)
            #expect(try await agent("/config").body.contains("concurrent_probes: 8"))
            let good = try await agent("/metrics")
            #expect(good.value("trustpath_config_last_reload_successful") == 1)
            let moment = good.value("trustpath_config_last_reload_success_timestamp_seconds")
            #expect(moment ?? 0 > 1_700_000_000)

            try write("limits: {concurrent_probes: none}", to: file)
            let refused = try await agent("POST", "/-/reload")
            #expect(refused.status == 500)
            #expect(refused.body.hasPrefix("not reloaded: \(file):1:29: "))
            #expect(refused.body.split(separator: "\n").count == 1)
            #expect(try await agent("/config").body.contains("concurrent_probes: 8"))
            let bad = try await agent("/metrics")
            #expect(bad.value("trustpath_config_last_reload_successful") == 0)
            #expect(
                bad.value("trustpath_config_last_reload_success_timestamp_seconds") == moment)
            #expect(agent.log.contains("configuration not reloaded"))
        }

        /// Files are looked for beside the configuration, wherever the program was started, and all are checked.
        @Test func filesAreBesideTheConfiguration() async throws {
            let world = try await World.shared.value
            let folder = try await Ground.shared.value.newDirectory("beside")
            try FileManager.default.createDirectory(
                atPath: folder + "/lists", withIntermediateDirectories: false)
            let file = folder + "/trustpath.yaml"
            try write(
                """
                modules:
                  default:
                    dnssec: {trust_anchors: anchor}
                    tls: {ca_file: ca.pem, intermediates_file: lists/../ca.pem}
                target_files: [lists/*.yaml]
                """, to: file)
            let check = ["serve", "--config.check", "--config.file", file]
            try await expectRefusal(
                check, "cannot read \(folder)/anchor: No such file or directory")
            try write(read(world.path("anchor")), to: folder + "/anchor")
            try write(read(world.path("ca.pem")), to: folder + "/ca.pem")
            #expect(try await trustpath(check).output == "\(file) is valid\n")
            try write("- {target: a.test, modul: web}", to: folder + "/lists/a.yaml")
            try await expectRefusal(
                check,
                "\(folder)/lists/a.yaml:1:20: unknown key \"modul\" in [0]; did you mean \"module\"?"
            )
            try write("- {target: \"a b\"}", to: folder + "/lists/a.yaml")
            try await expectRefusal(
                check,
                "\(folder)/lists/a.yaml:1:12: the target \"a b\" has \" \" in its name, "
                    + "which no host name may hold")
        }

        /// A shell that starts the agent as its child knows its id and its exit status.
        private func shell(
            _ configuration: String, _ script: String, _ arguments: [String] = []
        ) async throws -> CommandResult {
            let world = try await World.shared.value
            let file = try world.file(configuration)
            let log = world.path(UUID().uuidString + ".log")
            return try await run(
                "bash",
                [
                    "-c",
                    """
                    file=\(file) log=\(log)
                    get() { curl --silent --noproxy '*' --max-time 20 "http://127.0.0.1:$port$1"; }
                    until_log() {
                        for i in {1..1000}; do grep -q "$1" $log && return; sleep 0.02; done
                        echo "no $1 in the log:"; cat $log; kill -KILL $agent; exit 99
                    }
                    \(try trustpathBinary()) serve --config.file $file \
                        --web.listen-address 127.0.0.1:0 \(arguments.joined(separator: " ")) \
                        2>$log &
                    agent=$!
                    until_log 'ports=[0-9]* '
                    port=$(sed -n 's/.*ports=\\([0-9]*\\) .*/\\1/p' $log)
                    \(script)
                    wait $agent
                    echo "status $?"
                    """,
                ])
        }

        @Test func hangupReloads() async throws {
            let result = try await shell(
                "limits: {concurrent_probes: 7}",
                """
                echo 'limits: {concurrent_probes: 9}' >$file
                kill -HUP $agent
                until_log 'configuration reloaded'
                get /config | grep concurrent_probes
                echo 'nonsense' >$file
                kill -HUP $agent
                until_log 'configuration not reloaded'
                get /config | grep concurrent_probes
                kill -TERM $agent
                """)
            #expect(
                result.output == "  concurrent_probes: 9\n  concurrent_probes: 9\nstatus 0\n")
        }

        @Test(arguments: ["TERM", "INT"])
        func stopLetsProbesEnd(_ signal: String) async throws {
            let result = try await shell(
                "modules: {silent: {timeout: 2s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}}",
                """
                get '/probe?target=a.test&module=silent' >$log.page &
                probe=$!
                for i in {1..1000}; do
                    get /metrics | grep -q '^trustpath_probes_in_flight 1' && break
                    sleep 0.01
                done
                kill -\(signal) $agent
                wait $probe
                grep '^probe_success' $log.page
                grep ' 1$' $log.page | grep ^trustpath_failure
                """)
            #expect(
                result.output == """
                    probe_success 0
                    trustpath_failure{class="resolver_unreachable"} 1
                    status 0

                    """)
        }

        /// Kubernetes is told while the last probes end: alive, but send nothing more.
        @Test func healthPortIsNotReadyWhileStopping() async throws {
            let result = try await shell(
                "modules: {silent: {timeout: 6s, resolvers: [\"127.0.0.1:\(try deafPort())\"]}}",
                """
                health=$(sed -n 's/.*health_port=\\([0-9]*\\) .*/\\1/p' $log)
                ask() { curl --silent --noproxy '*' --max-time 20 "http://127.0.0.1:$health$1"; }
                ask /-/ready
                get '/probe?target=a.test&module=silent' >$log.page &
                probe=$!
                for i in {1..1000}; do
                    get /metrics | grep -q '^trustpath_probes_in_flight 1' && break
                    sleep 0.01
                done
                kill -TERM $agent
                until_log stopping
                for i in {1..1000}; do [ "$(ask /-/ready)" = Stopping ] && break; sleep 0.01; done
                ask /-/ready
                ask /-/healthy
                wait $probe
                grep '^probe_success' $log.page
                """, ["--web.health-listen-address", "127.0.0.1:0"])
            #expect(result.output == "Ready\nStopping\nHealthy\nprobe_success 0\nstatus 0\n")
        }

        @Test func addressInUseIsOneSentence() async throws {
            let agent = try await Agent()
            let address = agent.address.dropFirst("http://".count)
            let result = try await trustpath(["serve", "--web.listen-address", "\(address)"])
            #expect(result.status == 2)
            #expect(result.output == "")
            #expect(
                result.errors == """
                    trustpath: Cannot listen on \(address): another program, or another of these \
                    addresses, uses it already.

                    """)
        }

        @Test func listensOnSeveralAddresses() async throws {
            let agent = try await Agent(nil, ["--web.listen-address", "127.0.0.1:0"])
            let ports = try #require(agent.log.firstMatch(of: #/ports=(\d+),(\d+) /#))
            for port in [ports.1, ports.2] {
                let answer = try await http("GET", "http://127.0.0.1:\(port)/-/ready")
                #expect(answer.status == 200)
            }
        }

        /// Whatever a resolver does, its probe costs no descriptor once it is over.
        @Test func hostileResolversLeaveNothingOpen() async throws {
            let data = try zone("a.test. 60 A 127.0.0.1")
            let truncated: NameServer.Reaction = {
                [.send($0.answer { $0.flags.insert(.truncated) })]
            }
            let servers = [
                try NameServer(udp: { _ in [] }),
                try NameServer(udp: { _ in [.send([0xff, 0xff])] }, tcp: { _ in [] }),
                try NameServer(udp: truncated, tcp: { _ in [] }),
                try NameServer(udp: truncated, tcp: { [.drip([0, 99] + $0.answer())] }),
                try NameServer(udp: truncated, tcp: { _ in [.raw([0xff, 0xff, 0]), .close] }),
                try NameServer(udp: { [.send($0.answer([], .serverFailure))] }),
                try NameServer(udp: { [.send($0.answer(from: data))] }),
            ]
            let modules = servers.enumerated().map { index, server in
                "  m\(index): {timeout: 1s, resolvers: [\"\(server.address)\"], ports: [1]}"
            }
            let agent = try await Agent("modules:\n" + modules.joined(separator: "\n"))
            func open() async throws -> Double {
                try #require(try await agent("/metrics").value("process_open_fds"))
            }
            func probeAll() async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in servers.indices {
                        group.addTask {
                            let path = "/probe?target=a.test&module=m\(index)"
                            let answer = try await agent(path)
                            #expect(answer.value("probe_success") == 0)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            // The first round opens what is kept: the reactor and the like.
            try await probeAll()
            let before = try await open()
            for _ in 0..<3 { try await probeAll() }
            let deadline = ContinuousClock.now + .seconds(10)
            while try await open() > before, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
            }
            let after = try await open()
            #expect(after <= before)
        }
    }
}
