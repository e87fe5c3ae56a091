import Addresses
import DNS
import DNSSEC
import Sockets

/// A recursive resolver: iterates over the lab's own servers from the lab's root, by sockets.
///
/// Questions carry DO always; addresses outside loopback are never asked.
struct Recursion: Sendable {
    let roots: [IPAddress]
    /// The port of every authoritative server.
    let port: UInt16

    /// Resolves a question, along aliases; SERVFAIL with an extended error where that fails.
    func resolve(_ question: Question) async -> Message { note("   R0"); defer { note("   R9") }

        var result = Message(id: 0, flags: .isResponse, questions: [question])
        var current = question
        var seen: Set<Name> = [question.name]
        for _ in 0...Self.mostAliases {
            let rr = await iterate(current, depth: 0); note("   R1"); guard let reply = rr else {
                return failure(question, ExtendedError(code: 22))
            }
            result.responseCode = reply.responseCode
            result.answers += reply.answers.filter { !result.answers.contains($0) }
            result.authorities += reply.authorities.filter { !result.authorities.contains($0) }
            guard let target = Self.openAlias(of: current, in: reply) else { return result }
            // A loop is told by what it consists of.
            guard seen.insert(target).inserted else { return result }
            current.name = target
        }
        return failure(question, ExtendedError(code: 0, text: "the chain has too many aliases"))
    }

    private func failure(_ question: Question, _ error: ExtendedError) -> Message {
        Message(
            id: 0, flags: .isResponse, responseCode: .serverFailure, questions: [question],
            edns: EDNS(dnssecOK: true, options: [error.option]))
    }

    /// The name that an alias chain ends in when this reply says no more about it.
    private static func openAlias(of question: Question, in reply: Message) -> Name? {
        guard reply.responseCode == .noError, question.type != .cname, question.type != .any
        else { return nil }
        var (name, steps) = (question.name, 0)
        while reply.answer(name, question.type) == nil,
            let target = reply.answer(name, .cname)?.records.first?.name, steps <= mostAliases
        {
            (name, steps) = (target, steps + 1)
        }
        let isDenied = reply.authorities.contains { $0.type == .soa }
        let isAnswered = reply.answer(name, question.type) != nil
        return steps == 0 || isDenied || isAnswered ? nil : name
    }

    /// Follows referrals from the root to the answer (RFC 1034 5.3.3).
    private func iterate(_ question: Question, depth: Int) async -> Message? {
        var servers = roots
        var zone = Name.root
        for _ in 0..<Self.mostReferrals {
            guard let reply = await ask(servers, question) else { return nil }
            if reply.flags.contains(.authoritativeAnswer) || reply.responseCode != .noError {
                return reply
            }
            let referral = reply.authorities.filter {
                $0.type == .ns && $0.owner.isBelow(zone) && question.name.isWithin($0.owner)
            }
            guard let cut = referral.first?.owner else { return nil }
            servers = await addresses(of: referral.compactMap(\.name), reply, depth)
            zone = cut
        }
        return nil
    }

    /// The servers' addresses: from glue, else asked for.
    private func addresses(of names: [Name], _ reply: Message, _ depth: Int) async -> [IPAddress] {
        let glue = reply.additionals.filter { $0.type == .a && names.contains($0.owner) }
        let known = glue.compactMap(\.address).filter(\.isLoopback)
        guard known.isEmpty, depth < 3 else { return known }
        for name in names {
            let reply = await iterate(Question(name, .a), depth: depth + 1)
            let found = (reply?.answers ?? []).compactMap(\.address).filter(\.isLoopback)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Asks one server after another until one answers.
    private func ask(_ servers: [IPAddress], _ question: Question) async -> Message? {
        for address in servers.prefix(4) {
            let query = Message(
                id: .random(in: .min ... .max), questions: [question],
                edns: EDNS(dnssecOK: true))
            let server = SocketAddress(address, port: port)
            if let reply = await exchange(query, with: server) { return reply }
        }
        return nil
    }

    /// Asks by UDP, and by TCP where the reply is cut; nil when nothing good came.
    ///
    /// It does not throw: Swift 6.3 breaks an async function that throws a typed error and
    /// returns a value as large as a message.
    private func exchange(_ query: Message, with server: SocketAddress) async -> Message? {
        let deadline = Deadline.now + .seconds(1)
        guard let socket = try? UDPSocket(connectedTo: server),
            (try? socket.send(query.encoded())) != nil
        else { return nil }
        note("   X1");while let bytes = try? await socket.receive(by: deadline) {note("   X2")
            guard let reply = Self.reply(to: query, bytes) else { continue }
            guard reply.flags.contains(.truncated) else { return reply }
            let whole = try? await Self.exchangeByTCP(query.encoded(), server, deadline)
            return whole.flatMap { Self.reply(to: query, $0) }
        }
        return nil
    }

    private static func exchangeByTCP(
        _ query: [UInt8], _ server: SocketAddress, _ deadline: Deadline
    ) async throws(SocketError) -> [UInt8] {
        let connection = try await TCPConnection.connect(to: server, by: deadline)
        let size = [UInt8(query.count >> 8 & 0xff), UInt8(query.count & 0xff)]
        try await connection.write(size + query, by: deadline)
        var received: [UInt8] = []
        while received.count < 2
            || received.count < 2 + (Int(received[0]) << 8 | Int(received[1]))
        {
            let more = try await connection.read(atMost: 65_537, by: deadline)
            if more.isEmpty { return [] }
            received += more
        }
        return Array(received[2...])
    }

    private static func reply(to query: Message, _ bytes: [UInt8]) -> Message? {
        guard let reply = try? Message(decoding: bytes), reply.id == query.id,
            reply.flags.contains(.isResponse), reply.questions == query.questions
        else { return nil }
        return reply
    }

    private static let mostAliases = 11
    private static let mostReferrals = 12
}
