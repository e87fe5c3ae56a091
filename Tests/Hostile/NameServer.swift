package import Addresses
package import DNS
import Sockets
import Synchronization

/// A DNS server that answers as a test tells it to, over real UDP and TCP sockets of one loopback port.
package final class NameServer: Sendable {
    package typealias Reaction = @Sendable (Message) -> [Act]
    /// A reaction that has to wait, such as for another server's answer.
    package typealias Inquiry = @Sendable (Message) async -> [Act]

    /// What is done with a question, in order.
    package enum Act: Sendable {
        case send([UInt8])
        /// From another port than the one asked.
        case sendFromElsewhere([UInt8])
        /// TCP: the bytes without a length before them, at once.
        case raw([UInt8])
        /// TCP: the bytes one at a time, a tenth of a second apart.
        case drip([UInt8])
        /// TCP: the end of the connection; otherwise it stays open until the peer goes.
        case close
        /// TCP: the same by a reset.
        case reset
    }

    package let address: SocketAddress
    private let udp: UDPSocket
    private let tcp: TCPListener?
    private let task: Task<Void, Never>

    /// Answers UDP by `udp` and TCP by `tcp`; without the latter TCP connections are refused. Port 0 stands for a
    /// free one.
    package convenience init(
        at place: SocketAddress = SocketAddress(loopback, port: 0),
        udp answer: @escaping Reaction, tcp answerTCP: Reaction? = nil
    ) throws {
        try self.init(
            at: place, asking: { answer($0) },
            tcp: answerTCP.map { answer -> Inquiry in { answer($0) } })
    }

    /// The same with reactions that wait.
    package init(
        at place: SocketAddress = SocketAddress(loopback, port: 0),
        asking answer: @escaping Inquiry, tcp answerTCP: Inquiry? = nil
    ) throws {
        (udp, tcp) = try Self.bind(to: place, withTCP: answerTCP != nil)
        address = try udp.localAddress
        let log = Log()
        self.log = log
        task = Task.detached { [udp, tcp] in
            await withDiscardingTaskGroup { group in
                group.addTask { await Self.serve(udp, answer, log) }
                guard let tcp, let answerTCP else { return }
                group.addTask {
                    await withDiscardingTaskGroup { connections in
                        while let connection = try? await tcp.accept() {
                            connections.addTask {
                                try? await Self.serve(connection, answerTCP, log)
                            }
                        }
                    }
                }
            }
        }
    }

    deinit {
        task.cancel()
        udp.close()
        tcp?.close()
    }

    private let log: Log

    /// Every question that came, in order.
    package var questions: [Message] { log.messages.withLock { $0 } }

    /// What was asked, in lower case: `www.a.test. A`. A question sent again because the machine was busy counts once;
    /// the id alone does not tell it, for of forty random ones two are the same in one run of eighty.
    package var asked: [String] {
        var seen: Set<[String]> = []
        return questions.compactMap { message in
            guard let question = message.questions.first else { return nil }
            let text = "\(question.name.lowercased) \(question.type)"
            return seen.insert(["\(message.id)", text]).inserted ? text : nil
        }
    }

    private final class Log: Sendable {
        let messages = Mutex<[Message]>([])
    }

    private static func serve(_ socket: UDPSocket, _ answer: Inquiry, _ log: Log) async {
        while let (bytes, source) = try? await socket.receiveFrom() {
            guard let question = try? Message(decoding: bytes) else { continue }
            log.messages.withLock { $0.append(question) }
            for act in await answer(question) {
                switch act {
                case .send(let bytes), .raw(let bytes), .drip(let bytes):
                    try? socket.send(bytes, to: source)
                case .sendFromElsewhere(let bytes):
                    let other = try? UDPSocket(
                        boundTo: SocketAddress(socket.localAddress.address, port: 0))
                    try? other?.send(bytes, to: source)
                case .close, .reset: break
                }
            }
        }
    }

    private static func serve(
        _ connection: TCPConnection, _ answer: Inquiry, _ log: Log
    ) async throws {
        let end = Deadline.now + .seconds(30)
        var received: [UInt8] = []
        while received.count < 2 || received.count < 2 + Int(received[0]) << 8 + Int(received[1]) {
            let more = try await connection.read(atMost: 65_537, by: end)
            guard !more.isEmpty else { return }
            received += more
        }
        let question = try Message(decoding: Array(received.dropFirst(2)))
        log.messages.withLock { $0.append(question) }
        for act in await answer(question) {
            switch act {
            case .send(let bytes), .sendFromElsewhere(let bytes):
                try await connection.write(
                    [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes, by: end)
            case .raw(let bytes): try await connection.write(bytes, by: end)
            case .drip(let bytes):
                for byte in bytes {
                    try await connection.write([byte], by: end)
                    try await Task.sleep(for: .milliseconds(100))
                }
            case .close: return
            case .reset: return connection.reset()
            }
        }
        while try await !connection.read(atMost: 4096, by: end).isEmpty {}
    }

    private static func bind(
        to place: SocketAddress, withTCP: Bool
    ) throws -> (UDPSocket, TCPListener?) {
        var last: any Error = SocketError.cancelled
        for _ in 0..<20 {
            let udp = try UDPSocket(boundTo: place)
            guard withTCP else { return (udp, nil) }
            do { return (udp, try TCPListener(boundTo: udp.localAddress)) } catch { last = error }
        }
        throw last
    }

    package static let loopback = IPAddress(ipv4: 0x7f00_0001)
}

extension Message {
    /// An answer to this question, as a resolver gives it.
    package func answer(
        _ records: [Record] = [], _ code: ResponseCode = .noError, authorities: [Record] = [],
        _ change: (inout Message) -> Void = { _ in }
    ) -> [UInt8] {
        var message = Message(
            id: id, flags: flags.union([.isResponse, .recursionAvailable]), responseCode: code,
            questions: questions, answers: records, authorities: authorities,
            edns: edns.map { EDNS(dnssecOK: $0.dnssecOK) })
        change(&message)
        return message.encoded()
    }

    /// An answer from the zone text, by owner and type; CNAMEs are followed as far as the text leads.
    package func answer(from zone: [Record], chasing limit: Int = 20) -> [UInt8] {
        guard var name = questions.first?.name, let type = questions.first?.type else { return [] }
        var answers: [Record] = []
        for _ in 0..<limit {
            answers += zone.filter { $0.owner == name && $0.type == type }
            guard type != .cname,
                let alias = zone.first(where: { $0.owner == name && $0.type == .cname })
            else { break }
            answers.append(alias)
            guard let target = alias.name, !answers.dropLast().contains(alias) else { break }
            name = target
        }
        let exists = zone.contains { $0.owner == name || $0.owner.isBelow(name) }
        return answer(answers, exists ? .noError : .nameError)
    }
}

/// Records of a zone text under the root.
package func zone(_ text: String) throws -> [Record] { try ZoneText.records(text.utf8) }
