import Addresses

/// SMTP and submission (RFC 3207).
struct SMTPDialect: Dialect {
    private enum State { case greeting, extensions, goAhead }

    private let ownAddress: IPAddress
    private var state = State.greeting
    private var reader = ReplyReader()

    init(ownAddress: IPAddress) { self.ownAddress = ownAddress }

    var opening: [UInt8] { [] }
    var hasAsked: Bool { state == .goAhead }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        guard let reply = try reader.reply(&heard) else { return .wait }
        switch state {
        case .greeting:
            guard reply.code == 220 else {
                throw StartTLSFailure(.banner, "the server greets with \(reply.code)")
            }
            state = .extensions
            return .say("EHLO \(literal)")
        case .extensions:
            // Who does not know EHLO has no extensions (RFC 5321 4.1.4).
            guard ![500, 502, 504].contains(reply.code) else {
                throw StartTLSFailure(.notOffered, "the server answers EHLO with \(reply.code)")
            }
            guard reply.code == 250 else {
                throw StartTLSFailure(.banner, "the server answers EHLO with \(reply.code)")
            }
            guard reply.lines.dropFirst().contains(where: Self.isSTARTTLS) else {
                throw StartTLSFailure(.notOffered, "the answer to EHLO does not offer STARTTLS")
            }
            state = .goAhead
            return .say("STARTTLS")
        case .goAhead:
            guard reply.code == 220 else {
                throw StartTLSFailure(.rejected, "the server answers STARTTLS with \(reply.code)")
            }
            return .ready()
        }
    }

    /// RFC 5321 4.1.3: a client without a name of its own gives its address.
    private var literal: String {
        ownAddress.family == .ipv4 ? "[\(ownAddress)]" : "[IPv6:\(ownAddress)]"
    }

    private static func isSTARTTLS(_ line: String) -> Bool {
        line.split(separator: " ").first?.uppercased() == "STARTTLS"
    }
}
