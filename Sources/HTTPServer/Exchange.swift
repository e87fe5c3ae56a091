import Synchronization

/// One request and its answer, from the request line to the last byte sent.
///
/// The daemon's thread fills it, a task answers it, `HTTPServer.stop` may answer it before; whoever
/// answers first resumes the connection, the others' answers are dropped.
final class Exchange: Sendable {
    let identifier: UInt64
    private let target: RequestTarget
    private let state = Mutex(State())

    private struct State {
        var head: Head?
        var body: [UInt8] = []
        var bodyCount = 0
        var phase = Phase.receiving
        var task: Task<Void, Never>?
        var isCancelled = false
        /// Suspended, or resumed and not yet seen again by the daemon.
        var isAway = false
    }

    private struct Head {
        let method: String
        let headers: [(name: String, value: String)]
        let remoteAddress: String
    }

    private enum Phase {
        case receiving
        case suspended(Connection)
        case answered(HTTPResponse)
    }

    enum Step {
        case read, answer(HTTPResponse), drop
    }

    init(_ identifier: UInt64, _ target: RequestTarget) {
        self.identifier = identifier
        self.target = target
    }

    /// Takes the request's head at the first call; nil at every later one.
    func receiveHead(method: String, of connection: Connection) -> Step? {
        state.withLock { state in
            guard state.head == nil else { return nil }
            let headers = connection.headers()
            let head = Head(
                method: method == "HEAD" ? "GET" : method, headers: headers,
                remoteAddress: connection.remoteAddress)
            state.head = head
            let length = request(head, []).header("Content-Length").flatMap { Int($0) } ?? 0
            return length > HTTPServer.bodyLimit ? .answer(Self.tooLarge) : .read
        }
    }

    /// What lies beyond the limit is thrown away; a sender that does not end is cut off.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Step {
        state.withLock { state in
            state.bodyCount += bytes.count
            if state.bodyCount <= HTTPServer.bodyLimit { state.body += bytes }
            return state.bodyCount <= 16 * HTTPServer.bodyLimit ? .read : .drop
        }
    }

    /// The answer if there is one by now; else suspends the connection until `answer` is called.
    func finish(on connection: Connection, _ exchanges: Exchanges) -> Step {
        returned(exchanges)
        let (step, request): (Step, HTTPRequest?) = state.withLock { state in
            if case .answered(let response) = state.phase { return (.answer(response), nil) }
            guard let head = state.head else { return (.drop, nil) }
            guard state.bodyCount <= HTTPServer.bodyLimit else {
                return (.answer(Self.tooLarge), nil)
            }
            if let refusal = exchanges.enter(self) { return (.answer(refusal), nil) }
            state.isAway = true
            connection.suspend()
            exchanges.watch.start(connection.socket, identifier)
            state.phase = .suspended(connection)
            return (.read, self.request(head, state.body))
        }
        if let request { start(request, exchanges) }
        return step
    }

    private func start(_ request: HTTPRequest, _ exchanges: Exchanges) {
        let task = Task.detached(executorPreference: exchanges.executor()) { [self] in
            let response = await exchanges.handler(request)
            guard response.body.count > Self.largeBody else {
                return answer(ContentCoding.applied(to: response, for: request), exchanges)
            }
            // Not on a thread that others' sockets wait for: megabytes take tens of milliseconds.
            let coded = await withTaskExecutorPreference(globalConcurrentExecutor) {
                ContentCoding.applied(to: response, for: request)
            }
            answer(coded, exchanges)
        }
        // The client may have gone, or stop may have answered, before there was a task to cancel.
        let isOver = state.withLock { state in
            guard case .suspended = state.phase, !state.isCancelled else { return true }
            state.task = task
            return false
        }
        if isOver { task.cancel() }
    }

    /// The first answer counts. Safe on every thread.
    func answer(_ response: HTTPResponse, _ exchanges: Exchanges) {
        let suspended: Connection? = state.withLock { state in
            defer { state.task = nil }
            switch state.phase {
            case .answered: return nil
            case .receiving:
                state.phase = .answered(response)
                return nil
            case .suspended(let connection):
                state.phase = .answered(response)
                exchanges.watch.end(connection.socket)
                return connection
            }
        }
        suspended?.resume()
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    func end(_ exchanges: Exchanges) {
        cancel()
        returned(exchanges)
    }

    private func returned(_ exchanges: Exchanges) {
        let wasAway = state.withLock { state in
            defer { state.isAway = false }
            return state.isAway
        }
        if wasAway { exchanges.resumed() }
    }

    private func request(_ head: Head, _ body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: head.method, path: target.path, query: target.query, headers: head.headers,
            body: body, remoteAddress: head.remoteAddress)
    }

    /// Bytes.
    private static let largeBody = 1 << 18
    private static let tooLarge = HTTPResponse(
        text: "The request's body is larger than \(HTTPServer.bodyLimit) bytes.\n", status: 413)
}
