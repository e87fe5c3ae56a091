import OpenSSL
import Testing

@Suite struct CertificateTests {
    let authority: Authority

    init() throws { authority = try Authority.shared.get() }

    @Test func `Fields come back as they were built`() throws {
        let leaf = try authority.leaf {
            $0.dnsNames = ["www.example.test", "*.wild.test"]
            $0.ipAddresses = [
                [192, 0, 2, 1], [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 12),
            ]
            $0.hasMustStaple = true
            $0.serialNumber = 0x0abc
        }
        #expect(leaf.subject == "CN=www.example.test")
        #expect(leaf.issuer == "CN=Intermediate")
        #expect(leaf.notBefore == Authority.now - 864_000)
        #expect(leaf.notAfter == Authority.now + 86_400 * 30)
        #expect(leaf.serialNumber == "0abc")
        #expect(leaf.dnsNames == ["www.example.test", "*.wild.test"])
        #expect(leaf.ipAddresses.map(\.count) == [4, 16])
        #expect(leaf.keyType == "ecdsa")
        #expect(leaf.keyBits == 256)
        #expect(leaf.keyDescription == "ECDSA P-256")
        #expect(leaf.signatureAlgorithm == "ecdsa-with-SHA256")
        #expect(leaf.hasMustStaple)
        #expect(!leaf.isCA)
        #expect(authority.intermediate.isCA)
        #expect(!leaf.isSelfSigned)
        #expect(authority.root.isSelfSigned)
        #expect(leaf.issued(by: authority.intermediate))
        #expect(!leaf.issued(by: authority.root))
        #expect(Certificate(der: leaf.der) == leaf)
        #expect(leaf.fingerprintSHA256.count == 64)
        #expect(leaf.publicKeyDER.count == 91)
    }

    @Test(arguments: [
        ("www.example.test", true), ("WWW.EXAMPLE.TEST", true), ("www.example.test.", true),
        ("example.test", false), ("a.wild.test", true), ("a.b.wild.test", false),
        ("wild.test", false), ("fab.part.test", false), (".example.test", false), ("", false),
        (".", false), ("www.example.test\u{0}.evil", false), ("common.test", false),
        ("192.0.2.1", false),
    ])
    func `Names match by SAN only`(_ host: String, _ matches: Bool) throws {
        let leaf = try authority.leaf("common.test") {
            $0.dnsNames = ["www.example.test", "*.wild.test", "f*.part.test"]
            $0.ipAddresses = [[192, 0, 2, 1]]
        }
        #expect(leaf.matches(host: host) == matches)
        #expect(leaf.matches(ipAddress: [192, 0, 2, 1]))
        #expect(!leaf.matches(ipAddress: [192, 0, 2, 2]))
        #expect(!leaf.matches(ipAddress: [192]))
        let bare = try authority.leaf("common.test") { $0.dnsNames = [] }
        #expect(!bare.matches(host: "common.test"))
    }

    @Test func `Times outside of UTCTime are exact`() throws {
        let leaf = try authority.leaf {
            $0.notBefore = -86_400
            $0.notAfter = 253_402_300_799  // 9999-12-31 23:59:59, RFC 5280 4.1.2.5
        }
        #expect(leaf.notBefore == -86_400)
        #expect(leaf.notAfter == 253_402_300_799)
    }

    @Test func `Every truncation and every flipped byte parses or is refused`() throws {
        let der = try authority.leaf { $0.hasMustStaple = true }.der
        for index in der.indices {
            #expect(Certificate(der: Array(der[..<index])) == nil)
            var flipped = der
            flipped[index] ^= 1 << UInt8(index % 8)
            guard let odd = Certificate(der: flipped) else { continue }
            _ = (odd.subject, odd.issuer, odd.serialNumber, odd.dnsNames, odd.ipAddresses)
            _ = (odd.notBefore, odd.notAfter, odd.keyDescription, odd.signatureAlgorithm)
            _ = (
                odd.isCA, odd.isSelfSigned, odd.hasMustStaple, odd.matches(host: "www.example.test")
            )
            #expect(!odd.issued(by: authority.intermediate))
        }
        #expect(Certificate(der: der + [0]) == nil)
    }

    @Test(arguments: [
        (PrivateKey.Kind.rsa(bits: 2048), "RSA 2048", "rsa", "RSA-SHA256"),
        (.ecdsa(.p384), "ECDSA P-384", "ecdsa", "ecdsa-with-SHA256"),
        (.edwards(.ed25519), "Ed25519", "ed25519", "ED25519"),
        (.edwards(.ed448), "Ed448", "ed448", "ED448"),
    ])
    func `Keys of every kind have their words`(
        _ kind: PrivateKey.Kind, _ description: String, _ type: String, _ signature: String
    ) throws {
        let own = try Authority.draft("k.test").selfSigned(with: try .generate(kind))
        #expect(own.keyDescription == description)
        #expect(own.keyType == type)
        #expect(own.signatureAlgorithm == signature)
        #expect(own.isSelfSigned)
    }
}
