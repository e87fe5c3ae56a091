import Addresses
import Configuration
import OpenSSL
import Peers
import Testing

@testable import Probe

/// Staples that nginx sends, and answers of `openssl ocsp` and nginx to what is fetched.
@Suite(.enabled(if: Program.arePresent("nginx", "openssl"), "needs nginx and openssl"))
struct RevocationPeerTests {
    static let ocsp = settings { $0.ocsp = true }
    static let lists = settings { $0.lists = true }
    static let issuers = settings { $0.issuers = true }

    static func settings(
        _ change: (inout CertificateFetch.Settings) -> Void
    ) -> CertificateFetch.Settings {
        var settings = CertificateFetch.Settings()
        change(&settings)
        return settings
    }

    @Test(
        arguments: [
            ("good", [], ""), ("promised", [], ""),
            ("revoked", [.certRevoked], "was revoked at 2026-01-01T00:00:00Z (keyCompromise)"),
            ("stale", [.ocspStapleInvalid], "it is stale"), ("silent", [], ""),
        ] as [(String, [FailureClass], String)])
    func `nginx staples what its file holds`(
        _ host: String, _ classes: [FailureClass], _ evidence: String
    ) async throws {
        let world = try await RevocationWorld.shared.value
        let seen = try await world.see(host)
        #expect(seen.classes == classes, "\(seen.evidence)\n\(world.log)")
        #expect(seen.evidence.contains(evidence), "\(seen.evidence)")
        let staple = seen.results[0].handshake?.certificate?.staple
        #expect((staple == nil) == (host == "silent"))
        if host == "good" { #expect(staple?.status == .good) }
    }

    @Test(
        arguments: [
            ("good", [], "good, until "), ("revoked", [.certRevoked], "revoked, until "),
            ("listed", [.certRevoked], "revoked, until "), ("silent", [], "refused"),
        ] as [(String, [FailureClass], String)])
    func `The responder is asked`(
        _ host: String, _ classes: [FailureClass], _ words: String
    ) async throws {
        let world = try await RevocationWorld.shared.value
        let seen = try await world.see(host, fetching: Self.ocsp)
        #expect(seen.classes == classes, "\(seen.evidence)\n\(world.log)")
        let facts = seen.results[0].handshake?.certificate?.fetched ?? []
        // The intermediate names no responder.
        #expect(facts.count == 2)
        #expect(facts.first?.words.contains(words) == true, "\(facts.map(\.words))")
        #expect(facts.last?.words == "OCSP (depth 1): the certificate names no place")
    }

    @Test func `The revocation list is fetched`() async throws {
        let world = try await RevocationWorld.shared.value
        let listed = try await world.see("listed", fetching: Self.lists)
        #expect(listed.classes == [.certRevoked], "\(listed.evidence)\n\(world.log)")
        #expect(
            listed.evidence.contains(
                "the revocation list at \(world.location("list.crl")) says that the certificate "
                    + "was revoked at 2026-01-01T00:00:00Z (keyCompromise)"), "\(listed.evidence)")
        let free = try await world.see("unlisted", fetching: Self.lists)
        #expect(free.classes.isEmpty)
        let facts = free.results[0].handshake?.certificate?.fetched.map(\.words) ?? []
        #expect(facts.first?.contains("list.crl: good, until") == true, "\(facts)")
        let missing = try await world.see("good", fetching: Self.lists)
        #expect(missing.classes.isEmpty)
    }

    @Test(arguments: ["lonely", "bundled"])
    func `A missing issuer is fetched, alone or in a bundle`(_ host: String) async throws {
        let world = try await RevocationWorld.shared.value
        #expect(try await world.see(host).diagnosis.primary?.confidence == .heuristic)
        var settings = Self.issuers
        settings.ocsp = true
        let seen = try await world.see(host, fetching: settings)
        #expect(seen.classes == [.chainIncomplete], "\(seen.evidence)\n\(world.log)")
        #expect(seen.diagnosis.primary?.confidence == .comparison)
        let presented = try #require(seen.results[0].handshake?.certificate)
        #expect(presented.missing == [world.intermediate])
        // With the issuer at hand the responder can be asked.
        #expect(presented.fetched.contains { $0.words.contains("OCSP of http") })
    }

    @Test(
        arguments: [
            ("good", nil, "OCSP of http"), ("listed", .certRevoked, "list.crl: revoked"),
            ("lonely", .chainIncomplete, "issuer of http"),
        ] as [(String, FailureClass?, String)])
    func `A module that asks for it gets it in its report`(
        _ host: String, _ expected: FailureClass?, _ words: String
    ) async throws {
        let world = try await RevocationWorld.shared.value
        var module = Module()
        (module.resolvers, module.authoritative) = ([Located("127.0.0.1:9")], false)
        module.dnssec.mode = .disabled
        (module.tls.fetchOCSP, module.tls.fetchCRL, module.tls.fetchAIA) = (true, true, true)
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { TrustStore(certificates: [world.root]) }
        let probe = Probe(try PreparedModule(module, named: "m", in: surroundings))
        var options = Probe.Options()
        options.addresses = [try #require(IPAddress(world.address))]
        let report = await probe(
            try Target(parsing: "\(host).test:8443"), options, budget: .seconds(60))
        #expect(report.diagnosis.primary?.failureClass == expected, "\(report.text())")
        // The page breaks lines where it likes.
        let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(words), "\(text)")
        #expect(!report.json().isEmpty)
    }
}
