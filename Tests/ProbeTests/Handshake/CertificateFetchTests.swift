import Configuration
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// Revocation and missing issuers, fetched from where certificates say.
@Suite struct CertificateFetchTests {
    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    static let everything: HandshakeStage.Extras = {
        var extras = HandshakeStage.Extras()
        (extras.fetches.ocsp, extras.fetches.lists, extras.fetches.issuers) = (true, true, true)
        return extras
    }()

    func see(
        _ chains: [[Certificate]], _ extras: HandshakeStage.Extras = everything,
        http: HTTPFetch? = .patient()
    ) async throws -> Seen {
        let servers = try chains.map { chain in
            let context = try TLSContext(server: [authority.identity(chain)])
            return try LoopbackServer { try await $0.serveTLS(context) }
        }
        let seen = await (try authority.stage(extras: extras)).see(
            servers.map(\.address), http: http)
        withExtendedLifetime(servers) {}
        return seen
    }

    func facts(_ seen: Seen, _ index: Int = 0) -> [String] {
        seen.results[index].handshake?.certificate?.fetched.map(\.words) ?? []
    }

    func response(
        _ answer: OCSPBuilder.Answer, _ leaf: Certificate, signer: Certificate? = nil,
        key: PrivateKey? = nil
    ) throws -> [UInt8] {
        try OCSPBuilder(answer, thisUpdate: Self.now - 60, nextUpdate: Self.now + Self.day)
            .response(
                about: leaf, issuedBy: authority.intermediate,
                signer: signer ?? authority.intermediate, key: key ?? authority.key)
    }

    /// What the responder says, decided once the leaf that names it is made.
    final class Said: @unchecked Sendable {
        var bytes: [UInt8]?
    }

    @Test func `Directories hide no place that can be asked`() {
        let (a, b, c) = ("http://a.test/1", "http://b.test/1", "http://c.test/1")
        #expect(CertificateFetch.places(["ldap://x/1", "ldaps://x/2", a]) == [a])
        #expect(CertificateFetch.places([a, "ldap://x/1", b, c]) == [a, b])
        #expect(CertificateFetch.places(["ldap://x/1"]) == ["ldap://x/1"])
    }

    @Test func `A responder says good, revoked, or nothing that counts`() async throws {
        let said = Said()
        let server = try FileServer { path, body in
            path == "ocsp" && !body.isEmpty ? said.bytes : nil
        }
        let place = server.location("ocsp")
        let leaf = try authority.leaf { $0.ocspResponder = place }
        let chain = [leaf, authority.intermediate]

        said.bytes = try response(.good, leaf)
        let good = try await see([chain])
        #expect(good.classes.isEmpty, "\(good.evidence)")
        #expect(facts(good).first == "OCSP of \(place): good, until 2027-01-16T08:00:00Z")

        said.bytes = try response(.revoked(at: Self.now - Self.day), leaf)
        let revoked = try await see([chain])
        #expect(revoked.primary == .certRevoked)
        #expect(
            revoked.evidence.contains(
                "the OCSP responder at \(place) says that the certificate was revoked at "
                    + "2027-01-14T08:00:00Z (keyCompromise)"), "\(revoked.evidence)")

