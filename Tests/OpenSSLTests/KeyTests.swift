import OpenSSL
import Testing

@Suite struct KeyTests {
    static let kinds: [(PrivateKey.Kind, Digest?, Int)] = [
        (.rsa(bits: 1024), .sha1, 128), (.rsa(bits: 2048), .sha256, 256),
        (.rsa(bits: 2048), .sha512, 256), (.ecdsa(.p256), .sha256, 64),
        (.ecdsa(.p384), .sha384, 96), (.edwards(.ed25519), nil, 64), (.edwards(.ed448), nil, 114),
    ]

    @Test(arguments: kinds)
    func `What a key signs its public parts verify, and nothing else`(
        _ kind: PrivateKey.Kind, _ digest: Digest?, _ width: Int
    ) throws {
        let key = try PrivateKey.generate(kind)
        let message = Array("the quick brown fox".utf8)
        let signature = try key.sign(message, digest: digest)
        #expect(signature.count == width)
        let publicKey = try #require(Self.publicKey(key.publicParts))
        #expect(publicKey.verifies(signature, of: message, digest: digest))
        #expect(publicKey.bits == key.publicKey.bits)
        #expect(!publicKey.verifies(signature, of: message + [0], digest: digest))
        #expect(!publicKey.verifies(signature + [0], of: message, digest: digest))
        #expect(!publicKey.verifies(signature.dropLast(), of: message, digest: digest))
        #expect(!publicKey.verifies([], of: message, digest: digest))
        #expect(!publicKey.verifies([UInt8](repeating: 0, count: width), of: [], digest: digest))
        for index in signature.indices {
            var tampered = signature
            tampered[index] ^= 1 << UInt8(index % 8)
            #expect(!publicKey.verifies(tampered, of: message, digest: digest))
        }
        #expect(!publicKey.verifies(signature, of: message, digest: digest == nil ? .sha256 : nil))
        let restored = try #require(PrivateKey(pem: key.pem))
        #expect(restored.publicParts == key.publicParts)
        let empty = try restored.sign([], digest: digest)
        #expect(publicKey.verifies(empty, of: [], digest: digest))
    }

    @Test func `Keys that cannot be are nil`() throws {
        #expect(PublicKey(ecdsa: .p256, point: [UInt8](repeating: 1, count: 64)) == nil)
        #expect(PublicKey(ecdsa: .p384, point: [UInt8](repeating: 1, count: 64)) == nil)
        #expect(PublicKey(edwards: .ed25519, bytes: [1, 2, 3]) == nil)
        #expect(PublicKey(rsaExponent: [], modulus: [1]) == nil)
        #expect(PublicKey(rsaExponent: [3], modulus: []) == nil)
        #expect(PublicKey(rsaExponent: [3], modulus: [0, 0]) == nil)
        #expect(PublicKey(rsaExponent: [3], modulus: [UInt8](repeating: 0xff, count: 513)) == nil)
        #expect(PrivateKey(pem: Array("-----BEGIN PRIVATE KEY-----".utf8)) == nil)
        // Odd numbers that libcrypto may accept must at least verify nothing, and not trap.
        for (exponent, modulus): ([UInt8], [UInt8]) in [([0], [5]), ([1], [1]), ([2], [4])] {
            let key = PublicKey(rsaExponent: exponent, modulus: modulus)
            #expect(key?.verifies([1], of: [1], digest: .sha256) != true)
        }
    }

    @Test func `Digests of the empty message and of abc`() {
        #expect(
            Digest.sha1(Array("abc".utf8)) == .init(hex: "a9993e364706816aba3e25717850c26c9cd0d89d")
        )
        #expect(
            Digest.sha256([])
                == .init(hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(Digest.sha384([]).count == 48)
        #expect(Digest.sha512([]).count == 64)
    }

    /// The RRSIG and RRset of RFC 6605 6 and RFC 8080 6, in the canonical form that is signed.
    @Test(arguments: [
        Vector(
            algorithm: 13, labels: 3, inception: 1_281_607_479, expiration: 1_284_026_679,
            tag: 55648, signer: "example.net", owner: "www.example.net", type: 1,
            data: [192, 0, 2, 1], digest: .sha256,
            key:
                "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
            signature:
                "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="
        ),
        Vector(
            algorithm: 14, labels: 3, inception: 1_281_608_425, expiration: 1_284_027_625,
            tag: 10771, signer: "example.net", owner: "www.example.net", type: 1,
            data: [192, 0, 2, 1], digest: .sha384,
            key: """
                xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+\
                v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40
                """,
            signature: """
                /L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCu\
                zWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm
                """),
        Vector(
            algorithm: 15, labels: 2, inception: 1_438_207_200, expiration: 1_440_021_600,
            tag: 3613, signer: "example.com", owner: "example.com", type: 15,
            data: [0, 10] + Vector.wire("mail.example.com"), digest: nil,
            key: "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
            signature:
                "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg=="
        ),
        Vector(
            algorithm: 16, labels: 2, inception: 1_438_207_200, expiration: 1_440_021_600,
            tag: 9713, signer: "example.com", owner: "example.com", type: 15,
            data: [0, 10] + Vector.wire("mail.example.com"), digest: nil,
            key: "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
            signature: """
                3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtO\
                Xft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA
                """),
    ])
    func `The signatures printed in the RFCs verify`(_ vector: Vector) throws {
        let bytes = [UInt8](base64: vector.key)
        let made: PublicKey? =
            switch vector.algorithm {
            case 13: PublicKey(ecdsa: .p256, point: bytes)
            case 14: PublicKey(ecdsa: .p384, point: bytes)
            case 15: PublicKey(edwards: .ed25519, bytes: bytes)
            default: PublicKey(edwards: .ed448, bytes: bytes)
            }
        let key = try #require(made)
        let signature = [UInt8](base64: vector.signature)
        #expect(key.verifies(signature, of: vector.signedBytes, digest: vector.digest))
        #expect(!key.verifies(signature, of: vector.signedBytes + [0], digest: vector.digest))
    }

    private static func publicKey(_ parts: PrivateKey.PublicParts) -> PublicKey? {
        switch parts {
        case .rsa(let exponent, let modulus):
            PublicKey(rsaExponent: exponent, modulus: modulus)
        case .ecdsa(let curve, let point): PublicKey(ecdsa: curve, point: point)
        case .edwards(let curve, let bytes): PublicKey(edwards: curve, bytes: bytes)
        }
    }
}

struct Vector: Sendable {
    let algorithm, labels: UInt8
    let inception, expiration: UInt32
    let tag: UInt16
    let signer, owner: String
    let type: UInt16
    let data: [UInt8]
    let digest: Digest?
    let key, signature: String

    /// RRSIG RDATA without the signature, then the one record (RFC 4034 3.1.8.1); TTL 3600.
    var signedBytes: [UInt8] {
        Self.bytes(type) + [algorithm, labels] + Self.bytes(UInt32(3600)) + Self.bytes(expiration)
            + Self.bytes(inception) + Self.bytes(tag) + Self.wire(signer)
            + Self.wire(owner) + Self.bytes(type) + [0, 1] + Self.bytes(UInt32(3600))
            + Self.bytes(UInt16(data.count)) + data
    }

    static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
