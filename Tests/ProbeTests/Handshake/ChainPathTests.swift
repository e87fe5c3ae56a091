import OpenSSL
import Testing

@testable import Probe

/// Several paths from one leaf: old and new signatures over the same authority's key.
@Suite struct ChainPathTests {
    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)
    let authority: ServerAuthority
    /// An older root with its key, trusted by nobody until a test says so.
    let oldKey: PrivateKey
    let oldRoot: Certificate

    init() throws {
        authority = try ServerAuthority.shared.get()
        oldKey = try .generate(.ecdsa(.p256))
        oldRoot = try ServerAuthority.draft("Old Root", isCA: true).selfSigned(with: oldKey)
    }

    /// The name and key of an authority, signed by the old root.
    func crossSigned(_ name: String, _ key: PrivateKey, until end: Int64) throws -> Certificate {
        var draft = ServerAuthority.draft(name, isCA: true)
        draft.notAfter = end
        return try draft.issued(by: oldRoot, key: oldKey, for: key)
    }

    func presented(_ seen: Seen) throws -> PresentedCertificate {
        try #require(seen.results.first?.handshake?.certificate)
    }

    func judge(
        _ trusted: [Certificate], known: [Certificate] = [], system: [Certificate] = []
    ) -> CertificateJudge {
        CertificateJudge(
            trust: TrustStore(certificates: trusted),
            known: KnownIntermediates(known, system: { system }))
    }

    func see(_ chain: [Certificate], by judge: CertificateJudge) throws -> Seen {
        Seen(judge([try Sighting(chain, at: 1)], at: Self.now))
    }

    @Test func `An expired signature over the root, sent beside a good path, is a fact`() throws {
        let cross = try crossSigned("Root", authority.rootKey, until: Self.now - 5 * Self.day)
        let chain = [try authority.leaf(), authority.intermediate, cross]
        // Whether clients still hold the old root changes nothing.
        for trusted in [[authority.root], [oldRoot, authority.root]] {
            let seen = try see(chain, by: judge(trusted))
            #expect(seen.classes.isEmpty, "\(seen.evidence)")
            let presented = try presented(seen)
            #expect(presented.unused == [cross])
            #expect(
                presented.surplusWords(at: Self.now)
                    == "also sent, on no path: CN=Root, which ended 5 days ago")
            #expect(presented.isChainComplete == true)
        }
    }

    @Test func `The same where only the old root is known is a broken chain`() throws {
        let cross = try crossSigned("Root", authority.rootKey, until: Self.now - 5 * Self.day)
        let seen = try see(
            [try authority.leaf(), authority.intermediate, cross], by: judge([oldRoot]))
        #expect(seen.classes == [.chainCertExpired])
        #expect(seen.evidence.contains("CN=Root at depth 2 ended 5 days ago"))
    }

    @Test(arguments: [false, true])
    func `OpenSSL's first path leads nowhere, and another one does`(_ isReversed: Bool) throws {
        // Both intermediates are valid; the first one's issuer is not.
        let stranger = try crossSigned("Intermediate", authority.key, until: Self.now + Self.day)
        let sent = [stranger, authority.intermediate]
        let chain = [try authority.leaf()] + (isReversed ? sent.reversed() : sent)
        let seen = try see(chain, by: judge([authority.root]))
        #expect(seen.classes.isEmpty, "\(seen.evidence)")
        #expect(try presented(seen).verification.chain.last == authority.root)
        #expect(try presented(seen).unused == [stranger])
    }

    @Test func `An old root that ended does not break a path to the new one`() throws {
        var draft = ServerAuthority.draft("Old Root", isCA: true)
        draft.notAfter = Self.now - Self.day
        let ended = try draft.selfSigned(with: oldKey)
        let cross = try crossSigned("Intermediate", authority.key, until: Self.now + Self.day)
        let leaf = try authority.leaf()
        let both = judge([ended, authority.root])
        let seen = try see([leaf, cross, authority.intermediate], by: both)
        #expect(seen.classes.isEmpty, "\(seen.evidence)")
        let alone = try see([leaf, cross], by: both)
        #expect(alone.classes == [.chainCertExpired])
        #expect(alone.evidence.contains("CN=Old Root at depth 2"))
    }

    @Test func `A self-signed variant of a root that is not trusted gives way`() throws {
        // The new root is not trusted yet, and its cross-signature by the old one came too.
        let cross = try crossSigned("Root", authority.rootKey, until: Self.now + Self.day)
        let leaf = try authority.leaf()
        let seen = try see(
            [leaf, authority.intermediate, authority.root, cross], by: judge([oldRoot]))
        #expect(seen.classes.isEmpty, "\(seen.evidence)")
        #expect(try presented(seen).sendsRoot)
        let alone = try see([leaf, authority.intermediate, authority.root], by: judge([oldRoot]))
        #expect(alone.classes == [.certUntrustedRoot])
        #expect(alone.diagnosis.primary?.confidence == .oneObservation)
    }

    @Test func `Where an intermediate ended, the current one is named if it is known`() throws {
        var draft = ServerAuthority.draft("Intermediate", isCA: true)
        draft.notAfter = Self.now - Self.day
        let ended = try draft.issued(
            by: authority.root, key: authority.rootKey, for: authority.key)
        let chain = [try authority.leaf(), ended]
        let plain = try see(chain, by: judge([authority.root]))
        #expect(plain.classes == [.chainCertExpired])
        #expect(!plain.evidence.contains("from elsewhere"))
        let known = try see(chain, by: judge([authority.root], known: [authority.intermediate]))
        #expect(known.classes == [.chainCertExpired])
        #expect(known.evidence.contains("it verifies: CN=Intermediate until 2027-04-05"))
        // Sent beside it, the current one is what counts.
        let both = try see(chain + [authority.intermediate], by: judge([authority.root]))
        #expect(both.classes.isEmpty, "\(both.evidence)")
    }

    @Test func `The system's intermediates complete a chain below a configured root`() throws {
        let other = try ServerAuthority.draft("Other", isCA: true).selfSigned(with: oldKey)
        let chain = [try authority.leaf()]
        let seen = try see(
            chain, by: judge([authority.root], system: [other, authority.intermediate]))
        #expect(seen.classes == [.chainIncomplete])
        #expect(seen.diagnosis.primary?.confidence == .comparison)
        #expect(try presented(seen).missing == [authority.intermediate])
        let store = TrustStore(certificates: [authority.root, authority.intermediate])
        #expect(store.intermediates == [authority.intermediate])
    }

    @Test func `Only authorities that verify are remembered, and not without bound`() throws {
        let root = judge([authority.root])
        let leaf = try authority.leaf()
        // A leaf that plays an authority is none, whatever it signed.
        let false1 = try ServerAuthority.draft("False", isCA: true)
            .issued(by: leaf, key: authority.leafKey, for: oldKey)
        let below = try ServerAuthority.draft(ServerAuthority.host)
            .issued(by: false1, key: oldKey, for: authority.leafKey)
        let bad = try see([below, false1, leaf, authority.intermediate], by: root)
        #expect(bad.classes == [.certPurposeInvalid])
        let known = KnownIntermediates([])
        let store = TrustStore(certificates: [authority.root])
        known.add(
            between: store.verify(
                below, sent: [false1, leaf, authority.intermediate], at: Self.now))
        #expect(known.all.isEmpty)
        for number in 0..<300 {
            let middle = try ServerAuthority.draft("Middle \(number)", isCA: true)
                .issued(by: authority.root, key: authority.rootKey, for: authority.key)
            known.add(between: Verification(chain: [leaf, middle, authority.root], faults: []))
        }
        #expect(known.all.count == 256)
        #expect(known.all.last?.subject == "CN=Middle 299")
    }

    @Test func `A hostile heap of cross-signatures costs a bounded number of paths`() throws {
        let leaf = try authority.leaf()
        let heap = try (0..<100).map { _ in
            try crossSigned("Intermediate", authority.key, until: Self.now + Self.day)
        }
        let seen = try see([leaf] + heap, by: judge([authority.root]))
        #expect(seen.classes == [.certUntrustedRoot])
    }
}
