import Foundation
import Peers
import Testing

/// The plaintext dialects, with the servers that the world runs.
@Suite(
    .enabled(
        if: Program.arePresent("nginx", "dovecot", "postfix", "openssl", "unbound", "ip"),
        "needs root and the peers of scripts/test-prerequisites"))
struct StartTLSTests {
    @Test(arguments: [
        ("imap.hosts.test", "143", "imap"), ("smtp.hosts.test", "25", "smtp"),
        ("smtp.hosts.test", "587", "submission"),
    ])
    func `A server that offers STARTTLS is healthy`(
        _ host: String, _ port: String, _ dialect: String
    ) async throws {
        let world = try await PeerWorld.shared.value
        let result = try await world.probe(host, "--ports", port, "--output", "metrics")
        #expect(result.status == 0, "\(result.output)\n\(world.peers.log)")
        #expect(result.output.contains("trustpath_endpoint_starttls_duration_seconds{"))
        #expect(result.output.contains("trustpath_stage_success{stage=\"starttls\"} 1"))
        #expect(result.output.contains("trustpath_tls_info{"))
        let page = try await world.probe(host, "--ports", port)
        #expect(page.output.contains("STARTTLS") && page.output.contains("\(port) \(dialect)"))
    }

    @Test func `Another protocol's server does not greet as this one's`() async throws {
        let world = try await PeerWorld.shared.value
        let report = try ReportText(
            await world.probe("imap.hosts.test", "--ports", "143/smtp", "--output", "json"))
        #expect(report.class == "protocol_banner_error")
    }

    @Test(
        .enabled(
            if: Program.arePresent("vsftpd", "slapd", "prosody", "mariadbd", "setpriv"),
            "needs the servers of scripts/test-prerequisites"),
        arguments: PlaintextPeers.ports)
    func `Every dialect gets to TLS with a server of it, and says where there is none`(
        _ port: Int
    ) async throws {
        let (world, peers) = try await (PeerWorld.shared.value, PlaintextPeers.shared.value)
        let (on, off) = (
            try ReportText(
                await world.probe(
                    peers.on, "--hostname", PlaintextPeers.host, "--ports", "\(port)", "--output",
                    "json")),
            try ReportText(
                await world.probe(
                    peers.off, "--hostname", PlaintextPeers.host, "--ports", "\(port)", "--output",
                    "json"))
        )
        #expect(on.success, "\(on.findings)\n\(peers.log)")
        #expect(on.endpoints.map(\.handshake?.state) == ["completed"])
        // Between servers Prosody has nothing to offer then, and ends the stream with an error.
        let expected = port == 5269 ? "protocol_banner_error" : "starttls_not_offered"
        #expect(off.class == expected, "\(off.findings)\n\(peers.log)")
        #expect(off.endpoints.map(\.handshake?.state) == [nil])
    }
}

/// One of each server, with TLS and without.
final class PlaintextPeers: Sendable {
    static let shared = Task { try await PlaintextPeers() }
    static let host = "plain.hosts.test"
    static let ports = [143, 110, 4190, 21, 389, 5222, 5269, 5432, 3306]

    let on: String
    let off: String
    private let daemons: [Daemon]

    private init() async throws {
        let ground = try await Ground.shared.value
        let authority = try await PeerWorld.shared.value.peers.authority
        let identity = try await authority.issue([Self.host])
        (on, off) = (ground.freshAddress(), ground.freshAddress())
        var daemons: [Daemon] = []
        for (address, keys) in [(on, identity), (off, nil)] {
            daemons += [
                try await PlaintextServers.dovecot(address, keys),
                try await PlaintextServers.vsftpd(address, keys),
                try await PlaintextServers.slapd(address, keys),
                try await PlaintextServers.prosody(address, Self.host, keys),
                try await PlaintextServers.postgres(address, keys),
                try await PlaintextServers.mariadb(address, keys),
            ]
        }
        self.daemons = daemons
    }

    /// What the servers wrote.
    var log: String { daemons.map(\.log).joined(separator: "\n") }
}
