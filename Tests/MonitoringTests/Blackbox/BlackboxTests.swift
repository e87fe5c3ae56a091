import Foundation
import Peers
import Testing

/// What was built for blackbox_exporter, asked of our page and of the real one's.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "prometheus", "prometheus-blackbox-exporter", "dnsmasq", "dig", "openssl", "unshare"),
        "needs root, prometheus, its blackbox exporter, dnsmasq, dig and openssl"))
struct BlackboxTests {
    @Test(arguments: DashboardExpression.all)
    func expressionGivesTheSame(_ expression: DashboardExpression) async throws {
        let world = try await BlackboxWorld.shared.value
        var text = expression.text
        if case .measured = expression.result {
            text = text.replacing(#/ > [0-9.]+$/#, with: "")
        }
        let theirs = try await world.evaluate(text, job: "blackbox")
        let ours = try await world.evaluate(text, job: "trustpath")
        switch expression.result {
        case .same:
            #expect(!theirs.isEmpty)
            #expect(differences(ours, theirs) == [])
        case .only(let instances):
            #expect(Set(theirs.keys.compactMap { $0["instance"] }) == instances)
            #expect(differences(ours, theirs) == [])
        case .measured:
            #expect(!theirs.isEmpty)
            #expect(Set(ours.keys) == Set(theirs.keys))
            // Seconds, within the scrape's timeout.
            #expect(ours.values.allSatisfy { $0 > 0 && $0 < 6 })
        }
    }

    /// No family of theirs that is about TLS or the path to it is missing, and none has other labels.
    @Test func everyFamilyIsThere() async throws {
        let world = try await BlackboxWorld.shared.value
        let all = #"{__name__=~"probe_.*", job=~"$job"}"#
        let theirs = try await world.evaluate("count by (__name__) (\(all))", job: "blackbox")
        let ours = try await world.evaluate("count by (__name__) (\(all))", job: "trustpath")
        // What an answer in plaintext or HTTP says is not looked at, and the document says so.
        let missing = theirs.filter { ours[$0.key] != $0.value }.compactMap { $0.key["__name__"] }
        #expect(missing.contains("probe_http_status_code"))
        #expect(missing.allSatisfy { $0.contains(#/^probe_(http_.*|failed_due_to_regex)$/#) })
        #expect(theirs.count > 8)
        let added = Set(ours.keys.compactMap { $0["__name__"] })
            .subtracting(theirs.keys.compactMap { $0["__name__"] })
        // Those of later versions: see `laterNames`.
        #expect(added == ["probe_timeout_seconds", "probe_tls_cipher_info"])
    }

    /// What Debian's version does not have yet, held against what the documentation of blackbox_exporter says of it:
    /// `serialnumber` and `probe_tls_cipher_info` came with 0.26, `probe_timeout_seconds` in April 2026.
    @Test func laterNames() async throws {
        let world = try await BlackboxWorld.shared.value
        // "The internal timeout of the probe": here the scrape's less the offset.
        let timeouts = try await world.evaluate(
            #"probe_timeout_seconds{job=~"$job"}"#, job: "trustpath")
        #expect(timeouts.count == ProbedEndpoint.healthy.count)
        #expect(timeouts.values.allSatisfy { $0 == 5.5 })
        // The README's query for how much of it is left.
        let left = try await world.evaluate(
            #"1 - (probe_duration_seconds{job=~"$job"} / probe_timeout_seconds)"#,
            job: "trustpath")
        #expect(left.count == timeouts.count && left.values.allSatisfy { $0 > 0 && $0 < 1 })
        // "The TLS cipher negotiated during handshake", by the names of IANA as Go's library has them.
        let ciphers = try await world.evaluate(
            #"probe_tls_cipher_info{job=~"$job"}"#, job: "trustpath")
        let names = Set(
            try await check("openssl", ["ciphers", "-stdname", "ALL:@SECLEVEL=0"])
                .split(separator: "\n").compactMap {
                    $0.split(separator: " ").first.map { String($0) }
                })
        #expect(ciphers.count == timeouts.count && ciphers.values.allSatisfy { $0 == 1 })
        #expect(names.isSuperset(of: ciphers.keys.compactMap { $0["cipher"] }))
        // The bytes of the number in lowercase hexadecimal, leading zeros kept.
        let samples = try await world.prometheus.query(
            #"probe_ssl_last_chain_info{job="trustpath"}"#, at: world.moment)
        let endpoint = try #require(ProbedEndpoint.healthy.first { $0.name == "rsa.test" })
        let shown = samples.first { $0.labels["instance"] == endpoint.instance }
        let serial = try await world.serialNumber(of: endpoint)
        #expect(shown?.labels["serialnumber"] == serial)
    }

    /// The document's table of endpoints on which the two differ is what they say.
    @Test(arguments: Difference.documented)
    func documentedDifference(_ difference: Difference) async throws {
        let world = try await BlackboxWorld.shared.value
        let instance = difference.endpoint.instance
        #expect(world.verdicts["blackbox-differs"]?[instance] == difference.blackbox)
        #expect(world.verdicts["trustpath-differs"]?[instance] == difference.trustpath)
        #expect(!difference.reason.isEmpty)
    }

    /// The queries by which the document finds out where two exporters side by side disagree.
    @Test func disagreementsAreFound() async throws {
        let world = try await BlackboxWorld.shared.value
        let queries = Difference.document.components(separatedBy: "```promql\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let expected = Difference.documented.filter { $0.blackbox.success != $0.trustpath.success }
        #expect(queries.count == 2 && expected.count > 5)
        for query in queries {
            let text = query.replacing("blackbox\"", with: "blackbox-differs\"")
                .replacing("trustpath\"", with: "trustpath-differs\"")
            let samples = try await world.prometheus.query(text, at: world.moment)
            let found = samples.compactMap { $0.labels["instance"] }
            #expect(found.sorted() == expected.map(\.endpoint.instance).sorted())
        }
    }

    @Test func theTableIsThere() {
        #expect(Difference.documented.count > 25)
        #expect(Set(Difference.endpoints).count == Difference.documented.count)
    }
}

/// The series that only one of the two has, or that have another value.
private func differences(
    _ ours: [[String: String]: Double], _ theirs: [[String: String]: Double]
) -> [String] {
    Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }.map { labels in
        let value = { (side: Double?) in side.map { "\($0)" } ?? "nothing" }
        return "\(labels): \(value(ours[labels])), blackbox_exporter \(value(theirs[labels]))"
    }
}

extension BlackboxWorld {
    /// As `openssl` prints it of the certificate that the server sends.
    fileprivate func serialNumber(of endpoint: ProbedEndpoint) async throws -> String {
        let resolver = lab.resolver.split(separator: ":")
        let address = try await check(
            "dig", ["@\(resolver[0])", "-p", "\(resolver[1])", "+short", endpoint.name, "A"])
        let handshake = try await run(
            "openssl",
            ["s_client", "-connect", "\(address.dropLast()):\(lab.https)"]
                + ["-servername", endpoint.name])
        let text = try await check(
            "openssl", ["x509", "-noout", "-serial"], input: handshake.output)
        return text.dropFirst("serial=".count).dropLast().lowercased()
    }
}
