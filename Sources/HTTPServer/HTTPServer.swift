import Glibc
package import OpenSSL
import Synchronization

/// An HTTP/1.1 server over libmicrohttpd: one epoll thread per listen address waits for clients,
/// requests are answered by tasks.
///
/// A connection is suspended while its handler works; the handler's task is cancelled when the
/// client hangs up. Nothing but the handler's own end bounds its time.
package final class HTTPServer: Sendable {
    /// Bytes; a request with a larger body is answered with 413.
    package static let bodyLimit = 65_536
    /// Connections for each listen address; further clients wait in the kernel's queue.
    static let connectionLimit: UInt32 = 1024
    /// A connection is closed after so long without a byte from or to the client; also one that
    /// the client closed within a request, whose end libmicrohttpd 0.9.75 may not notice.
    static let idleSeconds: UInt32 = 30
    /// Bytes for one connection's request head and response head; longer ones get 414 or 431. More than 32 kB, which
    /// libmicrohttpd has from the kernel: of those the pages count that are written to, of malloc's all.
    static let connectionMemory = 36_864

    /// How long after the deadline a client may take to read its 503.
    private static let lastWords = Duration.milliseconds(500)

    private let exchanges: Exchanges
    private let daemons: [Daemon]
    /// One before each daemon where clients speak TLS.
    private let fronts: [SecureFront]
    private let isStopped = Mutex(false)

    /// Listens on every address (`:10853`, `127.0.0.1:10853`, `[::1]:10853`; port 0 is any free
    /// one) and serves until `stop`, whether or not the value is kept. With `context` clients speak TLS; each connection
    /// asks for it anew. Each request is answered on what `executor` names.
    package init(
        listeningOn addresses: [String], context: (@Sendable () -> TLSContext)? = nil,
        executor: @escaping @Sendable () -> (any TaskExecutor)? = { nil },
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) throws(HTTPServerError) {
        guard let watch = HangupWatch() else {
            throw .cannotStart(addresses.joined(separator: ", "))
        }
        let exchanges = Exchanges(watch, executor, handler)
        guard watch.run({ exchanges.hangup($0) }) else {
            throw .cannotStart(addresses.joined(separator: ", "))
        }
        var daemons: [Daemon] = []
        var fronts: [SecureFront] = []
        do {
            for address in addresses {
                let address = try ListenAddress(address)
                guard let context else {
                    daemons.append(try Daemon(address, exchanges))
                    continue
                }
                let daemon = try Daemon(unlistening: exchanges, for: address)
                daemons.append(daemon)
                fronts.append(try SecureFront(address, daemon, context))
            }
        } catch {
            for front in fronts { front.close() }
            Self.end(daemons, watch)
            throw error
        }
        self.exchanges = exchanges
        (self.daemons, self.fronts) = (daemons, fronts)
    }

    /// In the order of the addresses listened on.
    package var boundPorts: [UInt16] {
        fronts.isEmpty ? daemons.map(\.port) : fronts.map(\.port)
    }

    /// Refuses new connections, lets the requests that have arrived finish, and ends.
    ///
    /// A request of which a part is still to come is cut off. What is not answered at the deadline is cancelled and answered with 503. A second call
    /// returns at once.
    package func stop(by deadline: ContinuousClock.Instant) async {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        for front in fronts { front.close() }
        let listeners = daemons.map { $0.quiesce() }
        let timer = Task { [exchanges] in
            try await Task.sleep(until: deadline, clock: .continuous)
            exchanges.refuse()
            try await Task.sleep(for: Self.lastWords)
            exchanges.close()
        }
        await exchanges.drain()
        timer.cancel()
        // A kept-alive connection may bring a request still; nothing may be suspended at the end.
        exchanges.close()
        await exchanges.drain()
        await withCheckedContinuation { continuation in
            let end: @Sendable () -> Void = { [daemons, exchanges] in
                Self.end(daemons, exchanges.watch)
                continuation.resume()
            }
            if !runOnThread(end) { end() }
        }
        for listener in listeners where listener >= 0 { close(listener) }
    }

    private static func end(_ daemons: [Daemon], _ watch: HangupWatch) {
        for daemon in daemons { daemon.stop() }
        watch.stop()
    }
}
