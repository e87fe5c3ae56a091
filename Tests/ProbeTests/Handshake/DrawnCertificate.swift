import OpenSSL
import Sockets

/// A certificate put together byte by byte, as no library would make it, signed with an Ed25519 key.
struct DrawnCertificate {
    var serialNumber: [UInt8] = [1]
    var issuer = name("Odd CA")
    var subject = name(ServerAuthority.host)
    /// Whole DER elements: UTCTime or GeneralizedTime or anything.
    var notBefore = time("20260101000000Z")
    var notAfter = time("20280101000000Z")
    var publicKey: [UInt8]
    /// Whole Extension elements.
    var extensions = [names([ServerAuthority.host])]

    /// `publicKey` is a SubjectPublicKeyInfo.
    init(publicKey: [UInt8]) { self.publicKey = publicKey }

    func signed(by key: PrivateKey) throws -> [UInt8] {
        let algorithm = der(0x30, [6, 3, 0x2b, 0x65, 0x70])
        var fields = der(0xa0, der(2, [2])) + der(2, serialNumber) + algorithm + issuer
        fields += der(0x30, notBefore + notAfter) + subject + publicKey
        if !extensions.isEmpty { fields += der(0xa3, der(0x30, extensions.flatMap { $0 })) }
        let body = der(0x30, fields)
        let signature = try key.sign(body, digest: nil)
        return der(0x30, body + algorithm + der(3, [0] + signature))
    }

    static func name(_ commonName: String) -> [UInt8] { name(Array(commonName.utf8)) }

    static func name(_ bytes: [UInt8]) -> [UInt8] {
        der(0x30, der(0x31, der(0x30, der(6, [0x55, 4, 3]) + der(0x0c, bytes))))
    }

    static func time(_ text: String) -> [UInt8] { der(0x18, Array(text.utf8)) }

    static func names(_ names: [String]) -> [UInt8] {
        extended(17, der(0x30, names.flatMap { der(0x82, Array($0.utf8)) }))
    }

    /// An extension of the arc 2.5.29.
    static func extended(_ number: UInt8, isCritical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        der(
            0x30, der(6, [0x55, 0x1d, number]) + (isCritical ? [1, 1, 0xff] : []) + der(4, value))
    }

    /// An RSA key of so many bits, whose modulus nobody knows the factors of.
    static func rsa(bits: Int, exponent: [UInt8] = [1, 0, 1]) -> [UInt8] {
        let modulus = [0, 0xc5] + [UInt8](repeating: 0x5d, count: bits / 8 - 1)
        let key = der(0x30, der(2, modulus) + der(2, exponent))
        let algorithm = der(
            0x30, [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0])
        return der(0x30, algorithm + der(3, [0] + key))
    }
}

/// One element with its length (X.690 8.1).
func der(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    let count = contents.count
    let length: [UInt8] =
        switch count {
        case 0..<128: [UInt8(count)]
        case 128..<256: [0x81, UInt8(count)]
        case 256..<65_536: [0x82, UInt8(count >> 8), UInt8(count & 255)]
        default: [0x83, UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)]
        }
    return [tag] + length + contents
}

/// A TLS 1.2 server as far as its Certificate message, which holds whatever bytes a test gives; then it closes.
struct PresentingServer {
    let server: LoopbackServer

    init(_ certificates: [[UInt8]], usesRSA: Bool = false) throws {
        let list = certificates.flatMap { Self.vector(3, $0) }
        let flight =
            Self.message(2, Self.serverHello(usesRSA)) + Self.message(11, Self.vector(3, list))
        var records: [UInt8] = []
        for start in stride(from: 0, to: flight.count, by: 16_000) {
            let part = Array(flight[start..<min(flight.count, start + 16_000)])
            records += [22, 3, 3] + Self.vector(2, part)
        }
        let bytes = records
        server = try LoopbackServer { connection in
            _ = try await connection.hello()
            try await connection.write(bytes, by: soon())
            try await connection.end()
        }
    }

    /// With ECDHE and AES, an empty session and renegotiation_info (RFC 5746 3.6).
    private static func serverHello(_ usesRSA: Bool) -> [UInt8] {
        [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xc0, usesRSA ? 0x2f : 0x2b, 0]
            + vector(2, [0xff, 1, 0, 1, 0])
    }

    private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type] + vector(3, body)
    }

    /// The bytes behind their length of so many bytes.
    private static func vector(_ width: Int, _ bytes: [UInt8]) -> [UInt8] {
        (0..<width).reversed().map { UInt8(bytes.count >> (8 * $0) & 255) } + bytes
    }
}
