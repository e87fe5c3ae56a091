import Addresses
import DNS
import Sockets

/// A DNS server's two sockets, UDP and TCP on one port, and the loops that read them.
///
/// Whatever comes in is answered, refused or dropped; nothing of it can end a loop.
final class DNSService: Sendable {
    typealias Answer = @Sendable (Message) async -> Message

    let address: SocketAddress
    private let datagrams: UDPSocket
    /// Without one TCP is refused.
    private let listener: TCPListener?
    /// Otherwise datagrams are never read.
    private let hearsUDP: Bool
    private let bound = Bounded(256)

    /// Port 0 takes a port that is free for both.
    init(
        boundTo address: SocketAddress, hasTCP: Bool = true, hearsUDP: Bool = true
    ) throws(SocketError) {
        let listener = hasTCP ? try TCPListener(boundTo: address) : nil
        (self.listener, self.hearsUDP) = (listener, hearsUDP)
        self.address = listener?.localAddress ?? address
        datagrams = try UDPSocket(boundTo: self.address)
    }

    /// Answers until cancelled or closed.
    func run(_ answer: @escaping Answer) async {
        await withDiscardingTaskGroup { group in
            if hearsUDP { group.addTask { await self.serveDatagrams(answer) } }
            group.addTask {
                await self.listener?.serve(within: self.bound) { connection in
                    try? await Self.serve(connection, answer)
                }
            }
        }
    }

    func close() {
        datagrams.close()
        listener?.close()
    }

    private func serveDatagrams(_ answer: @escaping Answer) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do throws(SocketError) {
                    let (bytes, source) = try await datagrams.receiveFrom()
                    guard bound.enter() else { continue }
                    group.addTask {
                        if let reply = await Self.reply(to: bytes, overUDP: true, answer) {
                            try? self.datagrams.send(reply, to: source)
                        }
                        self.bound.leave()
                    }
                } catch .cancelled {
                    break
                } catch {
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            group.cancelAll()
        }
    }

    /// Messages behind their 16-bit lengths, one after another (RFC 7766 8).
    private static func serve(
        _ connection: TCPConnection, _ answer: @escaping Answer
    ) async throws(SocketError) {
        var pending: [UInt8] = []
        while !Task.isCancelled {
            let deadline = Deadline.now + .seconds(10)
            var query = takeMessage(from: &pending)
            while query == nil {
                let bytes = try await connection.read(atMost: 4096, by: deadline)
                if bytes.isEmpty { return }
                pending += bytes
                query = takeMessage(from: &pending)
            }
            guard let query, let reply = await reply(to: query, overUDP: false, answer) else {
                return
            }
            try await connection.write(framed(reply), by: deadline)
        }
    }

    /// The first whole message of a stream, taken out of it.
    static func takeMessage(from stream: inout [UInt8]) -> [UInt8]? {
        guard stream.count >= 2 else { return nil }
        let end = 2 + (Int(stream[0]) << 8 | Int(stream[1]))
        guard stream.count >= end else { return nil }
        defer { stream.removeFirst(end) }
        return Array(stream[2..<end])
    }

    /// Behind its length.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8 & 0xff), UInt8(message.count & 0xff)] + message
    }

    /// The reply's bytes; nil for what is no query at all.
    static func reply(
        to bytes: [UInt8], overUDP: Bool, _ answer: Answer
    ) async -> [UInt8]? {
        guard bytes.count >= 12, bytes[2] & 0x80 == 0 else { return nil }
        guard let query = try? Message(decoding: bytes) else {
            let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
            return Message(id: id, flags: .isResponse, responseCode: .formatError).encoded()
        }
        var reply: Message
        if let refusal = refusal(of: query) {
            reply = query.reply
            reply.responseCode = refusal
        } else {
            reply = await answer(query)
        }
        let room = min(max(512, Int(query.edns?.udpPayloadSize ?? 512)), 1232)
        return reply.encoded(limit: overUDP ? room : 65_535)
    }

    private static func refusal(of query: Message) -> ResponseCode? {
        if query.flags.opcode != 0 { return .notImplemented }
        guard query.questions.count == 1, let question = query.questions.first else {
            return .formatError
        }
        if let edns = query.edns, edns.version > 0 { return .badVersion }
        if question.class != .in { return .refused }
        // IXFR and AXFR; the rest of the range are pseudo-types of updates.
        return (249...252).contains(question.type.rawValue) ? .refused : nil
    }
}

extension Message {
    var dnssecOK: Bool { edns?.dnssecOK ?? false }

    /// The empty reply to a query: its ID, question and RD, EDNS where it had some.
    var reply: Message {
        var flags = flags.intersection([.recursionDesired, .checkingDisabled])
        flags.insert(.isResponse)
        return Message(
            id: id, flags: flags, questions: questions,
            edns: edns.map { EDNS(udpPayloadSize: 1232, dnssecOK: $0.dnssecOK) })
    }
}
