package import DNS
package import Sockets

/// Puts questions to one server: UDP with retries, TCP where that does not do.
package struct Exchange: Sendable {
    package let server: ResolverSpec.Server
    private let counts: ExchangeCounts

    package init(_ server: ResolverSpec.Server, counts: ExchangeCounts = ExchangeCounts()) {
        (self.server, self.counts) = (server, counts)
    }

    /// The same server, asked over TCP alone.
    var overTCP: Exchange {
        Exchange(ResolverSpec.Server(server.address, .tcp), counts: counts)
    }

    /// Asks within `timer`, all retries included, and never past `deadline`.
    package func callAsFunction(
        _ question: Question, as manner: Query.Manner, timer: Duration, by deadline: Deadline
    ) async -> Lookup {
        let start = Deadline.now
        guard start < deadline else {
            return Lookup(question: question, outcome: .failure(.cutShort), duration: .zero)
        }
        let end = min(start + timer, deadline)
        var conversation = Conversation(with: server, Query(question, as: manner))
        var outcome = await conversation.run(from: start, to: end)
        for attempt in conversation.attempts { counts.add(attempt) }
        if deadline < start + timer {
            conversation.excuseSilence()
            if case .failure(let failure) = outcome, failure == .timedOut || failure.isTruncated {
                outcome = .failure(.cutShort)
            }
        }
        return Lookup(
            question: question, outcome: outcome, duration: Deadline.now - start,
            attempts: conversation.attempts)
    }
}

/// One question on its way to one server, and what each transport did with it so far.
private struct Conversation {
    private let server: ResolverSpec.Server
    private var query: Query
    private(set) var attempts: [Attempt] = []

    init(with server: ResolverSpec.Server, _ query: Query) {
        (self.server, self.query) = (server, query)
    }

    mutating func run(
        from start: Deadline, to end: Deadline
    ) async -> Result<Message, ExchangeFailure> {
        guard server.transport == .udp else { return await overTCP(by: end) }
        // Silence over UDP leaves TCP its share of the time, since a filter may stop one and not the other.
        let udpEnd = start + (end - start) * 0.7
        var result = await overUDP(until: udpEnd)
        if case .success(.caseFolded) = result {
            query = query.again(usesEDNS: true)
            result = await overUDP(until: udpEnd)
        }
        if case .success(.response(let message)) = result, query.mustDropEDNS(after: message) {
            query = query.again(usesEDNS: false)
            result = await overUDP(until: udpEnd)
        }
        switch result {
        case .success(.response(let message)) where message.flags.contains(.truncated):
            return await overTCP(by: end).mapError { failure in
                failure == .cutShort ? failure : .truncated("\(failure)")
            }
        case .success(.response(let message)): return .success(message)
        case .failure(let failure):
            if case .noRoute = failure { return .failure(failure) }
            guard failure == .timedOut else {
                // What UDP met says more than a TCP attempt that met the same.
                return await overTCP(by: end).flatMapError { _ in .failure(failure) }
            }
            return await afterSilence(by: end)
        default: return await overTCP(by: end)
        }
    }

    /// Where UDP was silent, asks over TCP, and over UDP for no more than 512 bytes unless TCP has shown soon that as
    /// much was not lost: an answer tells that small datagrams pass, and large ones do not.
    private mutating func afterSilence(by end: Deadline) async -> Result<Message, ExchangeFailure> {
        let (first, less) = (query, query.again(usesEDNS: false))
        let start = Deadline.now
        let second: Result<Message, ExchangeFailure>
        var small = Result<Received, ExchangeFailure>.failure(.timedOut)
        do {
            async let late = Self.ask(
                server, less, from: start + (end - start) * Self.headStartOfTCP, to: end)
            second = await overTCP(by: end)
            if case .failure = second { small = await late }
        }
        query = less
        if case .success = second {
            if attempts.last?.size ?? 0 > Attempt.plainLimit {
                _ = await overUDP(until: end, retrying: [1.0])
            }
            return second
        }
        note(.udp, small, since: start)
        guard case .success(.response(let message)) = small.map(\.reply) else {
            return .failure(.timedOut)
        }
        if message.flags.contains(.truncated) { return second.mapError { .truncated("\($0)") } }
        // Without EDNS nobody sends signatures: to a validator that is no answer.
        let wantsDNSSEC = first.message.edns?.dnssecOK ?? false
        return wantsDNSSEC ? .failure(.timedOut) : .success(message)
    }

    /// Asks over UDP from a later moment on, unless it is cancelled before.
    private static func ask(
        _ server: ResolverSpec.Server, _ query: Query, from start: Deadline, to end: Deadline
    ) async -> Result<Received, ExchangeFailure> {
        do { try await Task.sleep(until: start) } catch { return .failure(.cutShort) }
        return await UDPTransport(server: server.address).ask(
            query, from: start, to: end, retrying: [1.0])
    }

    /// Of the time that silence over UDP leaves.
    private static let headStartOfTCP = 0.4

    /// Excuses what the probe's own deadline cut.
    mutating func excuseSilence() {
        for index in attempts.indices where attempts[index].outcome == .timedOut {
            attempts[index].outcome = .cutShort
        }
    }

    private mutating func overUDP(
        until end: Deadline, retrying shares: [Double] = UDPTransport.attemptEnds
    ) async -> Result<Query.Reply, ExchangeFailure> {
        let start = Deadline.now
        let transport = UDPTransport(server: server.address)
        let result = await transport.ask(query, from: start, to: end, retrying: shares)
        note(.udp, result, since: start)
        return result.map(\.reply)
    }

    /// Not inlined: it is rarely needed, and the frame of each question would have room for it three times.
    @inline(never)
    private mutating func overTCP(by end: Deadline) async -> Result<Message, ExchangeFailure> {
        var result = await onConnections(by: end)
        if case .success(let message) = result, query.mustDropEDNS(after: message) {
            query = query.again(usesEDNS: false)
            result = await onConnections(by: end)
        }
        return result
    }

    /// A server with more clients than it has room for ends their connections (RFC 7766 6.2.4): it is asked again a
    /// little later, as often as over UDP.
    private mutating func onConnections(
        by end: Deadline
    ) async -> Result<Message, ExchangeFailure> {
        let start = Deadline.now
        let transport = TCPTransport(server: server.address)
        var result = await transport.ask(query, by: end)
        for share in UDPTransport.attemptEnds.dropLast() {
            guard case .failure(let failure) = result, failure.isClosed else { break }
            do { try await Task.sleep(until: start + (end - start) * share) } catch { break }
            result = await transport.ask(query, by: end)
        }
        note(.tcp, result, since: start)
        return result.flatMap { received in
            received.reply.message.map { .success($0) } ?? .failure(.timedOut)
        }
    }

    private mutating func note(
        _ transport: Attempt.Transport, _ result: Result<Received, ExchangeFailure>,
        since start: Deadline
    ) {
        var attempt = Attempt(
            transport, usesEDNS: query.message.edns != nil, .answered,
            duration: Deadline.now - start)
        switch result {
        case .success(let received):
            attempt.size = received.size
            let isTruncated = received.reply.message?.flags.contains(.truncated) ?? false
            if isTruncated { attempt.outcome = .truncated }
        case .failure(let failure): attempt.outcome = Attempt.Outcome(failure)
        }
        attempts.append(attempt)
    }
}
