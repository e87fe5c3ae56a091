import Addresses
import CLinux
import Glibc
import Synchronization

/// Owns a socket's descriptor: non-blocking, closed on exec, closed once.
///
/// Calls run under a lock, so that a number closed here is never used for what opens next.
final class Descriptor: Sendable {
    /// SOCK_STREAM or SOCK_DGRAM.
    private let type: __socket_type
    private let source = Reactor.newNumber()
    private let reactor: Reactor
    private let number: Mutex<Int32?>

    /// Opens a socket of a family; `type` is SOCK_STREAM or SOCK_DGRAM.
    static func open(
        _ family: IPAddress.Family, _ type: __socket_type
    ) throws(SocketError) -> Descriptor {
        do {
            let domain = family == .ipv4 ? AF_INET : AF_INET6
            let flags = Int32(
                type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let reactor = try EventLoops.current()
            let number = try system { socket(domain, flags, 0) }
            return Descriptor(owning: number, type, reactor)
        } catch {
            throw error.code == EAFNOSUPPORT
                ? .noRoute(errno: error.code) : .system(call: "socket", errno: error.code)
        }
    }

    /// Owns what a call opened that is no socket, as inotify's queue.
    static func opened(
        _ call: String, _ open: () -> Int32
    ) throws(SocketError) -> Descriptor {
        do throws(Errno) {
            let reactor = try EventLoops.current()
            return Descriptor(owning: try system(open), SOCK_STREAM, reactor)
        } catch {
            throw .system(call: call, errno: error.code)
        }
    }

    private init(owning number: Int32, _ type: __socket_type, _ reactor: Reactor) {
        self.number = Mutex(number)
        self.type = type
        self.reactor = reactor
    }

    /// Owns a descriptor that a call on this one returned, as accept does.
    func sibling(owning number: Int32) -> Descriptor {
        Descriptor(owning: number, type, reactor)
    }

    deinit {
        close()
    }

    /// Closes it now and ends every wait on it; again does nothing.
    func close() {
        number.withLock { number in
            guard let open = number else { return }
            reactor.forget(source)
            _ = Glibc.close(open)
            number = nil
        }
    }

    /// Calls with the descriptor's number; EBADF once closed.
    func use<Value: Sendable>(
        _ call: (Int32) throws(Errno) -> Value
    ) throws(Errno) -> Value {
        try number.withLock { number throws(Errno) in
            guard let number else { throw Errno(EBADF) }
            return try call(number)
        }
    }

    /// Makes a call that concerns this host only, as bind: its errors say nothing of the peer.
    @discardableResult
    func local<Value: Sendable>(
        _ name: String, _ call: (Int32) throws(Errno) -> Value
    ) throws(SocketError) -> Value {
        do {
            return try use(call)
        } catch {
            throw error.code == EBADF ? .cancelled : .system(call: name, errno: error.code)
        }
    }

    func set<Value: BitwiseCopyable & Sendable>(
        _ level: Int32, _ option: Int32, _ value: Value
    ) throws(SocketError) {
        try local("setsockopt") { number throws(Errno) in
            var value = value
            let size = socklen_t(MemoryLayout<Value>.size)
            try system { setsockopt(number, level, option, &value, size) }
        }
    }

    /// Names the peer; false when that goes on in the background, as for a stream.
    func connect(to remote: SocketAddress) throws(SocketError) -> Bool {
        do {
            return try use { number throws(Errno) in
                try remote.withRaw { raw, length throws(Errno) in
                    try system { Glibc.connect(number, raw, length) } == 0
                }
            }
        } catch {
            if error.code == EINPROGRESS || error.code == EALREADY { return false }
            // EAGAIN here: no local port is left.
            throw judge(error, of: "connect") ?? .system(call: "connect", errno: error.code)
        }
    }

    /// The address that the kernel bound it to.
    func localAddress() throws(SocketError) -> SocketAddress {
        let address = try local("getsockname") { number throws(Errno) in
            try SocketAddress.fill { address, length throws(Errno) in
                try system { getsockname(number, address, length) }
            }
        }
        guard let address else { throw .system(call: "getsockname", errno: EAFNOSUPPORT) }
        return address
    }

    /// Binds it for a server; port 0 lets the kernel choose.
    func bind(to address: SocketAddress) throws(SocketError) {
        if address.address.family == .ipv6 {
            // "::" leaves the IPv4 port to a socket of its own.
            try set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, Int32(1))
        }
        try local("bind") { number throws(Errno) in
            try address.withRaw { raw, length throws(Errno) in
                try system { Glibc.bind(number, raw, length) }
            }
        }
    }

