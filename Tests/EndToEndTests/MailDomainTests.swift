import Foundation
import Peers
import Testing

/// Mail domains and TLSA records in signed zones, with Postfix behind them and Postfix' client for a second opinion.
@Suite(
    .enabled(
        if: Program.arePresent(
            "nginx", "postfix", "named", "nsd", "unbound", "openssl", "ip", "unshare"),
        "needs root and the peers of scripts/test-prerequisites"),
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"))
struct MailDomainTests {
    @Test(arguments: PublishedTLSA.all)
    func `A TLSA record is judged as Postfix judges it`(_ published: PublishedTLSA) async throws {
        let world = try await MailPeers.shared.value
        let host = published.host + ".dane.test"
        let report = try await probe("smtp://\(host)", module: "host")
        let tlsa = try #require(report.endpoints.first?.handshake?.tlsa, "\(world.log)")
        let isUsable = published.usage >= 2
        #expect(tlsa.name == "_25._tcp.\(host)")
        #expect(
            tlsa.records.map(\.state)
                == [isUsable ? published.isMatching ? "matches" : "differs" : "unusable"])
        #expect(tlsa.match == (isUsable ? published.isMatching : nil))
        let isMismatch = isUsable && !published.isMatching
        #expect(report.class == (isMismatch ? "tlsa_mismatch" : nil))

        let second = try await world.finger("[\(host)]")
        #expect(second.contains("Verified TLS connection") == (tlsa.match == true), "\(second)")
        #expect(second.contains("unsupported TLSA certificate usage") == !isUsable, "\(second)")
        #expect(second.contains("Untrusted TLS connection") == (tlsa.match != true), "\(second)")
    }

    struct Domain: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var failure: String?
        var otherFailures: [String] = []
        var warnings: [String] = []
        var hosts: [String] = []
        var evidence = ""
        /// What Postfix' client says; empty where it is not asked.
        var second = ""

        init(_ name: String, _ change: (inout Domain) -> Void) {
            testDescription = name
            change(&self)
        }
    }

    static let domains = [
        Domain("sound.mail.test") {
            ($0.hosts, $0.second) = (["u3s1m1.dane.test"], "Verified TLS connection")
        },
        Domain("two.mail.test") {
            $0.hosts = ["u3s1m1.dane.test", "u2s0m1.dane.test"]
            $0.second = "Verified TLS connection"
        },
        Domain("mismatch.mail.test") {
            ($0.failure, $0.hosts) = ("tlsa_mismatch", ["u3s1m1x.dane.test"])
            ($0.evidence, $0.second) = ("nothing that the server sends matches", "Untrusted TLS")
        },
        Domain("null.mail.test") { $0.warnings = ["mx_null"] },
        Domain("renamed.mail.test") {
            ($0.warnings, $0.hosts) = (["mx_target_invalid"], ["host.mail.test"])
            ($0.evidence, $0.second) = ("an alias of u3s1m1.dane.test", "Verified TLS connection")
        },
        Domain("nothing.mail.test") {
            ($0.failure, $0.evidence) = ("mx_target_invalid", "which does not exist")
        },
        Domain("addressless.mail.test") {
            ($0.failure, $0.evidence) = ("mx_target_invalid", "which has no address")
        },
        Domain("literal.mail.test") {
            ($0.failure, $0.evidence) = ("mx_target_invalid", "names the address 192.0.2.1")
        },
        Domain("implicit.mail.test") {
            $0.warnings = ["cert_name_mismatch", "mx_missing"]
            ($0.hosts, $0.evidence) = (["implicit.mail.test"], "stand in for them")
        },
        Domain("neither.mail.test") {
            ($0.failure, $0.evidence) = ("mx_missing", "and no address either")
        },
        // RFC 8461 5, without DANE.
        Domain("policy.mail.test") { $0.hosts = ["a.mail.test"] },
        Domain("strict.mail.test") {
            ($0.failure, $0.otherFailures) = ("cert_name_mismatch", ["mta_sts_invalid"])
            ($0.hosts, $0.evidence) = (["b.mail.test"], "policy of strict.mail.test is enforced")
        },
        Domain("other.mail.test") {
            ($0.failure, $0.hosts) = ("mta_sts_invalid", ["a.mail.test"])
            $0.evidence = "allows b.mail.test, and not the mail exchange a.mail.test"
        },
        // RFC 7672 2.2.1.
        Domain("a.plain.test") {
            ($0.failure, $0.hosts) = ("tlsa_mismatch", ["u3s1m1x.dane.test"])
            ($0.evidence, $0.second) = ("the MX records are insecure", "Untrusted TLS")
        },
        // RFC 7672 2.1.2.
        Domain("a.tlsa.test") {
            ($0.failure, $0.hosts) = ("dnssec_signature_invalid", ["mx.tlsa.test"])
            $0.warnings = ["cert_name_mismatch"]
            $0.evidence = "whether _25._tcp.mx.tlsa.test has TLSA records cannot be told"
            $0.second = "TLSA lookup error"
        },
        Domain("a.mx.test") {
            ($0.failure, $0.evidence) = ("dnssec_signature_invalid", "a.mx.test")
        },
    ]

    @Test(arguments: domains) func `A domain is what its MX records make of it`(
        _ domain: Domain
    ) async throws {
        let world = try await MailPeers.shared.value
        let name = domain.testDescription
        let report = try await probe(name, module: "mail")
        let found = Dictionary(grouping: report.findings, by: \.severity)
            .mapValues { $0.map(\.class) }
        let text = report.findings.flatMap(\.evidence).joined(separator: "\n")
        #expect(report.class == domain.failure, "\(text)\n\(world.log)")
        #expect(
            found["failure"] ?? [] == [domain.failure].compactMap { $0 } + domain.otherFailures,
            "\(text)")
        #expect(found["warning"] ?? [] == domain.warnings, "\(text)")
        #expect(report.endpoints.map(\.host) == domain.hosts)
        #expect(text.contains(domain.evidence) || domain.evidence.isEmpty, "\(text)")
        guard !domain.second.isEmpty else { return }
        let second = try await world.finger(name)
        #expect(second.contains(domain.second), "\(second)")
    }

    /// RFC 7671 7: the records stand where the aliases end.
    @Test func `Records below the end of an alias count`() async throws {
        let report = try await probe("renamed.mail.test", module: "mail")
        let tlsa = try #require(report.endpoints.first?.handshake?.tlsa)
        #expect(tlsa.name == "_25._tcp.u3s1m1.dane.test")
        #expect(tlsa.match == true)
    }

    private func probe(_ target: String, module: String) async throws -> MailReportText {
        let world = try await MailPeers.shared.value
        let result = try await run(
            trustpathBinary(),
            [
                "probe", target, "--config.file", world.configuration, "--module", module,
                "--output", "json",
            ], seconds: 60)
        do {
            return try JSONDecoder().decode(MailReportText.self, from: Data(result.output.utf8))
        } catch {
            throw PeerError("\(error): status \(result.status) \(result.output)\(result.errors)")
        }
    }
}

/// The part of a report in JSON that tells of mail hosts and their TLSA records.
private struct MailReportText: Decodable {
    struct Finding: Decodable {
        let `class`: String
        let severity: String
        let evidence: [String]
    }
    struct Endpoint: Decodable {
        struct Handshake: Decodable { let tlsa: TLSA? }
        let host: String
        let handshake: Handshake?
    }
    struct TLSA: Decodable {
        struct Record: Decodable { let state: String }
        let name: String
        let match: Bool?
        let records: [Record]
    }

    let `class`: String?
    let findings: [Finding]
    let endpoints: [Endpoint]
}
