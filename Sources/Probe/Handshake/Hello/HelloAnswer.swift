/// What a server said to a ClientHello of ours, as far as it matters.
package enum HelloAnswer: Hashable, Sendable {
    /// A ServerHello's choice; SSL 2.0 has no suite to name. The group stands there in TLS 1.3, and in a
    /// ServerKeyExchange before it.
    case chosen(WireVersion, CipherSuite?, NamedGroup? = nil)
    /// The number of an alert.
    case alert(UInt8)
    /// The end of the stream, a reset, or bytes that are no answer.
    case none
    /// Nothing within the time.
    case silence

    package var version: WireVersion? {
        if case .chosen(let version, _, _) = self { version } else { nil }
    }

    package var suite: CipherSuite? {
        if case .chosen(_, let suite, _) = self { suite } else { nil }
    }

    package var group: NamedGroup? {
        if case .chosen(_, _, let group) = self { group } else { nil }
    }
}

/// Reads the answer to a ClientHello from bytes that come in pieces.
struct HelloReader {
    private var bytes: [UInt8] = []
    private let isSSL2: Bool
    private let readsCurve: Bool

    /// With `readsCurve` the answer before TLS 1.3 comes with the ServerKeyExchange, where one is due.
    init(isSSL2: Bool, readsCurve: Bool = false) {
        (self.isSSL2, self.readsCurve) = (isSSL2, readsCurve)
    }

    /// The answer; nil while more bytes are needed.
    mutating func take(_ more: [UInt8]) -> HelloAnswer? {
        bytes += more
        // A warning such as unrecognized_name may stand before the ServerHello.
        while bytes.count >= 7, bytes[..<2] == [21, 3], bytes[3..<6] == [0, 2, 1] {
            bytes.removeFirst(7)
        }
        return isSSL2 ? ssl2 : tls
    }

    /// SERVER-HELLO of SSL 2.0: a header of two or three bytes, type 4, two flags, the version.
    private var ssl2: HelloAnswer? {
        guard let first = bytes.first else { return nil }
        if (20...23).contains(first) { return tls }
        let start = first & 0x80 != 0 ? 2 : 3
        guard bytes.count >= start + 5 else { return nil }
        let isServerHello =
            bytes[start] == 4 && bytes[start + 3] == 0 && bytes[start + 4] == 2
        return isServerHello ? .chosen(.ssl2, nil) : HelloAnswer.none
    }

    /// The first record decides, or the handshake message that it begins.
    private var tls: HelloAnswer? {
        guard bytes.count >= 5 else {
            return bytes.isEmpty || (20...23).contains(bytes[0]) ? nil : HelloAnswer.none
        }
        guard bytes[1] == 3 else { return HelloAnswer.none }
        switch bytes[0] {
        case 21:
            guard bytes[3] == 0, bytes[4] == 2 else { return HelloAnswer.none }
            return bytes.count >= 7 ? .alert(bytes[6]) : nil
        case 22: return handshake
        default: return HelloAnswer.none
        }
    }

    private var handshake: HelloAnswer? {
        var (message, rest) = ([UInt8](), bytes[...])
        while rest.count >= 5, rest[rest.startIndex] == 22 {
            let length = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
            guard length > 0 else { return HelloAnswer.none }
            message += rest.dropFirst(5).prefix(length)
            rest = rest.dropFirst(5 + length)
        }
        guard message.count >= 4 else { return nil }
        guard message[0] == 2 else { return HelloAnswer.none }
        let length = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
        guard length <= Self.longest else { return HelloAnswer.none }
        guard message.count >= 4 + length else { return nil }
        let hello = Self.serverHello(message[4..<(4 + length)])
        guard readsCurve, case .chosen(let version, let suite?, nil) = hello, version < .tls13,
            suite.hasCurve
        else { return hello }
        let curve = Self.curve(in: message[(4 + length)...])
        // Another kind of record is the end of these messages.
        return curve.map { .chosen(version, suite, $0) } ?? (rest.isEmpty ? nil : hello)
    }

    /// The curve that a ServerKeyExchange names, behind the other messages of the server (RFC 8422 5.4); nil where none
    /// came yet.
    private static func curve(in messages: ArraySlice<UInt8>) -> NamedGroup? {
        var reader = Reader(rest: messages)
        while let type = reader.byte(), let high = reader.byte(), let low = reader.number() {
            if type == 12 {
                return reader.byte() == 3 ? reader.number().map { NamedGroup(rawValue: $0) } : nil
            }
            guard reader.skip(Int(high) << 16 | Int(low)) else { return nil }
        }
        return nil
    }

    /// RFC 8446 4.1.3, RFC 5246 7.4.1.3.
    private static func serverHello(_ body: ArraySlice<UInt8>) -> HelloAnswer {
        var reader = Reader(rest: body)
        guard var version = reader.number(), reader.skip(32), let session = reader.byte(),
            reader.skip(Int(session)), let suite = reader.number(), reader.skip(1)
        else { return .none }
        var group: NamedGroup?
        if reader.number() != nil {
            while let type = reader.number(), let length = reader.number() {
                // supported_versions, RFC 8446 4.2.1
                if type == 43, length == 2, let chosen = reader.number() {
                    version = chosen
                } else if type == 51, length >= 2, let chosen = reader.number() {
                    // key_share, RFC 8446 4.2.8; alone in a HelloRetryRequest
                    group = NamedGroup(rawValue: chosen)
                    guard reader.skip(Int(length) - 2) else { break }
                } else if !reader.skip(Int(length)) {
                    break
                }
            }
        }
        return WireVersion(rawValue: version).map {
            .chosen($0, CipherSuite(rawValue: suite), group)
        } ?? .none
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func number() -> UInt16? {
            guard rest.count >= 2, let high = byte(), let low = byte() else { return nil }
            return UInt16(high) << 8 | UInt16(low)
        }

        mutating func skip(_ count: Int) -> Bool {
            guard count <= rest.count else { return false }
            rest = rest.dropFirst(count)
            return true
        }
    }

    /// Bytes of a ServerHello; they have about a hundred.
    private static let longest = 4096
}
