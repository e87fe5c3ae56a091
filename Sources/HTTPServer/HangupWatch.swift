import CMicroHTTPD
import Glibc

/// Tells when the client of a suspended connection hangs up, which libmicrohttpd does not look for.
///
/// A half-closed connection counts as hung up, as in Go's server: the two look alike until one
/// writes, and what is cancelled may still answer.
final class HangupWatch: Sendable {
    private let epoll: Int32
    private let bell: Int32

    /// Nil when the process has no descriptor left.
    init?() {
        epoll = epoll_create1(Int32(O_CLOEXEC))
        bell = eventfd(0, Int32(O_CLOEXEC))
        guard epoll >= 0, bell >= 0, tp_epoll_watch_input(epoll, bell, Self.stopToken) == 0 else {
            return nil
        }
    }

    deinit {
        close(epoll)
        close(bell)
    }

    /// The token is reported at most once; the socket must stay open until `end`.
    func start(_ socket: Int32, _ token: UInt64) {
        tp_epoll_watch_hangup(epoll, socket, token)
    }

    func end(_ socket: Int32) {
        tp_epoll_forget(epoll, socket)
    }

    /// Calls back on a thread of its own until `stop`.
    func run(_ report: @escaping @Sendable (UInt64) -> Void) -> Bool {
        runOnThread { [self] in
            var token = Self.stopToken
            while true {
                let count = tp_epoll_next(epoll, &token)
                if count < 0, errno != EINTR { return }
                if count == 1 {
                    if token == Self.stopToken { return }
                    report(token)
                }
            }
        }
    }

    func stop() {
        eventfd_write(bell, 1)
    }

    private static let stopToken = UInt64.max
}

/// Runs the body on a new detached thread, where it may block; false when there is no thread left.
func runOnThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }
    let argument = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().call() }
            return nil
        }, argument.toOpaque())
    guard result == 0 else {
        argument.release()
        return false
    }
    pthread_detach(thread)
    return true
}
