import DNS
import OpenSSL
import Sockets
import Synchronization

/// One TLS connection to an encrypted resolver, which many questions share; it ends itself when nobody asks any more.
///
/// An actor, because what it guards is used between awaits of reading and writing.
actor EncryptedConnection {
    struct Reply: Sendable {
        var outcome: Result<Payload, ExchangeFailure>
        /// Nothing says that the server saw the question: another connection may do better.
        var mayRetry = false
    }

    private enum Phase {
        case opening
        case open(EncryptedDoor.Opened)
        case closed(ExchangeFailure)
    }

    private struct Waiter {
        let query: [UInt8]
        let since: Deadline
        let continuation: CheckedContinuation<Reply, Never>
        /// Under which its response comes; nil until the query is on its way.
        var key: Int?
    }

    private let server: EncryptedServer
    private var phase = Phase.opening
    private var waiters: [Int: Waiter] = [:]
    private var places: [Int: Int] = [:]
    private var lastPlace = 0
    private var isWriting = false
    private var lastUse = Deadline.now
    private var lastHeard = Deadline.now
    /// Bytes that came since anyone was answered.
    private var unanswered = 0

    private nonisolated let usable = Atomic(true)
    private nonisolated let answered = Atomic(false)

    /// Whether another question may go to it.
    nonisolated var isUsable: Bool { usable.load(ordering: .relaxed) }
    /// Whether it served somebody before.
    nonisolated var hasAnswered: Bool { answered.load(ordering: .relaxed) }

    private init(_ server: EncryptedServer) { self.server = server }

    /// Begins to open a connection; questions may be put at once, and wait.
    static func open(
        _ server: EncryptedServer, through door: EncryptedDoor, by end: Deadline
    ) -> EncryptedConnection {
        let connection = EncryptedConnection(server)
        // The asker's cancellation must not end what others share.
        Task.detached { await connection.run(through: door, openBy: end) }
        return connection
    }

    /// Puts a query and waits for its response, at the latest until `end`; where nothing at all has been heard until
    /// `aliveBy`, only until then.
    func ask(_ query: [UInt8], by end: Deadline, aliveBy: Deadline? = nil) async -> Reply {
        lastPlace += 1
        let place = lastPlace
        let timer = Task {
            if let aliveBy {
                try await Task.sleep(until: aliveBy, clock: .continuous)
                giveUpIfDead(place)
            }
            try await Task.sleep(until: end, clock: .continuous)
            giveUp(place, .timedOut)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(query: query, since: .now, continuation: continuation)
                take(waiter, at: place)
            }
        } onCancel: {
            Task { await giveUp(place, .cutShort) }
        }
    }

    /// Takes no more questions, and closes when those that it has are answered.
    func retire() {
        usable.store(false, ordering: .relaxed)
        if waiters.isEmpty { close(idle) }
    }

    private func take(_ waiter: Waiter, at place: Int) {
        if case .closed(let failure) = phase {
            waiter.continuation.resume(
                returning: Reply(outcome: .failure(failure), mayRetry: true))
            return
        }
        guard waiters.count < Self.mostWaiters else {
            let words = "\(server.label) has more than \(Self.mostWaiters) questions to answer"
            waiter.continuation.resume(returning: Reply(outcome: .failure(.local(words))))
            return
        }
        waiters[place] = waiter
        send(place)
    }

    private func send(_ place: Int) {
        guard case .open(let opened) = phase, let waiter = waiters[place] else { return }
        lastUse = .now
        let key = opened.framing.put(waiter.query)
        noteWhetherUsable()
        guard let key else {
            finish(place, Reply(outcome: .failure(full), mayRetry: true))
            return
        }
        waiters[place]?.key = key
        places[key] = place
        write()
    }

    private func run(through door: EncryptedDoor, openBy end: Deadline) async {
        switch await door.open(server, by: end) {
        case .failure(let failure):
            close(failure)
            return
        case .success(let opened):
            guard case .opening = phase else {
                opened.socket.close()
                return
            }
            phase = .open(opened)
        }
        for place in waiters.keys.sorted() { send(place) }
        await read()
    }

    private func read() async {
        while case .open(let opened) = phase {
            let bytes: [UInt8]
            do throws(SocketError) {
                bytes = try await opened.socket.read(
                    atMost: 16_384, by: max(lastUse + Self.idleLife, .now + .seconds(1)))
            } catch .timedOut {
                if waiters.isEmpty { await farewell() }
                continue
            } catch {
                close(ExchangeFailure(error, server.label))
                return
            }
            lastHeard = .now
            if bytes.isEmpty { opened.session.receiveEnd() } else { opened.session.receive(bytes) }
            unanswered += bytes.count
            process(opened.session)
            if unanswered > Self.mostUnanswered {
                close(.malformed("\(server.label) sends much and answers nothing"))
            }
            // A server that always has one more byte does not keep a connection that nobody uses.
            if waiters.isEmpty, !isUsable || lastUse + Self.idleLife < .now { await farewell() }
        }
    }

    /// Decrypts what is there and hands it out.
    private func process(_ session: TLSSession) {
        var end: ExchangeFailure?
        while end == nil, case .open(let opened) = phase {
            switch session.read() {
            case .wantsRead:
                write()
                return
            case .closed: end = gone
            case .failed(let failure):
                end = failure.isEndOfStream ? gone : .tls("\(server.label): \(failure)")
            case .bytes(let bytes):
                do throws(ExchangeFailure) {
                    try opened.framing.receive(bytes)
                } catch {
                    end = error
                }
                deliverArrivals(opened.framing)
            }
        }
        if let end { close(end) }
    }

    private func deliverArrivals(_ framing: any MessageFraming) {
        for arrival in framing.takeArrivals() { deliver(arrival) }
        noteWhetherUsable()
    }

    private func deliver(_ arrival: Arrival) {
        guard let place = places[arrival.key] else { return }
        unanswered = 0
        answered.store(true, ordering: .relaxed)
        finish(place, Reply(outcome: arrival.outcome, mayRetry: arrival.isUnprocessed))
    }

    /// Lets one task write, so that records go out in their order.
    private func write() {
        guard !isWriting else { return }
        isWriting = true
        Task { await writeAll() }
    }

    private func writeAll() async {
        defer { isWriting = false }
        while case .open(let opened) = phase {
            let plain = opened.framing.takeOutgoing()
            // A stream that we end is over when that is said.
            deliverArrivals(opened.framing)
            if let failure = opened.session.write(plain) {
                close(.tls("\(server.label): \(failure)"))
                return
            }
            let bytes = opened.session.takeOutgoing()
            guard !bytes.isEmpty else {
                if let fault = opened.framing.fault { close(fault) }
                return
            }
            do throws(SocketError) {
                try await opened.socket.write(bytes, by: .now + Self.writeTime)
            } catch {
                // What the peer said before it went is still to be read, and ends the connection.
                if error != .reset { close(ExchangeFailure(error, server.label)) }
                return
            }
        }
    }

    private func farewell() async {
        guard case .open(let opened) = phase else { return }
        usable.store(false, ordering: .relaxed)
        opened.framing.terminate()
        opened.session.write(opened.framing.takeOutgoing())
        opened.session.shutdown()
        try? await opened.socket.write(
            opened.session.takeOutgoing(), by: .now + .milliseconds(100))
        close(idle)
    }

    private func close(_ failure: ExchangeFailure) {
        if case .closed = phase { return }
        if case .open(let opened) = phase { opened.socket.close() }
        let wasOpen = if case .open = phase { true } else { false }
        usable.store(false, ordering: .relaxed)
        phase = .closed(failure)
        // One that served before may have been closed for its age; one that opened too late was another's time.
        let mayRetry = wasOpen ? hasAnswered : failure == .timedOut
        for place in waiters.keys.sorted() {
            finish(place, Reply(outcome: .failure(failure), mayRetry: mayRetry))
        }
    }

    private func giveUp(_ place: Int, _ failure: ExchangeFailure) {
        finish(place, Reply(outcome: .failure(failure)))
    }

    private func giveUpIfDead(_ place: Int) {
        guard let waiter = waiters[place], lastHeard < waiter.since else { return }
        finish(place, Reply(outcome: .failure(.timedOut), mayRetry: true))
    }

    private func finish(_ place: Int, _ reply: Reply) {
        guard let waiter = waiters.removeValue(forKey: place) else { return }
        if let key = waiter.key {
            places[key] = nil
            if case .open(let opened) = phase, case .failure = reply.outcome {
                opened.framing.forget(key)
                write()
            }
        }
        waiter.continuation.resume(returning: reply)
        if waiters.isEmpty, !isUsable, case .open = phase { close(idle) }
    }

    private func noteWhetherUsable() {
        guard case .open(let opened) = phase, !opened.framing.takesMore else { return }
        usable.store(false, ordering: .relaxed)
    }

    private var gone: ExchangeFailure {
        .malformed("\(server.label) closed the connection without a whole answer")
    }
    private var full: ExchangeFailure { .local("\(server.label) takes no more on this connection") }
    private var idle: ExchangeFailure { .local("the connection to \(server.label) is closed") }

    /// Longer than the interval of most scrapes.
    private static let idleLife = Duration.seconds(120)
    private static let writeTime = Duration.seconds(5)
    private static let mostWaiters = 2048
    /// Bytes; a DNS message has 65,535 at most.
    private static let mostUnanswered = 1 << 20
}
