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
        var outcome = await ask(question, as: manner, from: start, to: end)
        if case .failure(let failure) = outcome, failure == .timedOut || failure.isTruncated,
            deadline < start + timer
        {
            outcome = .failure(.cutShort)
        }
        return Lookup(question: question, outcome: outcome, duration: Deadline.now - start)
    }

    private func ask(
        _ question: Question, as manner: Query.Manner, from start: Deadline, to end: Deadline
    ) async -> Result<Message, ExchangeFailure> {
        var query = Query(question, as: manner)
        guard server.transport == .udp else { return await overTCP(query, by: end) }
        // Silence over UDP leaves TCP its share of the time, since a filter may stop one and not the other.
        let udpEnd = start + (end - start) * 0.7
        var result = await overUDP(query, from: start, to: udpEnd)
        if case .success(.caseFolded) = result {
            query = query.again(usesEDNS: true)
            result = await overUDP(query, from: .now, to: udpEnd)
        }
        if case .success(.response(let message)) = result, query.mustDropEDNS(after: message) {
            query = query.again(usesEDNS: false)
            result = await overUDP(query, from: .now, to: udpEnd)
        }
        switch result {
        case .success(.response(let message)) where message.flags.contains(.truncated):
            counts.add("udp", .truncated)
            return await overTCP(query, by: end).mapError { failure in
                failure == .cutShort ? failure : .truncated("\(failure)")
            }
        case .success(.response(let message)):
            counts.add("udp", .answered)
            return .success(message)
        case .failure(let failure):
            counts.add("udp", failure == .timedOut ? .timedOut : .failed)
            if case .noRoute = failure { return .failure(failure) }
            let second = await overTCP(query, by: end)
            // What UDP met says more than a TCP attempt that met the same.
            if case .failure = second { return .failure(failure) }
            return second
        default:
            counts.add("udp", .failed)
            return await overTCP(query, by: end)
        }
    }

    /// Sends up to three times, waiting longer each time; whatever answer comes meanwhile counts.
    private func overUDP(
        _ query: Query, from start: Deadline, to end: Deadline
    ) async -> Result<Query.Reply, ExchangeFailure> {
        do throws(SocketError) {
            let socket = try UDPSocket(connectedTo: server.address)
            for share in Self.attemptEnds {
                try socket.send(query.bytes)
                if let reply = try await reply(
                    to: query, on: socket, by: start + (end - start) * share)
                {
                    return .success(reply)
                }
            }
            return .failure(.timedOut)
        } catch {
            return .failure(ExchangeFailure(error, server.address))
        }
    }

    /// Waits for the answer; nil when the time is over. Foreign datagrams are passed over: a flood of them costs
    /// this question only.
    private func reply(
        to query: Query, on socket: UDPSocket, by end: Deadline
    ) async throws(SocketError) -> Query.Reply? {
        while true {
            let datagram: [UInt8]
            do throws(SocketError) {
                datagram = try await socket.receive(by: end)
            } catch .timedOut {
                return nil
            }
            switch query.judge(datagram) {
            case .foreign: continue
            case let reply: return reply
            }
        }
    }

    private func overTCP(
        _ query: Query, by end: Deadline
    ) async -> Result<Message, ExchangeFailure> {
        let result = await onConnection(query, by: end)
        guard case .success(let message) = result, query.mustDropEDNS(after: message) else {
            return result
        }
        return await onConnection(query.again(usesEDNS: false), by: end)
    }

    /// One question on a connection of its own, behind a two-byte length (RFC 7766).
    private func onConnection(
        _ query: Query, by end: Deadline
    ) async -> Result<Message, ExchangeFailure> {
        let result: Result<Message, ExchangeFailure>
        do {
            let connection = try await TCPConnection.connect(to: server.address, by: end)
            let length = query.bytes.count
            try await connection.write(
                [UInt8(length >> 8), UInt8(length & 0xff)] + query.bytes, by: end)
            result = try await reply(to: query, on: connection, by: end)
        } catch {
            result = .failure(ExchangeFailure(error, server.address))
        }
        switch result {
        case .success: counts.add("tcp", .answered)
        case .failure(let failure): counts.add("tcp", failure == .timedOut ? .timedOut : .failed)
        }
        return result
    }

    private func reply(
        to query: Query, on connection: TCPConnection, by end: Deadline
    ) async throws(SocketError) -> Result<Message, ExchangeFailure> {
        var received: [UInt8] = []
        while true {
            if received.count >= 2 {
                let length = Int(received[0]) << 8 | Int(received[1])
                if received.count >= 2 + length {
                    switch query.judge(Array(received[2..<(2 + length)])) {
                    case .response(let message), .caseFolded(let message): return .success(message)
                    case .foreign:
                        return .failure(
                            .malformed(
                                "\(server.address) sent something else than an answer over TCP"))
                    }
                }
            }
            let more = try await connection.read(atMost: 65537 - received.count, by: end)
            guard !more.isEmpty else {
                return .failure(
                    .malformed("\(server.address) closed the TCP connection without a whole answer")
                )
            }
            received += more
        }
    }

    /// Where each attempt ends, as shares of the time for UDP: each waits about twice as long as the one before.
    private static let attemptEnds = [0.15, 0.45, 1.0]
}

extension ExchangeFailure {
    var isTruncated: Bool { if case .truncated = self { true } else { false } }

    init(_ error: SocketError, _ server: some CustomStringConvertible) {
        self =
            switch error {
            case .timedOut: .timedOut
            case .cancelled: .cutShort
            case .refused, .reset, .unreachable: .unreachable("\(server): \(error)")
            case .noRoute: .noRoute("\(server): \(error)")
            case .system: .local("\(server): \(error)")
            }
    }
}
