import OpenSSL
import Testing

/// Every usage, selector and matching type of RFC 6698 2.1 against a chain of three.
@Suite struct TLSAMatchTests {
    let authority: Authority
    let leaf: Certificate
    let now = Authority.now

    init() throws {
        authority = try Authority.shared.get()
        leaf = try authority.leaf()
    }

    func match(
        _ usage: UInt8, _ selector: UInt8, _ type: UInt8, _ data: [UInt8],
        sent: [Certificate]? = nil, store: TrustStore? = nil, at time: Int64? = nil
    ) -> TLSAMatch {
        let sent = sent ?? [leaf, authority.intermediate]
        return (store ?? authority.store()).match(
            usage: usage, selector: selector, matchingType: type, association: data, sent[0],
            sent: sent, at: time ?? now)
    }

    func data(_ certificate: Certificate, _ selector: UInt8, _ type: UInt8) -> [UInt8] {
        let whole = selector == 0 ? certificate.der : certificate.publicKeyDER
        return type == 0 ? whole : type == 1 ? Digest.sha256(whole) : Digest.sha512(whole)
    }

    @Test(arguments: [0, 1] as [UInt8], [0, 1, 2] as [UInt8])
    func `Every selector and matching type`(selector: UInt8, type: UInt8) throws {
        let stranger = try authority.leaf { $0.serialNumber = 99 }
        let (end, issuer) = (
            data(leaf, selector, type), data(authority.intermediate, selector, type)
        )
        for usage in [1, 3] as [UInt8] {
            #expect(match(usage, selector, type, end) == .matches(depth: 0))
            #expect(match(usage, selector, type, issuer) == .differs)
        }
        for usage in [0, 2] as [UInt8] {
            #expect(match(usage, selector, type, issuer) == .matches(depth: 1))
            #expect(match(usage, selector, type, end) == .differs)
        }
        // The same key in another certificate.
        #expect(
            match(3, selector, type, data(stranger, selector, type))
                == (selector == 1 ? .matches(depth: 0) : .differs))
    }

    @Test func `What an issuer's record names must be sent, unless it is in the record`() throws {
        let none = TrustStore(certificates: [])
        let digest = data(authority.root, 0, 1)
        #expect(match(2, 0, 1, digest, store: none) == .differs)
        // Our own store's copy of it does not count for usage 2, and does for usage 0.
        #expect(match(2, 0, 1, digest) == .differs)
        #expect(match(0, 0, 1, digest) == .matches(depth: 2))
        let whole = [leaf, authority.intermediate, authority.root]
        #expect(match(2, 0, 1, digest, sent: whole, store: none) == .matches(depth: 2))
        #expect(match(2, 0, 1, digest, sent: [leaf]) == .differs)
    }

    @Test func `Neither dates nor roots nor order matter to a record of the leaf`() throws {
        let none = TrustStore(certificates: [])
        let record = data(leaf, 1, 1)
        #expect(match(3, 1, 1, record, store: none) == .matches(depth: 0))
        #expect(match(3, 1, 1, record, store: none, at: leaf.notAfter + 1) == .matches(depth: 0))
        let own = try Authority.draft("self.test").selfSigned(with: authority.leafKey)
        #expect(match(3, 1, 1, data(own, 1, 1), sent: [own], store: none) == .matches(depth: 0))
    }

    @Test func `An issuer of the same name that did not sign is no match`() throws {
        let key = try PrivateKey.generate(.ecdsa(.p256))
        let root = try Authority.draft("Root", isCA: true).selfSigned(with: key)
        let none = TrustStore(certificates: [])
        let sent = [leaf, authority.intermediate, root]
        #expect(match(2, 0, 1, data(root, 0, 1), sent: sent, store: none) == .differs)
    }

    @Test func `Unusable records`() throws {
        let digest = data(leaf, 1, 1)
        #expect(match(4, 1, 1, digest) == .unusable)
        #expect(match(255, 1, 1, digest) == .unusable)
        #expect(match(3, 2, 1, digest) == .unusable)
        #expect(match(3, 1, 3, digest) == .unusable)
        #expect(match(3, 1, 1, Array(digest.dropLast())) == .unusable)
        #expect(match(3, 1, 2, digest) == .unusable)
        #expect(match(3, 1, 1, []) == .unusable)
        #expect(match(3, 0, 0, [0x30, 0x82, 0xff, 0xff, 0]) == .unusable)
        #expect(match(2, 1, 0, [0x30]) == .unusable)
        #expect(match(2, 0, 0, leaf.der + [0]) == .unusable)
    }

    /// Whatever a zone holds as a whole certificate or key is data, never a trap.
    @Test func `Every byte of a whole certificate may be wrong`() throws {
        let sound = leaf.der
        for index in stride(from: 0, to: sound.count, by: 3) {
            var der = sound
            der[index] ^= 0xff
            #expect(match(3, 0, 0, der) != .matches(depth: 0))
            #expect(match(2, 0, 0, der) != .matches(depth: 0))
        }
    }
}
