import OpenSSL
import Testing

/// Lists that `openssl ca` signed, about leaves with a serial number of 0x1f.
@Suite struct RevocationListTests {
    static let (now, day) = (Authority.now, Int64(86_400))
    let authority: Authority
    let leaf: Certificate
    let folder = Folder()

    init() throws {
        authority = try Authority.shared.get()
        leaf = try authority.leaf()
    }

    /// From 2027-01-14 to 2027-01-16, around `now`.
    func list(
        _ entries: [String], signer: Certificate? = nil, key: PrivateKey? = nil
    ) throws -> [UInt8] {
        let database = folder.file("index", Array(entries.map { $0 + "\n" }.joined().utf8))
        let settings = folder.file(
            "cnf", Array("[ca]\ndefault_ca=x\n[x]\ndatabase=\(database)\ndefault_md=sha256\n".utf8))
        let issuer = folder.file("issuer.pem", (signer ?? authority.intermediate).pem)
        let key = folder.file("key.pem", (key ?? authority.key).pem)
        let out = "\(folder.path)/list"
        let said = Command(
            "openssl ca -gencrl -config \(settings) -cert \(issuer) -keyfile \(key)"
                + " -crl_lastupdate 270114080000Z -crl_nextupdate 270116080000Z -out \(out)"
                + " && openssl crl -in \(out) -outform DER -out \(out).der"
                + " && od -An -v -tx1 \(out).der"
        ).output
        return [UInt8](hex: said.filter { $0.hasPrefix(" ") }.joined())
    }

    func judged(_ der: [UInt8], at time: Int64 = now) -> RevocationList {
        RevocationList(der: der, leaf: leaf, issuer: authority.intermediate, at: time)
    }

    static let revoked = "R\t270401000000Z\t270110080000Z,keyCompromise\t1F\tunknown\t/CN=x"
    static let other = "R\t270401000000Z\t270110080000Z\t20\tunknown\t/CN=x"

    @Test func `A list without the certificate is good, one with it revokes`() throws {
        let good = judged(try list([Self.other]))
        #expect(good.status == .good, "\(good)")
        #expect(good.trouble == nil)
        #expect(good.thisUpdate == Self.now - Self.day)
        #expect(good.nextUpdate == Self.now + Self.day)
        let bad = judged(try list([Self.other, Self.revoked]))
        #expect(bad.status == .revoked, "\(bad)")
        #expect(bad.revokedAt == Self.now - 5 * Self.day)
        #expect(bad.revocationReason == "keyCompromise")
        #expect(bad.trouble == nil)
    }

    @Test func `A stale list still revokes, and frees nobody`() throws {
        let late = Self.now + 2 * Self.day
        #expect(judged(try list([Self.revoked]), at: late).status == .revoked)
        let stale = judged(try list([]), at: late)
        #expect(stale.status == .invalid)
        #expect(stale.trouble == "CRL has expired")
        #expect(judged(try list([]), at: Self.now - 2 * Self.day).status == .invalid)
    }

    @Test func `Only the issuer may sign it`() throws {
        let namesake = try Authority.draft("Intermediate", isCA: true)
            .selfSigned(with: authority.rootKey)
        let forged = judged(
            try list([Self.revoked], signer: namesake, key: authority.rootKey))
        #expect(forged.status == .invalid)
        #expect(forged.trouble == "CRL signature failure")
        let stranger = RevocationList(
            der: try list([Self.revoked]), leaf: leaf, issuer: authority.root, at: Self.now)
        #expect(stranger.status == .invalid)
    }

    @Test func `An expired leaf is told all the same`() throws {
        let old = try authority.leaf { $0.notAfter = Self.now - 1 }
        let list = RevocationList(
            der: try list([Self.revoked]), leaf: old, issuer: authority.intermediate, at: Self.now)
        #expect(list.status == .revoked)
    }

    @Test func `Every prefix and every changed byte of one is survived`() throws {
        let der = try list([Self.revoked])
        for count in 0..<der.count {
            #expect(judged(Array(der.prefix(count))).status == .invalid)
        }
        #expect(judged(der + [0]).trouble == "it cannot be read")
        for index in der.indices {
            var changed = der
            changed[index] ^= 0x41
            #expect(judged(changed).status == .invalid, "byte \(index)")
        }
    }

    @Test func `Where to fetch more is read from the certificate, in printable ASCII only`() throws
    {
        let leaf = try authority.leaf {
            $0.ocspResponder = "http://ocsp.test/"
            $0.issuerLocation = "http://ca.test/issuer.der"
            $0.revocationList = "http://ca.test/list.crl"
        }
        #expect(leaf.ocspResponders == ["http://ocsp.test/"])
        #expect(leaf.issuerLocations == ["http://ca.test/issuer.der"])
        #expect(leaf.revocationListLocations == ["http://ca.test/list.crl"])
        let none = try authority.leaf()
        #expect(none.ocspResponders + none.issuerLocations + none.revocationListLocations == [])
        let odd = try authority.leaf { $0.revocationList = "http://ca.test/\u{7}" }
        #expect(odd.revocationListLocations == [])
    }

    @Test func `A request is what openssl reads, and a bundle what it writes`() throws {
        let der = try #require(
            OCSPRequest.der(about: leaf, issuedBy: authority.intermediate))
        let request = folder.file("request", der)
        let text = Command("openssl ocsp -reqin \(request) -req_text").output
        #expect(text.contains { $0.contains("Serial Number: 1F") }, "\(text)")

        let pem = folder.file("two.pem", authority.intermediate.pem + authority.root.pem)
        let hex = Command(
            "openssl crl2pkcs7 -nocrl -certfile \(pem) -outform DER | od -An -v -tx1"
        ).output.joined()
        let both = [authority.intermediate, authority.root]
        #expect(Certificate.list(fetched: [UInt8](hex: hex)) == both)
        #expect(Certificate.list(fetched: authority.root.der) == [authority.root])
        #expect(Certificate.list(fetched: authority.root.pem) == [authority.root])
        #expect(Certificate.list(fetched: [0x30, 3, 2, 1, 1]) == [])
    }
}
