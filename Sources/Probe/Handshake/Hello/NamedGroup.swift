/// A group of the key exchange by IANA's number.
package struct NamedGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// As OpenSSL and the handshake's own facts name it, else the number: "0x001C".
    package var name: String {
        if let name = Self.names[rawValue] { return name }
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    static let x25519 = NamedGroup(rawValue: 29)
    /// What servers of every age have one of.
    static let few: [NamedGroup] = [29, 23, 24].map { NamedGroup(rawValue: $0) }
    /// With the hybrids of ML-KEM (draft-ietf-tls-ecdhe-mlkem), which stand for nothing before TLS 1.3.
    static let tls13: [NamedGroup] = [
        0x11ec, 0x11eb, 0x11ed, 29, 30, 25, 24, 31, 32, 33, 256, 257, 258, 259, 260, 23,
    ].map { NamedGroup(rawValue: $0) }
    /// P-256 comes last: as the curve of most keys it has to be among those offered as long as any other is looked
    /// for (RFC 8422 5.1.1).
    static let old: [NamedGroup] = [
        29, 30, 25, 24, 28, 27, 26, 22, 21, 20, 19, 14, 13, 12, 11, 10, 9, 23,
    ].map { NamedGroup(rawValue: $0) }

    private static let names: [UInt16: String] = [
        0x11eb: "SecP256r1MLKEM768", 0x11ec: "X25519MLKEM768", 0x11ed: "SecP384r1MLKEM1024",
        9: "sect283k1", 10: "sect283r1", 11: "sect409k1", 12: "sect409r1", 13: "sect571k1",
        14: "sect571r1", 19: "P-192", 20: "secp224k1", 21: "P-224", 22: "secp256k1", 23: "P-256",
        24: "P-384", 25: "P-521", 26: "brainpoolP256r1", 27: "brainpoolP384r1",
        28: "brainpoolP512r1", 29: "X25519", 30: "X448", 31: "brainpoolP256r1tls13",
        32: "brainpoolP384r1tls13", 33: "brainpoolP512r1tls13", 256: "ffdhe2048",
        257: "ffdhe3072", 258: "ffdhe4096", 259: "ffdhe6144", 260: "ffdhe8192",
    ]
}
