import Addresses
import DNS
import Sockets

/// What came for a question, and its size in bytes.
struct Received {
    var reply: Query.Reply
    var size: Int
}

/// One question over UDP.
struct UDPTransport {
    let server: SocketAddress

    /// Sends as often as there are `shares` of the time, in which each attempt ends; whatever answer comes meanwhile
    /// counts.
    func ask(
        _ query: Query, from start: Deadline, to end: Deadline, retrying shares: [Double]
    ) async -> Result<Received, ExchangeFailure> {
        do throws(SocketError) {
            let socket = try UDPSocket(connectedTo: server)
            for share in shares {
                try socket.send(query.bytes)
                if let received = try await reply(
                    to: query, on: socket, by: start + (end - start) * share)
                {
                    return .success(received)
                }
            }
            return .failure(.timedOut)
        } catch {
            return .failure(ExchangeFailure(error, server))
        }
    }

    /// Waits for the answer; nil when the time is over. Foreign datagrams are passed over: a flood of them costs
    /// this question only.
    private func reply(
        to query: Query, on socket: UDPSocket, by end: Deadline
    ) async throws(SocketError) -> Received? {
        while true {
            let datagram: [UInt8]
            do throws(SocketError) {
                datagram = try await socket.receive(by: end)
            } catch .timedOut {
                return nil
            }
            switch query.judge(datagram) {
            case .foreign: continue
            case let reply: return Received(reply: reply, size: datagram.count)
            }
        }
    }

    /// Each attempt waits about twice as long as the one before.
    static let attemptEnds = [0.15, 0.45, 1.0]
}

/// One question over TCP, on a connection of its own, behind a two-byte length (RFC 7766).
struct TCPTransport {
    let server: SocketAddress

    func ask(_ query: Query, by end: Deadline) async -> Result<Received, ExchangeFailure> {
        do {
            let connection = try await TCPConnection.connect(to: server, by: end)
            let length = query.bytes.count
            try await connection.write(
                [UInt8(length >> 8), UInt8(length & 0xff)] + query.bytes, by: end)
            return try await reply(to: query, on: connection, by: end)
        } catch {
            return .failure(ExchangeFailure(error, server))
        }
    }

    private func reply(
        to query: Query, on connection: TCPConnection, by end: Deadline
    ) async throws(SocketError) -> Result<Received, ExchangeFailure> {
        var received: [UInt8] = []
        while true {
            if received.count >= 2 {
                let length = Int(received[0]) << 8 | Int(received[1])
                if received.count >= 2 + length {
                    let reply = query.judge(Array(received[2..<(2 + length)]))
                    guard reply.message != nil else {
                        return .failure(
                            .malformed("\(server) sent something else than an answer over TCP"))
                    }
                    return .success(Received(reply: reply, size: length))
                }
            }
            let more = try await connection.read(atMost: 65537 - received.count, by: end)
            guard !more.isEmpty else {
                return .failure(
                    .closed("\(server) closed the TCP connection without a whole answer"))
            }
            received += more
        }
    }
}

extension ExchangeFailure {
    var isTruncated: Bool { if case .truncated = self { true } else { false } }
    var isClosed: Bool { if case .closed = self { true } else { false } }

    init(_ error: SocketError, _ server: some CustomStringConvertible) {
        self =
            switch error {
            case .timedOut: .timedOut
            case .cancelled: .cutShort
            case .refused, .unreachable: .unreachable("\(server): \(error)")
            case .reset: .closed("\(server): \(error)")
            case .noRoute: .noRoute("\(server): \(error)")
            case .system: .local("\(server): \(error)")
            }
    }
}