    /// Asks for ICMP errors with type and code (`ip(7)`), or stops asking.
    func reportICMP(_ isOn: Bool, for family: IPAddress.Family) throws(SocketError) {
        switch family {
        case .ipv4: try set(Int32(IPPROTO_IP), IP_RECVERR, Int32(isOn ? 1 : 0))
        case .ipv6: try set(Int32(IPPROTO_IPV6), IPV6_RECVERR, Int32(isOn ? 1 : 0))
        }
    }

    /// Makes a call; an error is judged together with the socket's error queue.
    ///
    /// Nil when the call would block, or when only a path MTU was reported: both mean again.
    func attempt<Value: Sendable>(
        _ name: String, _ call: (Int32) throws(Errno) -> Value
    ) throws(SocketError) -> Value? {
        do {
            return try use(call)
        } catch {
            if error.wouldBlock { return nil }
            if let failure = judge(error, of: name) { throw failure }
            return nil
        }
    }

    /// What went wrong, by errno and error queue; nil when nothing did.
    func judge(_ error: Errno, of name: String) -> SocketError? {
        let queue = (try? use { QueuedError.drain($0) }) ?? []
        let isDatagram = type == SOCK_DGRAM
        return SocketError.judge(error, of: name, queue: queue, isDatagram: isDatagram)
    }

    /// Throws when the task is cancelled or the deadline has passed.
    static func ensureTime(until deadline: Deadline?) throws(SocketError) {
        if Task.isCancelled { throw .cancelled }
        if let deadline, deadline <= .now { throw .timedOut }
    }

    /// Makes a call when it does not block, waiting in between; ends at the deadline.
    func perform<Value: Sendable>(
        _ name: String, when interest: Reactor.Interest, by deadline: Deadline?,
        _ call: (Int32) throws(Errno) -> Value
    ) async throws(SocketError) -> Value {
        while true {
            // A peer that always has one more byte does not outlive the deadline either.
            try Self.ensureTime(until: deadline)
            if let value = try attempt(name, call) { return value }
            let hasError = try await wait(for: interest, by: deadline)
            if hasError, let failure = judge(Errno(0), of: name) { throw failure }
        }
    }

    /// Waits until the descriptor is ready; true when an error is pending or queued.
    func wait(
        for interest: Reactor.Interest, by deadline: Deadline?
    ) async throws(SocketError) -> Bool {
        switch await outcome(of: interest, by: deadline) {
        case .ready(let hasError): return hasError
        case .timedOut: throw .timedOut
        case .cancelled, .closed: throw .cancelled
        case .failed(let error): throw .system(call: "epoll_ctl", errno: error.code)
        }
    }

    private func outcome(
        of interest: Reactor.Interest, by deadline: Deadline?
    ) async -> Reactor.Outcome {
        let id = Reactor.WaitID(source: source, number: Reactor.newNumber())
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wait = Reactor.Wait(id: id, interest: interest, continuation: continuation)
                do throws(Errno) {
                    try use { number throws(Errno) in
                        try reactor.add(wait, on: number, by: deadline)
                    }
                } catch {
                    continuation.resume(
                        returning: error.code == EBADF ? .closed : .failed(error))
                    return
                }
                // A cancellation before the wait was in the table found nothing to end.
                if Task.isCancelled { reactor.end(id, .cancelled) }
            }
        } onCancel: {
            reactor.end(id, .cancelled)
        }
    }
}
