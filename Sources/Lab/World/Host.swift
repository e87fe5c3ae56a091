import OpenSSL

/// One address: what stands on its ports.
struct Host: Sendable {
    var https: Service
    var imaps: Service = .tls(.sound)
    var smtps: Service = .tls(.sound)
    var smtp: Service = .refused
    var imap: Service = .refused

    static let healthy = Host(https: .tls(.sound))
    static let webOnly = Host(https: .tls(.sound), imaps: .refused, smtps: .refused)

    static func https(_ service: Service) -> Host { Host(https: service) }

    static func all(_ service: Service) -> Host {
        Host(https: service, imaps: service, smtps: service)
    }
}

/// What a port does.
enum Service: Sendable {
    case tls(Leaf, Handshake = .modern)
    /// TLS after a conversation in plaintext, or not.
    case upgrading(Upgrade, Leaf)
    /// Nothing listens.
    case refused
    /// SYNs are dropped.
    case silent
    /// Plain HTTP.
    case plaintext
    /// Accepts and never says a word.
    case mute
    /// Ends with RST behind the first bytes.
    case reset
    /// Answers the first bytes with the fatal alert handshake_failure.
    case alert

    /// The certificate, and the chain that is sent with it.
    enum Leaf: Hashable, Sendable {
        case sound, rsa, expiring
        /// Made a month before the sound one.
        case earlier
        case expired, notYetValid, otherName, selfSigned, withoutIntermediate, unknownRoot
        case expiredIntermediate, wrongPurpose, weakKey, weakSignature
        /// By what comes beside the leaf and its intermediate.
        case crossSigned, withRoot, misordered
        /// By a key usage that is none.
        case unreadable
        /// By the OCSP response that is stapled, and by its absence.
        case revoked, staleStaple, mustStaple
        /// By an authority whose name is a domain name.
        case namedIssuer
    }

    /// What becomes of STARTTLS.
    enum Upgrade: Hashable, Sendable {
        case offered, notOffered, refused
        /// The server greets with a failure.
        case unavailable
        /// Plaintext follows the go-ahead.
        case injected
    }

    enum Handshake: Hashable, Sendable {
        case modern, withoutForwardSecrecy
        case oldVersion, everyVersion, oldCipher, weakGroup, refusesName
        case clientCertificate(TLSVersion)
    }
}
