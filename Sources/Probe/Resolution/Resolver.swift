package import DNS
package import Sockets

/// Where a module's questions go: to a server that resolves, or from the root down to the authorities.
package enum Resolver: Sendable {
    case server(Exchange)
    case encrypted(EncryptedExchange)
    case root(Iteration)

    /// The metrics' `resolver`.
    package var label: String {
        switch self {
        case .server(let exchange): exchange.server.label
        case .encrypted(let exchange): exchange.server.label
        case .root: "root"
        }
    }

    var isEncrypted: Bool { if case .encrypted = self { true } else { false } }

    /// Whether a SERVFAIL may be its judgement of DNSSEC.
    var mayValidate: Bool { if case .root = self { false } else { true } }

    /// The same server over TCP; nil where it is not asked over UDP.
    var overTCP: Exchange? {
        guard case .server(let exchange) = self, exchange.server.transport == .udp else {
            return nil
        }
        return exchange.overTCP
    }

    /// Asks within `timer`, all retries included, and never past `deadline`.
    package func callAsFunction(
        _ question: Question, as manner: Query.Manner, timer: Duration, by deadline: Deadline
    ) async -> Lookup {
        switch self {
        case .server(let exchange):
            await exchange(question, as: manner, timer: timer, by: deadline)
        case .encrypted(let exchange):
            await exchange(question, as: manner, timer: timer, by: deadline)
        case .root(let iteration): await iteration(question, timer: timer, by: deadline)
        }
    }
}
