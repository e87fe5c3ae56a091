/// What is spoken on a port before or instead of bare TLS. The raw value is the name in URLs and configuration.
package enum ServiceProtocol: String, Hashable, Sendable, CaseIterable {
    case tls, https, imaps, smtps, pop3s, ldaps
    case smtp, submission, imap, pop3, ldap, ftp, xmpp
    case xmppServer = "xmpp-server"
    case sieve, postgres, mysql

    /// TLS from the first byte; the others upgrade a plaintext connection.
    package var isImplicitTLS: Bool {
        switch self {
        case .tls, .https, .imaps, .smtps, .pop3s, .ldaps: true
        default: false
        }
    }

    /// The port registered for it; 443 where none is.
    package var defaultPort: UInt16 {
        switch self {
        case .tls, .https: 443
        case .imaps: 993
        case .smtps: 465
        case .pop3s: 995
        case .ldaps: 636
        case .smtp: 25
        case .submission: 587
        case .imap: 143
        case .pop3: 110
        case .ldap: 389
        case .ftp: 21
        case .xmpp: 5222
        case .xmppServer: 5269
        case .sieve: 4190
        case .postgres: 5432
        case .mysql: 3306
        }
    }

    /// What a bare port number means: the plaintext dialect registered for it, else TLS from the first byte.
    package static func usual(on port: UInt16) -> ServiceProtocol {
        allCases.first { !$0.isImplicitTLS && $0.defaultPort == port } ?? .tls
    }
}

/// A port to try, and how.
package struct Port: Hashable, Sendable {
    package var number: UInt16
    package var service: ServiceProtocol
    /// A required port that does not answer fails the probe; an optional one is then closed, and no more.
    package var isRequired: Bool

    package init(_ number: UInt16, _ service: ServiceProtocol? = nil, isRequired: Bool = true) {
        self.number = number
        self.service = service ?? .usual(on: number)
        self.isRequired = isRequired
    }
}
