import Foundation
import Peers
import Testing

extension CommandTests {
    /// `watch: true`: every way in which a file changes under a running agent.
    @Suite struct WatchTests {
        /// A folder of its own with a configuration, and the agent that watches it.
        private func started(
            _ configuration: String, in folder: String, _ name: String = "trustpath.yaml"
        ) async throws -> Agent {
            try write(configuration + "\nwatch: true\n", to: "\(folder)/\(name)")
            return try await Agent(nil, ["--config.file", "\(folder)/\(name)"])
        }

        private func folder() async throws -> String {
            try await Ground.shared.value.newDirectory("watch")
        }

        /// Asks until the configuration in force says this.
        private func expect(
            _ agent: Agent, _ text: String, _ place: SourceLocation = #_sourceLocation
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            var body = ""
            while ContinuousClock.now < deadline {
                body = try await agent("/config").body
                if body.contains(text) { return }
                try await Task.sleep(for: .milliseconds(20))
            }
            Issue.record("no \(text) in\n\(body)\n\(agent.log)", sourceLocation: place)
        }

        private func move(_ from: String, _ to: String) { #expect(rename(from, to) == 0) }

        @Test func writtenInPlaceAndReplacedByRename() async throws {
            let folder = try await folder()
            let file = "\(folder)/trustpath.yaml"
            let agent = try await started("limits: {concurrent_probes: 7}", in: folder)
            try await expect(agent, "concurrent_probes: 7")

            try write("limits: {concurrent_probes: 8}\nwatch: true\n", to: file)
            try await expect(agent, "concurrent_probes: 8")
            #expect(agent.log.contains("msg=\"files have changed\" files=\(file)\n"))

            // As editors and configuration management do it.
            try write("limits: {concurrent_probes: 9}\nwatch: true\n", to: file + ".new")
            move(file + ".new", file)
            try await expect(agent, "concurrent_probes: 9")

            // Gone and back again.
            try FileManager.default.removeItem(atPath: file)
            let deadline = ContinuousClock.now + .seconds(30)
            while !agent.log.contains("not reloaded"), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(agent.log.contains("configuration not reloaded"))
            try await expect(agent, "concurrent_probes: 9")
            try write("limits: {concurrent_probes: 10}\nwatch: true\n", to: file)
            try await expect(agent, "concurrent_probes: 10")

            // A bad file changes nothing, and the next good one is taken.
            try write("limits: {concurrent_probes: none}\nwatch: true\n", to: file)
            while !agent.log.contains("\(file):1:29: "), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await expect(agent, "concurrent_probes: 10")
            try write("limits: {concurrent_probes: 11}\nwatch: true\n", to: file)
            try await expect(agent, "concurrent_probes: 11")
            #expect(
                try await agent("/metrics").value("trustpath_config_last_reload_successful") == 1)
        }

        /// Kubernetes: the file is a link into `..data`, itself a link that one rename replaces.
        @Test func volumeOfKubernetes() async throws {
            let folder = try await folder()
            let files = FileManager.default
            func publish(_ version: String, _ text: String) throws {
                try files.createDirectory(
                    atPath: "\(folder)/..\(version)", withIntermediateDirectories: false)
                try write(text, to: "\(folder)/..\(version)/trustpath.yaml")
                try files.createSymbolicLink(
                    atPath: "\(folder)/..data_tmp", withDestinationPath: "..\(version)")
                move("\(folder)/..data_tmp", "\(folder)/..data")
            }
            try publish("2026_1", "limits: {concurrent_probes: 7}\nwatch: true\n")
            try files.createSymbolicLink(
                atPath: "\(folder)/trustpath.yaml", withDestinationPath: "..data/trustpath.yaml")
            let agent = try await Agent(nil, ["--config.file", "\(folder)/trustpath.yaml"])
            try await expect(agent, "concurrent_probes: 7")
            try publish("2026_2", "limits: {concurrent_probes: 8}\nwatch: true\n")
            try files.removeItem(atPath: "\(folder)/..2026_1")
            try await expect(agent, "concurrent_probes: 8")
            try publish("2026_3", "limits: {concurrent_probes: 9}\nwatch: true\n")
            try await expect(agent, "concurrent_probes: 9")
        }

