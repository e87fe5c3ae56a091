import Foundation
import Peers
import Testing

/// What the chart has the program do, checked with the program.
struct ConfigurationTests {
    /// Every container of ours starts with arguments that the program takes, before files as it would find them.
    @Test(arguments: ["default", "agent-targets", "ingress", "recent", "hpa"])
    func startsTheProgramAsItWants(example: String) async throws {
        let resources = try await Chart.resources(example)
        for resource in resources where resource.pod != nil {
            let place = try await Ground.shared.value.newDirectory("pod")
            try mount(resource, with: resources, at: place)
            for container in resource.pod["spec"]["containers"].list {
                let arguments = container["args"].list.compactMap(\.text)
                    .map { $0.replacing("=/etc/", with: "=\(place)/etc/") }
                let result = try await run(
                    trustpathBinary(),
                    arguments + (arguments.contains("--config.check") ? [] : ["--config.check"]))
                #expect(result.status == 0, "\(arguments): \(result.errors)")
            }
        }
    }

    @Test func checkWouldFindAnError() async throws {
        let resources = try await Chart.resources(setting: [
            #"config.content={"modules": {"a": {"port": [443]}}}"#
        ])
        let place = try await Ground.shared.value.newDirectory("pod")
        let pod = try resources.one("Pod")
        try mount(pod, with: resources, at: place)
        let arguments = pod.pod["spec"]["containers"][0]["args"].list.compactMap(\.text)
            .map { $0.replacing("=/etc/", with: "=\(place)/etc/") }
        let result = try await run(trustpathBinary(), arguments)
        #expect(result.status == 2 && result.errors.contains("port"), "\(result.errors)")
    }

    /// What is configured in the values is what the agent says it runs with.
    @Test func agentRunsWithWhatWasSet() async throws {
        let resources = try await Chart.resources("agent-targets")
        let place = try await Ground.shared.value.newDirectory("pod")
        try mount(try resources.one("Deployment"), with: resources, at: place)
        let agent = try await RunningAgent(
            "serve", "--config.file", place + "/etc/trustpath/trustpath.yaml")
        let running = try await Chart.parsed(agent.page("/config"))[0]
        await agent.stop()
        #expect(running["watch"] == true)
        #expect(running["limits"]["concurrent_probes"] == 64)
        #expect(
            running["targets"].list.map { $0["target"] }
                == ["example.com", "example.org", "example.net"])
        #expect(running["modules"]["strict"]["ports"].list.count == 3)
    }

    /// A certificate's Secret is enough: the agent serves it, and those that ask know.
    @Test func servesACertificatesSecret() async throws {
        let resources = try await Chart.resources("tls")
        let secret = try resources.one("Secret").json["data"]["web-config.yaml"].text ?? ""
        let text = String(decoding: try #require(Data(base64Encoded: secret)), as: UTF8.self)
        let served = try await Chart.parsed(text)[0]["tls_server_config"]
        #expect(
            served == [
                "cert_file": "/etc/trustpath-tls/tls.crt", "key_file": "/etc/trustpath-tls/tls.key",
            ])
        let spec = try resources.one("Deployment").pod["spec"]
        let mounts = spec["containers"][0]["volumeMounts"].list
        #expect(mounts.contains { $0["name"] == "tls" && $0["mountPath"] == "/etc/trustpath-tls" })
        #expect(
            spec["volumes"].list.contains { $0["secret"]["secretName"] == "trustpath-tls" })
        let endpoint = try resources.one("ServiceMonitor").spec["endpoints"][0]
        #expect(endpoint["scheme"] == "https")
        #expect(endpoint["tlsConfig"]["serverName"] == "trustpath.example.com")
        #expect(
            try await Chart.resources("ingress").one("ServiceMonitor").spec["endpoints"][0][
                "scheme"] == "http")
    }

    /// With that web configuration the pages are TLS, and the kubelet's port is not.
    @Test func kubeletNeedsNoCertificate() async throws {
        let place = try await Ground.shared.value.newDirectory("pod")
        let resources = try await Chart.resources("tls")
        let secret = try resources.one("Secret").json["data"]["web-config.yaml"].text ?? ""
        let text = String(decoding: try #require(Data(base64Encoded: secret)), as: UTF8.self)
        try write(text.replacing("/etc/trustpath-tls", with: place), to: place + "/web.yaml")
        try await check(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "tls.key", "-out", "tls.crt", "-days", "2", "-subj", "/CN=agent",
                "-addext", "subjectAltName=IP:127.0.0.1",
            ], in: place)
        let health = freePort()
        let agent = try await RunningAgent(
            "serve", "--web.config.file", place + "/web.yaml", "--web.health-listen-address",
            "127.0.0.1:\(health)")
        _ = try await get("http://127.0.0.1:\(health)/-/ready")
        let page = try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert",
                place + "/tls.crt", "https://\(agent.place)/metrics",
            ])
        #expect(page.contains("trustpath_build_info"))
        await #expect(throws: PeerError.self) { try await agent.page("/metrics") }
        await agent.stop()
    }

    @Test func testPodProbesTheTarget() async throws {
        let pod = try await Chart.resources("full").one("Pod")
        let containers = pod.pod["spec"]["containers"].list
        #expect(containers.count == 2)
        let target = containers.first { $0["name"] == "target" }
        #expect(target?["args"].list.prefix(2) == ["probe", "example.com"])
        #expect(pod.json["metadata"]["annotations"]["helm.sh/hook"] == "test")
    }

    /// Writes the files of a pod's Secrets below a folder that stands for its root.
    private func mount(_ resource: Resource, with all: [Resource], at place: String) throws {
        let spec = resource.pod["spec"]
        for mount in spec["containers"][0]["volumeMounts"].list {
            let volume = spec["volumes"].list.first { $0["name"] == mount["name"] }
            let name = try #require(volume?["secret"]["secretName"].text)
            let secret = try all.one("Secret", name)
            let folder = place + (mount["mountPath"].text ?? "")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            for (file, text) in secret.json["data"].texts {
                let bytes = try #require(Data(base64Encoded: text))
                // Files name each other by their place in the pod.
                let moved = String(decoding: bytes, as: UTF8.self)
                    .replacing("/etc/trustpath", with: place + "/etc/trustpath")
                try write(moved, to: folder + "/" + file)
            }
        }
    }
}
