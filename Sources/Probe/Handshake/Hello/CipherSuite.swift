/// A cipher suite by IANA's number.
package struct CipherSuite: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// IANA's name where it is one of those offered, else the number: "0x00FF".
    package var name: String {
        if let name = Self.names[rawValue] { return "TLS_" + name }
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// What libssl as Debian builds it cannot negotiate.
    static let broken = brokenNames.map { CipherSuite(rawValue: $0.key) }
        .sorted { $0.rawValue > $1.rawValue }
    /// What servers of every age have.
    static let sound = soundNames.map { CipherSuite(rawValue: $0.key) }
        .sorted { $0.rawValue > $1.rawValue }
    static let tls13: [CipherSuite] = [0x1301, 0x1302, 0x1303].map { CipherSuite(rawValue: $0) }
    /// Few enough for a ClientHello that every middlebox lets pass.
    static let few: [CipherSuite] = [0xc02f, 0xc02b, 0x009c, 0x002f, 0x0035].map {
        CipherSuite(rawValue: $0)
    }

    private static let names = brokenNames.merging(soundNames) { one, _ in one }

    private static let brokenNames: [UInt16: String] = [
        0x0001: "RSA_WITH_NULL_MD5", 0x0002: "RSA_WITH_NULL_SHA",
        0x0003: "RSA_EXPORT_WITH_RC4_40_MD5", 0x0004: "RSA_WITH_RC4_128_MD5",
        0x0005: "RSA_WITH_RC4_128_SHA", 0x0006: "RSA_EXPORT_WITH_RC2_CBC_40_MD5",
        0x0007: "RSA_WITH_IDEA_CBC_SHA", 0x0008: "RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x0009: "RSA_WITH_DES_CBC_SHA", 0x000a: "RSA_WITH_3DES_EDE_CBC_SHA",
        0x0013: "DHE_DSS_WITH_3DES_EDE_CBC_SHA", 0x0014: "DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x0015: "DHE_RSA_WITH_DES_CBC_SHA", 0x0016: "DHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0x0018: "DH_anon_WITH_RC4_128_MD5", 0x001b: "DH_anon_WITH_3DES_EDE_CBC_SHA",
        0xc007: "ECDHE_ECDSA_WITH_RC4_128_SHA", 0xc008: "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
        0xc011: "ECDHE_RSA_WITH_RC4_128_SHA", 0xc012: "ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    ]

    private static let soundNames: [UInt16: String] = [
        0x002f: "RSA_WITH_AES_128_CBC_SHA", 0x0033: "DHE_RSA_WITH_AES_128_CBC_SHA",
        0x0035: "RSA_WITH_AES_256_CBC_SHA", 0x0039: "DHE_RSA_WITH_AES_256_CBC_SHA",
        0x003c: "RSA_WITH_AES_128_CBC_SHA256", 0x003d: "RSA_WITH_AES_256_CBC_SHA256",
        0x009c: "RSA_WITH_AES_128_GCM_SHA256", 0x009d: "RSA_WITH_AES_256_GCM_SHA384",
        0x009e: "DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009f: "DHE_RSA_WITH_AES_256_GCM_SHA384",
        0xc009: "ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xc00a: "ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        0xc013: "ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc014: "ECDHE_RSA_WITH_AES_256_CBC_SHA",
        0xc02b: "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        0xc02c: "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xc02f: "ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        0xc030: "ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xcca8: "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0xcca9: "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ]
}
