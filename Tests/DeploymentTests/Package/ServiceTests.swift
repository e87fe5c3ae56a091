import Foundation
import Peers
import Testing

/// The unit, in a booted system: what its hardening forbids is no less than what the agent does without.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "debootstrap", "dh", "dpkg-deb", "chrpath", "curl", "systemd-analyze"),
        "needs root, debootstrap, debhelper, chrpath, systemd and curl"))
struct ServiceTests {
    @Test func runsUnderSystemd() async throws {
        let root = try await DebianRoot("booted")
        _ = try await root.install(BuiltPackage.shared.value.file)
        let (own, place) = (freePort(), "127.0.0.1:\(freePort())")
        let defaults = "\(root.path)/etc/default/trustpath"
        #expect(read(defaults).contains("\nARGS=\"\"\n"))
        try write("ARGS=\"--web.listen-address=127.0.0.1:\(own)\"\n", to: defaults)
        try write(Self.lab(place), to: "\(root.path)/etc/systemd/system/lab.service")
        let system = try await BootedRoot(root)

        #expect(
            try await system.check("systemctl", ["is-active", "trustpath"]) == "active\n",
            "it starts with the system")
        try await waitUntil { try await get("http://127.0.0.1:\(own)/-/healthy") == "Healthy\n" }
        let metrics = try await get("http://127.0.0.1:\(own)/metrics")
        for name in ["resident_memory_bytes", "start_time_seconds", "open_fds", "max_fds"] {
            #expect(metrics.contains("\nprocess_\(name) "), "the sandbox hides \(name)")
        }
        try await reloads(system, root, at: "127.0.0.1:\(own)")
        try await hasNoRights(system)
        try await probes(system, at: place)
        try await listensBelow1024(system, root, defaults)
        try await servesTLS(system, root, defaults)
        await system.stop()
    }

    private func reloads(
        _ system: BootedRoot, _ root: DebianRoot, at place: String
    ) async throws {
        let file = "\(root.path)/etc/trustpath/trustpath.yaml"
        let number = try await system.check("systemctl", ["show", "-P", "MainPID", "trustpath"])
        try write("modules:\n  fresh:\n    ports: [8443]\n", to: file)
        try await system.check("systemctl", ["reload", "trustpath"])
        try await waitUntil { try await get("http://\(place)/config").contains("fresh:") }

        try write("modules:\n  wrong:\n    prots: [8443]\n", to: file)
        #expect(try await system.run("systemctl", ["reload", "trustpath"]).status != 0)
        let journal = try await system.check("journalctl", ["--no-pager", "--unit", "trustpath"])
        #expect(journal.contains("unknown key \"prots\""))
        #expect(try await get("http://\(place)/config").contains("fresh:"), "the old one stays")
        #expect(
            try await system.check("systemctl", ["show", "-P", "MainPID", "trustpath"]) == number)

        // A start with such a file is given up at once, not tried for ever.
        _ = try await system.run("systemctl", ["restart", "trustpath"])
        try await waitUntil {
            try await system.run("systemctl", ["is-failed", "trustpath"]).output == "failed\n"
        }
        #expect(
            try await system.check("systemctl", ["show", "-P", "NRestarts", "trustpath"]) == "0\n")
        try write("", to: file)
        try await system.check("systemctl", ["restart", "trustpath"])
        try await waitUntil { try await get("http://\(place)/-/healthy") == "Healthy\n" }
    }

    /// What the kernel says of the process itself.
    private func hasNoRights(_ system: BootedRoot) async throws {
        let number = try await system.check("systemctl", ["show", "-P", "MainPID", "trustpath"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let status = try await system.check("cat", ["/proc/\(number)/status"])
        for line in [
            "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1",
            "Seccomp:\t2",
        ] {
            #expect(status.split(separator: "\n").contains { $0 == line }, "\(line) in \(status)")
        }
        #expect(!status.contains("\nUid:\t0\t"))
        let rights = try await system.check("cat", ["/proc/\(number)/mountinfo"])
        let root = rights.split(separator: "\n").map { $0.split(separator: " ") }
            .last { $0[4] == "/" }
        #expect(root?[5].hasPrefix("ro,") == true, "\(rights)")
    }

    /// Everything that a probe does works under the same restrictions.
    private func probes(_ system: BootedRoot, at place: String) async throws {
        try await system.check("systemctl", ["start", "lab"])
        try await waitUntil { try await get("http://\(place)/-/healthy") == "Healthy\n" }
        try await tellsFailuresApart(at: place)
        let journal = try await system.check("journalctl", ["--no-pager", "--unit", "lab"])
        #expect(!journal.contains("level=error"))
    }

    /// With the lines that the document gives.
    private func listensBelow1024(
        _ system: BootedRoot, _ root: DebianRoot, _ defaults: String
    ) async throws {
        let place = "\(try await Ground.shared.value.freshAddress()):443"
        try write("ARGS=\"--web.listen-address=\(place)\"\n", to: defaults)
        _ = try await system.run("systemctl", ["restart", "trustpath"])
        try await waitUntil {
            try await system.run("systemctl", ["is-failed", "trustpath"]).output == "failed\n"
        }
        try await addLines(system, root, holding: "AmbientCapabilities")
        try await waitUntil { try await get("http://\(place)/-/healthy") == "Healthy\n" }
    }

    /// With a key that only root may read, as the document has it.
    private func servesTLS(
        _ system: BootedRoot, _ root: DebianRoot, _ defaults: String
    ) async throws {
        let (place, plain) = ("127.0.0.1:\(freePort())", "127.0.0.1:\(freePort())")
        let (key, certificate) = ("/etc/ssl/private/web.key", "/etc/trustpath/web.pem")
        try await Peers.check(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=agent", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                root.path + key, "-out", root.path + certificate,
            ])
        try await system.check("chmod", ["600", key])
        try write(
            """
            tls_server_config:
              cert_file: \(certificate)
              key_file: /run/credentials/trustpath.service/web.key
            """, to: "\(root.path)/etc/trustpath/web.yaml")
        let flags = [
            "--web.listen-address=\(place)", "--web.health-listen-address=\(plain)",
            "--web.config.file=/etc/trustpath/web.yaml",
        ]
        try write("ARGS=\"\(flags.joined(separator: " "))\"\n", to: defaults)
        try await addLines(system, root, holding: "LoadCredential")
        try await waitUntil {
            try await Peers.check(
                "curl",
                ["--silent", "--cacert", root.path + certificate]
                    + ["--noproxy", "*", "https://\(place)/-/healthy"]) == "Healthy\n"
        }
        let health = try await system.run("trustpath", ["healthcheck", "--address", plain])
        #expect(health.status == 0, "\(health.errors)")
        #expect(
            try await system.run("trustpath", ["healthcheck", "--address", place]).status == 1,
            "it speaks no TLS")
    }

    /// Adds lines of the document to the unit, as `systemctl edit` does, and starts it anew.
    private func addLines(
        _ system: BootedRoot, _ root: DebianRoot, holding word: String
    ) async throws {
        let page = read("\(repository)/docs/installing.md")
        let blocks = page.matches(of: #/```ini\n([^`]+)```/#).map { String($0.1) }
        let lines = try #require(blocks.first { $0.contains(word) })
        let folder = "/etc/systemd/system/trustpath.service.d"
        try await system.check("mkdir", ["-p", folder])
        try write(lines, to: "\(root.path)\(folder)/\(word).conf")
        try await system.check("systemctl", ["daemon-reload"])
        try await system.check("systemctl", ["restart", "trustpath"])
    }

    /// The unit as it is packaged, its command replaced.
    private static func lab(_ place: String) -> String {
        let unit = read("\(repository)/packaging/systemd/trustpath.service")
        return unit.replacing(
            #/ExecStart=.*/#,
            with: "ExecStart=/usr/bin/trustpath lab --serve --web.listen-address=\(place)")
    }
}

/// Waits for something that another program is about to do; throws after 30 seconds.
func waitUntil(_ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while (try? await isTrue()) != true {
        guard ContinuousClock.now < deadline else { throw PeerError("it did not come true") }
        try await Task.sleep(for: .milliseconds(50))
    }
}
