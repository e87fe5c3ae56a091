/// What the plaintext conversation before TLS gave.
package struct StartTLS: Hashable, Sendable {
    package var outcome: Outcome
    /// From the connection to the go-ahead, or to the failure.
    package var duration: Duration

    package init(_ outcome: Outcome, duration: Duration) {
        (self.outcome, self.duration) = (outcome, duration)
    }

    package enum Outcome: Hashable, Sendable {
        case ready
        case failed(StartTLSFailure)
        /// The probe's deadline came before the conversation's own timer.
        case cutShort
        /// This host could not go on.
        case unavailable(String)
    }

    package var isReady: Bool { outcome == .ready }
}

/// Why a server does not get as far as TLS. Nothing of its words is repeated but numbers: a probe is no banner scanner.
package struct StartTLSFailure: Error, Hashable, Sendable {
    package var kind: Kind
    /// One clause.
    package var detail: String

    package init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }

    package enum Kind: String, Hashable, Sendable {
        /// It does not greet, or refuses to talk.
        case banner
        case notOffered = "not_offered"
        /// It offers the upgrade and refuses it, or says more than the go-ahead.
        case rejected
    }
}
