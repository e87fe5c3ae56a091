import OpenSSL
import Testing

@Suite struct TrustTests {
    let authority: Authority
    let now = Authority.now

    init() throws { authority = try Authority.shared.get() }

    func codes(_ verification: Verification) -> Set<X509Fault> {
        Set(verification.faults.map(\.code))
    }

    @Test func `A sound chain is trusted, whatever its order`() throws {
        let leaf = try authority.leaf()
        let store = authority.store()
        for sent in [[leaf, authority.intermediate], [authority.root, authority.intermediate]] {
            let seen = store.verify(leaf, sent: sent, at: now)
            #expect(seen.isTrusted)
            #expect(seen.chain == [leaf, authority.intermediate, authority.root])
        }
    }

    @Test func `Windows are judged at the given time, and the chain stays`() throws {
        let leaf = try authority.leaf()
        let store = authority.store()
        let late = store.verify(leaf, sent: [authority.intermediate], at: leaf.notAfter + 1)
        #expect(late.faults.contains(.init(code: .certHasExpired, depth: 0)))
        #expect(late.faults.first?.name == "X509_V_ERR_CERT_HAS_EXPIRED")
        #expect(late.chain.count == 3)
        #expect(late.certificate(of: late.faults[0])?.notAfter == leaf.notAfter)
        let early = store.verify(leaf, sent: [authority.intermediate], at: leaf.notBefore - 1)
        #expect(early.faults.contains(.init(code: .certNotYetValid, depth: 0)))
        let expired = try authority.leaf { $0.notAfter = now - 1 }
        let alone = store.verify(expired, sent: [authority.intermediate], at: now)
        #expect(codes(alone) == [.certHasExpired])
    }

    @Test func `A missing intermediate is completed by a pool`() throws {
        let leaf = try authority.leaf()
        let store = authority.store()
        let bare = store.verify(leaf, sent: [leaf], at: now)
        #expect(codes(bare) == [.unableToGetIssuerCertLocally])
        #expect(bare.chain == [leaf])
        let whole = store.verify(
            leaf, sent: [leaf], intermediates: [authority.intermediate], at: now)
        #expect(whole.isTrusted)
    }

    @Test func `Self-signed and unknown roots differ, and pinned ones are trusted`() throws {
        let own = try Authority.draft("self.test").selfSigned(with: authority.leafKey)
        #expect(own.isSelfSigned)
        let store = authority.store()
        #expect(codes(store.verify(own, sent: [own], at: now)) == [.depthZeroSelfSignedCert])
        #expect(TrustStore(certificates: [own]).verify(own, sent: [], at: now).isTrusted)

        let leaf = try authority.leaf()
        let stranger = TrustStore(certificates: [own])
        let seen = stranger.verify(leaf, sent: [authority.intermediate, authority.root], at: now)
        #expect(codes(seen) == [.selfSignedCertInChain])
        for pinned in [leaf, authority.intermediate] {
            let store = TrustStore(certificates: [pinned])
            #expect(store.verify(leaf, sent: [authority.intermediate], at: now).isTrusted)
        }
        #expect(!TrustStore.system().verify(leaf, sent: [authority.root], at: now).isTrusted)
        #expect(TrustStore.system() === TrustStore.system())
    }

    @Test func `Purpose, constraints and strength are faults of their own`() throws {
        let store = authority.store()
        let client = try authority.leaf { $0.extendedUsages = [.client] }
        let seen = store.verify(client, sent: [authority.intermediate], at: now)
        #expect(codes(seen) == [.invalidPurpose])
        #expect(
            store.verify(client, sent: [authority.intermediate], at: now, purpose: .client)
                .isTrusted)

        let key = try PrivateKey.generate(.rsa(bits: 1024))
        let weak = try Authority.draft("weak.test").issued(
            by: authority.root, key: authority.rootKey, for: key)
        #expect(codes(store.verify(weak, sent: [], at: now)) == [.eeKeyTooSmall])

        var old = Authority.draft("Old CA", isCA: true)
        old.digest = .sha1
        let ca = try old.issued(by: authority.root, key: authority.rootKey, for: authority.key)
        let below = try Authority.draft("below.test").issued(
            by: ca, key: authority.key, for: authority.leafKey)
        #expect(codes(store.verify(below, sent: [ca], at: now)) == [.caMdTooWeak])

        let notCA = try authority.leaf("notca.test")
        let child = try Authority.draft("child.test").issued(
            by: notCA, key: authority.leafKey, for: authority.leafKey)
        let path = store.verify(child, sent: [notCA, authority.intermediate], at: now)
        #expect(codes(path).contains(.invalidCA))

        var narrow = Authority.draft("Narrow CA", isCA: true)
        narrow.permittedNames = ["inside.test"]
        let narrowCA = try narrow.issued(
            by: authority.root, key: authority.rootKey, for: authority.key)
        let outside = try Authority.draft("outside.test").issued(
            by: narrowCA, key: authority.key, for: authority.leafKey)
        #expect(codes(store.verify(outside, sent: [narrowCA], at: now)) == [.permittedViolation])
    }

    @Test func `A bundle without certificates or with a broken one says so`() throws {
        #expect(throws: OpenSSLError.noCertificate) { try TrustStore(pem: Array("hello".utf8)) }
        #expect(throws: OpenSSLError.noCertificate) { try TrustStore(pem: []) }
        var bundle = authority.root.pem + authority.intermediate.pem
        #expect(try Certificate.list(pem: bundle) == [authority.root, authority.intermediate])
        bundle.removeLast(60)
        let error = #expect(throws: OpenSSLError.self) { try TrustStore(pem: bundle) }
        #expect(error?.description.hasPrefix("certificate 2 cannot be read: ") == true)
    }
}
