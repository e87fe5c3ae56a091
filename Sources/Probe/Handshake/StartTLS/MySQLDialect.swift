/// MySQL and MariaDB: after the server's greeting of protocol 10 an SSLRequest, which nothing answers but TLS.
struct MySQLDialect: Dialect {
    var opening: [UInt8] { [] }
    var hasAsked: Bool { false }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        let header = Array(heard.rest.prefix(4))
        guard header.count == 4 else { return .wait }
        // Three bytes of length, little-endian, and a sequence number.
        let length = Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16
        guard (2...Self.longestGreeting).contains(length), header[3] == 0 else {
            throw Self.notMySQL
        }
        guard heard.rest.count >= 4 + length else { return .wait }
        let payload = Array(heard.rest.dropFirst(4).prefix(length))
        heard.skip(4 + length)
        if payload[0] == 0xff, payload.count >= 3 {
            let code = Int(payload[1]) | Int(payload[2]) << 8
            throw StartTLSFailure(.banner, "the server greets with error \(code)")
        }
        guard payload[0] == 10, let versionEnd = payload.firstIndex(of: 0) else {
            throw Self.notMySQL
        }
        // Thread id, eight bytes for authentication, a filler; then the low half of the capabilities.
        let flags = payload.dropFirst(versionEnd + 1 + 4 + 8 + 1).prefix(2)
        guard let low = flags.first, let high = flags.dropFirst().first else {
            throw Self.notMySQL
        }
        guard (UInt16(high) << 8 | UInt16(low)) & Self.ssl != 0 else {
            throw StartTLSFailure(.notOffered, "the server's greeting does not offer CLIENT_SSL")
        }
        return .ready(sending: Self.request)
    }

    private static let notMySQL = StartTLSFailure(
        .banner, "the server does not greet as MySQL of protocol 10 does")
    private static let ssl: UInt16 = 0x0800
    private static let longestGreeting = 4096
    /// 32 bytes, packet 1: CLIENT_LONG_PASSWORD, PROTOCOL_41, SSL and SECURE_CONNECTION; packets up to 16 MB; utf8.
    private static let request: [UInt8] =
        [32, 0, 0, 1, 0x01, 0x8a, 0, 0, 0, 0, 0, 1, 33] + [UInt8](repeating: 0, count: 23)
}
