import Synchronization

/// The requests in flight of one server, and what its daemons' threads need to serve them.
final class Exchanges: Sendable {
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    let executor: @Sendable () -> (any TaskExecutor)?
    let watch: HangupWatch
    private let state = Mutex(State())

    private struct State {
        var last: UInt64 = 0
        var open: [UInt64: Exchange] = [:]
        /// How many connections are suspended, or resumed and not yet seen by their daemon.
        var suspended = 0
        var mode = Mode.serving
        var waiters: [CheckedContinuation<Void, Never>] = []

        var isQuiet: Bool { mode == .closing ? suspended == 0 : open.isEmpty }
    }

    private enum Mode {
        case serving
        /// No new connections; the requests of the old ones are answered.
        case draining
        /// Every request is answered with 503.
        case refusing
        /// So too, and nobody waits for a client to read its answer.
        case closing
    }

    init(
        _ watch: HangupWatch, _ executor: @escaping @Sendable () -> (any TaskExecutor)?,
        _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        (self.watch, self.executor, self.handler) = (watch, executor, handler)
    }

    func begin(_ target: RequestTarget) -> Exchange {
        Exchange(
            state.withLock { state in
                state.last += 1
                return state.last
            }, target)
    }

    /// Counts a request that has arrived completely as in flight and its connection as suspended;
    /// an answer says that it must not be.
    func enter(_ exchange: Exchange) -> HTTPResponse? {
        state.withLock { state in
            guard state.mode == .serving || state.mode == .draining else { return Self.stopping }
            state.open[exchange.identifier] = exchange
            state.suspended += 1
            return nil
        }
    }

    func resumed() {
        change { $0.suspended -= 1 }
    }

    func end(_ exchange: Exchange) {
        exchange.end(self)
        change { $0.open[exchange.identifier] = nil }
    }

    /// The client of this request has gone, or will at least send nothing more.
    func hangup(_ identifier: UInt64) {
        state.withLock { $0.open[identifier] }?.cancel()
    }

    /// Whether the connection should close after this answer.
    var isClosing: Bool { state.withLock { $0.mode != .serving } }

    /// Returns when no request is in flight; after `close`, when no connection is suspended.
    func drain() async {
        await withCheckedContinuation { continuation in
            change { state in
                if state.mode == .serving { state.mode = .draining }
                state.waiters.append(continuation)
            }
        }
    }

    /// Answers every request in flight, and each that still comes, with 503; cancels their tasks.
    func refuse() { refuse(.refusing) }

    /// As `refuse`, and `drain` no longer waits for answers to be read.
    func close() { refuse(.closing) }

    private func refuse(_ mode: Mode) {
        let open = state.withLock { state in
            state.mode = mode
            return Array(state.open.values)
        }
        for exchange in open {
            exchange.cancel()
            exchange.answer(Self.stopping, self)
        }
        change { _ in }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            guard state.isQuiet else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private static let stopping = HTTPResponse(text: "The server is stopping.\n", status: 503)
}
