import Addresses

/// How a protocol gets from plaintext to TLS; a value that bytes go into and the next step comes out of.
protocol Dialect: Sendable {
    /// What is said first; empty where the server greets.
    var opening: [UInt8] { get }
    /// The upgrade was asked for: what goes wrong from here on is a refusal of it.
    var hasAsked: Bool { get }
    /// Reads as much as it understands.
    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep
}

enum DialectStep: Hashable, Sendable {
    /// More has to come.
    case wait
    case send([UInt8])
    /// TLS begins, after these last bytes.
    case ready(sending: [UInt8] = [])

    static func say(_ line: String) -> DialectStep { .send(Array((line + "\r\n").utf8)) }
}

/// One conversation in a dialect, up to the go-ahead.
struct DialectConversation: Sendable {
    private var dialect: any Dialect
    private var heard = Heard()
    private var isOver = false

    init(_ dialect: any Dialect) { self.dialect = dialect }

    var opening: [UInt8] { dialect.opening }

    /// What came from the server, and what to do then.
    mutating func hear(_ bytes: some Collection<UInt8>) throws(StartTLSFailure) -> DialectStep {
        guard !isOver else { throw Self.injection }
        let step: DialectStep
        do throws(StartTLSFailure) {
            try heard.append(bytes)
            step = try dialect.next(&heard)
        } catch {
            // Whatever is said instead of the go-ahead is a refusal.
            guard error.kind == .banner, dialect.hasAsked else { throw error }
            throw StartTLSFailure(.rejected, error.detail)
        }
        if case .ready = step {
            isOver = true
            // Whatever stands here, someone put it there for the session that TLS protects (CVE-2011-0411 and kin).
            guard heard.isEmpty else { throw Self.injection }
        }
        return step
    }

    /// A failure that is not in the server's words: it fell silent, or hung up.
    func failure(_ what: String) -> StartTLSFailure {
        if dialect.hasAsked {
            return StartTLSFailure(.rejected, "\(what) after it was asked for TLS")
        }
        return StartTLSFailure(.banner, "\(what) before it was asked for TLS")
    }

    static let injection = StartTLSFailure(
        .rejected, "plaintext follows the go-ahead, before TLS (response injection)")
}

extension ServiceProtocol {
    /// The conversation before TLS with a server of this name; nil where TLS comes first. `ownAddress` is this host's, and
    /// asked for where it is told to the server only.
    func dialect(
        serverName: String, ownAddress: @autoclosure () throws -> IPAddress
    ) rethrows -> (any Dialect)? {
        switch self {
        case .tls, .https, .imaps, .smtps, .pop3s, .ldaps: nil
        case .smtp, .submission: try SMTPDialect(ownAddress: ownAddress())
        case .imap: IMAPDialect()
        case .pop3: POP3Dialect()
        case .ldap: LDAPDialect()
        case .ftp: FTPDialect()
        case .xmpp: XMPPDialect(namespace: "jabber:client", serverName: serverName)
        case .xmppServer: XMPPDialect(namespace: "jabber:server", serverName: serverName)
        case .sieve: SieveDialect()
        case .postgres: PostgreSQLDialect()
        case .mysql: MySQLDialect()
        }
    }
}
