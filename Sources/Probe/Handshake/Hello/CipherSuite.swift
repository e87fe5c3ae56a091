/// A cipher suite by IANA's number.
package struct CipherSuite: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// IANA's name where it is one of those ever offered, else the number: "0x00FF".
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
    static let tls13 = namesOfTLS13.keys.sorted().map { CipherSuite(rawValue: $0) }

    /// Every suite that a server may choose in this version, PSK and SRP left out; none for SSL 2.0.
    static func all(in version: WireVersion) -> [CipherSuite] {
        switch version {
        case .ssl2: []
        case .tls13: tls13
        default: old.filter { version == .tls12 || !$0.needsTLS12 }
        }
    }

    private static let old = [soundNames, rareNames, brokenNames]
        .flatMap { $0.keys.sorted(by: >) }.map { CipherSuite(rawValue: $0) }

    /// Authenticated encryption, or a hash other than MD5 and SHA-1 (RFC 5246 1.2).
    private var needsTLS12: Bool {
        ["_SHA256", "_SHA384", "_CCM", "_CCM_8"].contains(where: name.hasSuffix)
    }

    /// The key is agreed by an elliptic curve of the moment: the ServerKeyExchange names it.
    var hasCurve: Bool { name.hasPrefix("TLS_ECDH") }

    /// Few enough for a ClientHello that every middlebox lets pass.
    static let few: [CipherSuite] = [0xc02f, 0xc02b, 0x009c, 0x002f, 0x0035].map {
        CipherSuite(rawValue: $0)
    }

    private static let names = [brokenNames, soundNames, rareNames, namesOfTLS13].reduce(into: [:])
    {
        $0.merge($1) { one, _ in one }
    }
}
