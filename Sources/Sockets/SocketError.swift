import Glibc

/// A point in time that ends a wait.
package typealias Deadline = ContinuousClock.Instant

/// Why a socket did not do what it was asked; each case blames one party.
package enum SocketError: Error, Hashable, Sendable {
    /// The deadline passed and nothing had come back.
    case timedOut
    /// This side gave up: the task was cancelled or the socket closed here.
    case cancelled
    /// The peer said no: RST to a SYN, or port unreachable to a datagram.
    case refused
    /// The peer ended an open connection by force, or had already gone when we wrote.
    case reset
    /// The network said so, in a message of the socket's error queue.
    case unreachable(ICMP)
    /// Our own host cannot send there: no route, no source address, a local filter.
    case noRoute(errno: Int32)
    /// Anything else, as EMFILE when no descriptor is left.
    case system(call: String, errno: Int32)
}

extension SocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "nothing came back before the deadline"
        case .cancelled: "the wait was given up on this side"
        case .refused: "the peer refused"
        case .reset: "the peer reset the connection"
        case .unreachable(let message): "the network answered with \(message)"
        case .noRoute(let code): "this host cannot send to the address: \(Errno(code))"
        case .system(let call, let code): "\(call) failed: \(Errno(code))"
        }
    }
}

extension SocketError {
    /// Judges the errno of a call that reached for the peer, and the entries then in the queue.
    ///
    /// Nil when nothing failed: no error at all, or only a smaller path MTU, which the kernel has
    /// already learnt.
    static func judge(
        _ error: Errno, of call: String, queue: [QueuedError], isDatagram: Bool
    ) -> SocketError? {
        let entries = queue.filter { !$0.isPathMTU }
        if let message = entries.lazy.compactMap(\.icmp).first {
            return isDatagram && message.isPortUnreachable ? .refused : .unreachable(message)
        }
        let own = entries.first?.error ?? error
        let isPathMTU = own.code == EMSGSIZE && !queue.isEmpty
        return own.code == 0 || isPathMTU ? nil : peerError(own, of: call)
    }

    private static func peerError(_ error: Errno, of call: String) -> SocketError {
        switch error.code {
        case ECONNREFUSED: .refused
        case ECONNRESET, EPIPE, ECONNABORTED: .reset
        case ETIMEDOUT: .timedOut
        // Descriptors are used under a lock: only our own close leaves a bad one.
        case EBADF: .cancelled
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, EACCES, EPERM, EADDRNOTAVAIL:
            .noRoute(errno: error.code)
        // A blackhole route, or a link-local address without an interface.
        case EINVAL where call == "connect": .noRoute(errno: error.code)
        // IPv6 is not part of this kernel.
        case EAFNOSUPPORT: .noRoute(errno: error.code)
        default: .system(call: call, errno: error.code)
        }
    }
}
