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
        .enabled(if: PlaintextPeers.arePresent, "needs the servers of scripts/test-prerequisites"),
        arguments: PlaintextPeers.services)
    func `Every dialect gets to TLS with a server of it, and says where there is none`(
        _ service: PlaintextPeers.Service
    ) async throws {
        let (world, peers) = try await (PeerWorld.shared.value, PlaintextPeers.shared.value)
        let on = try await service.report(at: peers.on, by: world)
        #expect(on.success, "\(on.findings)\n\(peers.log)")
        #expect(on.endpoints.map(\.handshake?.state) == ["completed"])
        guard let expected = service.classWithoutTLS else { return }
        let off = try await service.report(at: peers.off, by: world)
        #expect(off.class == expected, "\(off.findings)\n\(peers.log)")
        #expect(off.endpoints.map(\.handshake?.state) == [nil])
    }
}
