import OpenSSL

/// A protocol version by its number on the wire, SSL 2.0 too.
package enum WireVersion: UInt16, Hashable, Sendable, Comparable, CaseIterable {
    case ssl2 = 0x0002
    case ssl3 = 0x0300
    case tls10 = 0x0301
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304

    /// As the metrics name it: "TLS 1.3".
    package var text: String {
        switch self {
        case .ssl2: "SSL 2.0"
        default: TLSVersion(rawValue: rawValue).map { versionText($0.name) } ?? ""
        }
    }

    package static func < (left: WireVersion, right: WireVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A ClientHello of our own, for what libssl does not speak; only its answer is of interest.
struct ClientHello {
    /// The highest version offered; TLS 1.3 alone where it is that.
    var version: WireVersion
    /// By IANA's numbers; without meaning for SSL 2.0, which has its own.
    var suites: [CipherSuite]
    /// Sent as SNI; nil for an address.
    var serverName: String?
    var groups = NamedGroup.few
    /// A key share of X25519 comes along; without one a server of TLS 1.3 names the group that it would have
    /// (RFC 8446 4.2.8).
    var hasKeyShare = true
    /// Bytes to pad the record to, where it has extensions and fewer bytes (RFC 7685).
    var paddedSize = 0
    /// Fills what should be random.
    var random: [UInt8] = (0..<32).map { _ in .random(in: 0...255) }

    /// One record.
    var bytes: [UInt8] {
        if version == .ssl2 { return ssl2 }
        let plain = record(extensions)
        // The padding extension itself takes four bytes.
        let padding = paddedSize - plain.count - 4
        guard version != .ssl3, padding >= 0 else { return plain }
        return record(extensions + one(21, [UInt8](repeating: 0, count: padding)))
    }

    private func record(_ extensions: [UInt8]) -> [UInt8] {
        var body = number(min(version, .tls12).rawValue) + random
        // A session ID, as middleboxes expect it of TLS 1.3 (RFC 8446 D.4).
        body += version == .tls13 ? [32] + random : [0]
        body += vector(suites.flatMap { number($0.rawValue) }, 2) + [1, 0]
        // SSL 3.0 knows no extensions, and old servers refuse what follows the compression.
        if version != .ssl3 { body += vector(extensions, 2) }
        let message = [1] + vector(body, 3)
        return [22] + number(version == .ssl3 ? 0x0300 : 0x0301) + vector(message, 2)
    }

    /// CLIENT-HELLO of SSL 2.0 (draft-hickman-netscape-ssl-00 5.5, RFC 6101 E).
    private var ssl2: [UInt8] {
        let specs: [UInt8] = [
            7, 0, 0xc0, 5, 0, 0x80, 3, 0, 0x80, 1, 0, 0x80, 6, 0, 0x40, 4, 0, 0x80, 2, 0, 0x80,
        ]
        let challenge = random.prefix(16)
        let body =
            [1, 0, 2] + number(UInt16(specs.count)) + number(0) + number(UInt16(challenge.count))
            + specs + challenge
        return [0x80, UInt8(truncatingIfNeeded: body.count)] + body
    }

    private var extensions: [UInt8] {
        var list: [UInt8] = []
        if let serverName {
            list += one(0, vector([0] + vector(Array(serverName.utf8), 2), 2))
        }
        list += one(10, vector(groups.flatMap { number($0.rawValue) }, 2)) + one(11, [1, 0])
        guard version >= .tls12 else { return list }
        let signatures: [UInt16] = [
            0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
            0x0401, 0x0501, 0x0601, 0x0201, 0x0203,
        ]
        list += one(13, vector(signatures.flatMap(number), 2))
        guard version == .tls13 else { return list }
        // Any 32 bytes are a public key of X25519 (RFC 7748 5).
        let share = hasKeyShare ? number(NamedGroup.x25519.rawValue) + vector(random, 2) : []
        return list + one(43, [2, 3, 4]) + one(51, vector(share, 2))
    }

    private func one(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        number(type) + vector(value, 2)
    }

    private func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

    /// Behind its length in `width` bytes.
    private func vector(_ value: [UInt8], _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value.count >> (8 * $0)) } + value
    }
}
