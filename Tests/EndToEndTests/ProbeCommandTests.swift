import Foundation
import Peers
import Testing

/// `trustpath probe` and `trustpath dnssec` against servers that nobody here wrote.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "named", "nsd", "unbound", "dnssec-signzone", "nginx", "dovecot", "postfix", "openssl",
            "promtool"),
        "needs root, bind9, bind9-utils, nsd, unbound, nginx, dovecot-imapd, postfix, prometheus"))
struct ProbeCommandTests {
    @Test(arguments: [
        ("web.hosts.test", nil), ("https://web.hosts.test", nil), ("imaps://imap.hosts.test", nil),
        ("smtps://smtp.hosts.test", nil), ("imap.hosts.test:993", nil),
        ("tls://smtp.hosts.test:465", nil),
        ("expired.hosts.test", "cert_expired"), ("notyet.hosts.test", "cert_not_yet_valid"),
        ("incomplete.hosts.test", "chain_incomplete"), ("wrong.hosts.test", "cert_name_mismatch"),
        ("silent.hosts.test", "tcp_connection_refused"),
        // 443 must answer; 993 may be closed.
        ("smtp.hosts.test", "tcp_connection_refused"), ("imaps://smtp.hosts.test", nil),
        ("missing.hosts.test", "name_not_found"),
        ("text.nsec.test", "name_no_address"), ("tonothing.nsec.test", "cname_broken"),
        ("www.expired.test", "dnssec_signature_expired"),
        ("www.wrongds.test", "dnssec_ds_mismatch"),
    ])
    func verdictAndExitStatus(_ target: String, _ expected: String?) async throws {
        let world = try await PeerWorld.shared.value
        let result = try await world.probe(target, "--output", "json")
        let report = try ReportText(result)
        #expect(report.class == expected, "\(result.output)\n\(world.peers.log)")
        #expect(report.success == (expected == nil))
        #expect(result.status == (expected == nil ? 0 : 1))
        #expect(result.errors == "")
    }

    /// The same server with and without the intermediate that it forgets: what is known only raises the confidence.
    @Test(arguments: [("bare", "H"), ("informed", "C")])
    func missingIntermediate(_ module: String, _ confidence: String) async throws {
        let world = try await PeerWorld.shared.value
        let report = try ReportText(
            await world.probe("incomplete.hosts.test", "--output", "json", module: module))
        #expect(report.class == "chain_incomplete")
        #expect(report.findings.first?.confidence == confidence)
    }

    @Test func bothFamiliesAreProbed() async throws {
        let (world, ground) = try await (PeerWorld.shared.value, Ground.shared.value)
        let report = try ReportText(await world.probe("web.hosts.test", "--output", "json"))
        let shaken = report.endpoints.filter {
            $0.port == 443 && $0.handshake?.state == "completed"
        }
        let expected = (Ground.hasIPv6 ? [ground.address6(10)] : []) + [ground.address(10)]
        #expect(Set(shaken.map(\.address)) == Set(expected))
        #expect(report.dnssec?.status == "secure")
        // Nothing listens on the two optional ports of nginx' addresses.
        #expect(
            report.endpoints.filter { $0.connection.state != "connected" }.count == 2
                * expected.count)
    }

    /// A server that is not in DNS yet is tested by its address.
    @Test func addressInPlaceOfDNS() async throws {
        let (world, ground) = try await (PeerWorld.shared.value, Ground.shared.value)
        let report = try ReportText(
            await world.probe(
                "silent.hosts.test", "--address", ground.address(10), "--hostname",
                "web.hosts.test", "--ports", "443", "--output", "json"))
        #expect(report.class == nil)
        #expect(report.endpoints.map(\.address) == [ground.address(10)])
    }

    /// Postfix greets in plaintext on port 25 before it hears a word.
    @Test func plaintextIsNotTLS() async throws {
        let world = try await PeerWorld.shared.value
        let report = try ReportText(
            await world.probe("smtp.hosts.test", "--ports", "25/tls,465", "--output", "json"))
        #expect(report.class == "not_tls")
        #expect(report.findings.map { $0.places.count } == [1])
    }

    @Test func everyFormOfTheReport() async throws {
        let world = try await PeerWorld.shared.value
        let text = try await world.probe("expired.hosts.test")
        #expect(text.status == 1)
        #expect(text.output.contains("expired.hosts.test"))
        #expect(text.output.contains("cert_expired"))

        let metrics = try await world.probe("expired.hosts.test", "--output", "metrics")
        #expect(metrics.status == 1)
        #expect(try await metricsComplaints(metrics.output) == "")
        let page = MetricsPage(metrics.output)
        #expect(page.failures == ["cert_expired"])
        #expect(page.duplicates == [])

        let html = try await world.probe("expired.hosts.test", "--output", "html")
        #expect(html.status == 1)
        #expect(html.output.lowercased().hasPrefix("<!doctype html>"))
        #expect(html.output.contains("cert_expired"))
        #expect(html.output.contains("</html>"))
    }

    /// The instant of judgement is the caller's: signatures live 30 days and certificates 90.
    @Test(arguments: [
        (0, "secure", nil, 0), (40, "bogus", "dnssec_signature_expired", 1),
        (-5, "bogus", "dnssec_signature_not_yet_valid", 1),
    ])
    func validationAtAnotherTime(_ days: Int, _ status: String, _ expected: String?, _ exit: Int32)
        async throws
    {
        let world = try await PeerWorld.shared.value
        let instant = Int(Date().timeIntervalSince1970) + days * 86400
        let result = try await run(
            trustpathBinary(),
            [
                "dnssec", "web.hosts.test", "--resolver", world.tree.resolver, "--trust-anchor",
                world.tree.trustAnchors, "--at", "\(instant)",
            ])
        #expect(result.status == exit)
        let line = String(result.output.prefix { $0 != "\n" })
        #expect(line.hasPrefix("\(status) web.hosts.test"), "\(result.output)\(result.errors)")
        if let expected { #expect(line.contains(" A \(expected): ")) }
    }

    @Test(arguments: [
        ["probe"], ["probe", "two..dots"], ["probe", "web.hosts.test", "--module", "none"],
        ["probe", "web.hosts.test", "--ports", "0"], ["dnssec", "web.hosts.test", "NOTYPE"],
        ["dnssec", "web.hosts.test", "--trust-anchor", "/dev/null"],
        ["serve", "--config.file", "/nowhere"], ["probe", "web.hosts.test", "--no-such-flag"],
    ])
    func badUsage(_ arguments: [String]) async throws {
        let result = try await run(trustpathBinary(), arguments)
        #expect(result.status == 2)
        #expect(result.output == "")
        #expect(!result.errors.isEmpty)
    }
}