        // A stranger's word, rubbish and a responder that is down are facts.
        said.bytes = try response(
            .revoked(at: Self.now), leaf, signer: authority.root, key: authority.rootKey)
        let forged = try await see([chain])
        #expect(forged.classes.isEmpty, "\(forged.evidence)")
        #expect(facts(forged).first?.contains("invalid (neither the issuer") == true)
        said.bytes = [1, 2, 3]
        #expect(
            facts(try await see([chain])).first?.contains("invalid (it cannot be read)") == true)
        said.bytes = nil
        let down = try await see([chain])
        #expect(down.classes.isEmpty)
        #expect(facts(down).first?.hasSuffix("it answers with the HTTP status 404") == true)
    }

    @Test func `Nothing is fetched unless the module asks, nor for a stranger's certificate`()
        async throws
    {
        let asked = Counter()
        let server = try FileServer { _, _ in
            _ = asked.next()
            return [0]
        }
        let leaf = try authority.leaf {
            $0.ocspResponder = server.location("ocsp")
            $0.revocationList = server.location("list")
            $0.issuerLocation = server.location("issuer")
        }
        let chain = [leaf, authority.intermediate]
        #expect(facts(try await see([chain], HandshakeStage.Extras())).isEmpty)
        #expect(facts(try await see([chain], http: nil)).isEmpty)
        let strange = try ServerAuthority.draft("Stranger", isCA: true).selfSigned(
            with: authority.key)
        var draft = ServerAuthority.draft(ServerAuthority.host)
        draft.ocspResponder = server.location("ocsp")
        let below = try draft.issued(by: strange, key: authority.key, for: authority.leafKey)
        #expect(try await see([[below, strange]]).classes == [.certUntrustedRoot])
        #expect(asked.next() == 1)
        // A chain that is whole needs no issuer.
        #expect(facts(try await see([chain])).count == 2 + 2)
        #expect(asked.next() == 4)
    }

    @Test func `A missing issuer is fetched, step by step, and remembered`() async throws {
        let middleKey = try PrivateKey.generate(.ecdsa(.p256))
        let said = Said()
        let server = try FileServer { [authority] path, _ in
            path == "middle" ? said.bytes : path == "upper" ? authority.intermediate.der : nil
        }
        var draft = ServerAuthority.draft("Middle", isCA: true)
        draft.issuerLocation = server.location("upper")
        let middle = try draft.issued(
            by: authority.intermediate, key: authority.key, for: middleKey)
        said.bytes = middle.der
        var own = ServerAuthority.draft(ServerAuthority.host)
        own.issuerLocation = server.location("middle")
        let leaf = try own.issued(by: middle, key: middleKey, for: authority.leafKey)
        let context = try TLSContext(server: [authority.identity([leaf])])
        let tls = try LoopbackServer { try await $0.serveTLS(context) }
        let stage = try authority.stage(extras: Self.everything)

        let seen = await stage.see([tls.address], http: .patient())
        #expect(seen.classes == [.chainIncomplete], "\(seen.evidence)")
        #expect(seen.diagnosis.primary?.confidence == .comparison)
        #expect(seen.evidence.contains("an intermediate fetched from elsewhere completes"))
        let presented = try #require(seen.results[0].handshake?.certificate)
        #expect(presented.missing == [middle, authority.intermediate])
        #expect(presented.isChainComplete == false)
        #expect(facts(seen)[0] == "issuer of \(server.location("middle")): CN=Middle")

        said.bytes = nil
        let later = await stage.see([tls.address], http: .patient())
        #expect(later.diagnosis.primary?.confidence == .comparison)
        #expect(later.results[0].handshake?.certificate?.missing.count == 2)
    }

    @Test func `An issuer that cannot be fetched, or is another's, changes nothing`() async throws {
        let said = Said()
        let server = try FileServer { _, _ in said.bytes }
        let leaf = try authority.leaf { $0.issuerLocation = server.location("x") }
        for (bytes, words) in [
            (nil, "HTTP status 404"), ([1, 2], "what came is no certificate"),
            (authority.root.der, "CN=Root"),
        ] as [([UInt8]?, String)] {
            said.bytes = bytes
            let seen = try await see([[leaf]])
            #expect(seen.classes == [.chainIncomplete])
            #expect(seen.diagnosis.primary?.confidence == .heuristic)
            #expect(facts(seen)[0].contains(words), "\(facts(seen))")
        }
        // One that names itself as its issuer's place is asked for no more than a few times.
        let asked = Counter()
        let loop = try FileServer { _, _ in
            _ = asked.next()
            return said.bytes
        }
        var draft = ServerAuthority.draft("Loop", isCA: true)
        draft.issuerLocation = loop.location("x")
        let key = try PrivateKey.generate(.ecdsa(.p256))
        let other = try draft.issued(
            by: try ServerAuthority.draft("Loop2", isCA: true).selfSigned(with: key), key: key,
            for: key)
        var again = draft
        again.commonName = "Loop2"
        let first = try again.issued(by: other, key: key, for: key)
        said.bytes = first.der + []
        let below = try draft.issued(by: first, key: key, for: key)
        let end = try ServerAuthority.draft(ServerAuthority.host)
            .issued(by: below, key: key, for: authority.leafKey)
        #expect(try await see([[end, below]]).classes == [.certUntrustedRoot])
        #expect((2...5).contains(asked.next()))
    }

    @Test func `Many certificates cost a bounded number of questions`() async throws {
        let asked = Counter()
        let server = try FileServer { _, _ in
            _ = asked.next()
            return [0]
        }
        let chains = try (0..<40).map { number in
            [
                try authority.leaf { $0.ocspResponder = server.location("\(number)") },
                authority.intermediate,
            ]
        }
        var extras = HandshakeStage.Extras()
        extras.fetches.ocsp = true
        let seen = try await see(chains, extras)
        #expect(seen.results.count == 40)
        #expect(asked.next() == 17)
    }
}