        /// A list that is new, one that changes, one that goes, and folders that come later.
        @Test func targetFiles() async throws {
            let folder = try await folder()
            let agent = try await started("target_files: [\"lists/*/*.yaml\"]", in: folder)
            try await expect(agent, "targets: []")
            let list = "\(folder)/lists/a"
            try FileManager.default.createDirectory(
                atPath: list, withIntermediateDirectories: true)
            try write("- {target: one.test}\n", to: "\(list)/1.yaml")
            try await expect(agent, "target: one.test")
            try write("- {target: two.test}\n", to: "\(list)/2.yaml")
            try await expect(agent, "target: two.test")
            try write("- {target: three.test}\n", to: "\(list)/1.yaml")
            try await expect(agent, "target: three.test")
            #expect(try await !agent("/config").body.contains("one.test"))
            try FileManager.default.removeItem(atPath: list)
            try await expect(agent, "targets: []")
        }

        /// What modules name: here the certificates, replaced as a renewed volume replaces them.
        @Test func filesOfModules() async throws {
            let world = try await World.shared.value
            let folder = try await folder()
            let (ca, other) = ("\(folder)/ca.pem", try await folderOfStranger())
            try write(read(other), to: ca)
            let configuration = try await World.shared.value.configuration()
                .replacing(world.path("ca.pem"), with: ca)
            let agent = try await started(configuration, in: folder)
            let before = try await agent("/probe?target=healthy.test")
            #expect(before.primary == "cert_untrusted_root")
            try write(read(world.path("ca.pem")), to: ca + ".new")
            move(ca + ".new", ca)
            let deadline = ContinuousClock.now + .seconds(30)
            var page = before
            while page.primary != nil, ContinuousClock.now < deadline {
                page = try await agent("/probe?target=healthy.test")
            }
            #expect(page.value("probe_success") == 1)
            let line = agent.log.split(separator: "\n").last { $0.contains("files have changed") }
            #expect(line?.contains(ca) == true)
        }

        /// A self-signed certificate that signs nothing of the lab.
        private func folderOfStranger() async throws -> String {
            let folder = try await folder()
            try await check(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-subj", "/CN=stranger", "-keyout", "\(folder)/key.pem", "-out",
                    "\(folder)/stranger.pem",
                ])
            return "\(folder)/stranger.pem"
        }

        private func open(_ agent: Agent) async throws -> Double {
            try #require(try await agent("/metrics").value("process_open_fds"))
        }

        /// Nothing is watched unless asked for, and a reload may end it.
        @Test func watchEndsWithTheFileThatAskedForIt() async throws {
            let folder = try await folder()
            let file = "\(folder)/trustpath.yaml"
            let agent = try await started("limits: {concurrent_probes: 7}", in: folder)
            // By then every thread that waits for sockets has been started.
            for _ in 0..<20 { _ = try await open(agent) }
            let watching = try await open(agent)
            try write("limits: {concurrent_probes: 8}\n", to: file)
            try await expect(agent, "concurrent_probes: 8")
            try write("limits: {concurrent_probes: 9}\nwatch: true\n", to: file)
            // Its descriptor goes with it.
            let deadline = ContinuousClock.now + .seconds(30)
            while try await open(agent) != watching - 1, ContinuousClock.now < deadline {}
            #expect(try await open(agent) == watching - 1)
            #expect(try await agent("/config").body.contains("concurrent_probes: 8"))
            #expect(try await agent("POST", "/-/reload").status == 200)
            try await expect(agent, "concurrent_probes: 9")
            try write("limits: {concurrent_probes: 10}\nwatch: true\n", to: file)
            try await expect(agent, "concurrent_probes: 10")
        }
    }
}
