import Addresses
import DNS
import DNSSEC
import Sockets
import Synchronization

/// A recursive resolver: iterates over the lab's own servers from the lab's root, by sockets.
///
/// Questions carry DO always; addresses outside loopback are never asked.
final class Recursion: Sendable {
    private let roots: [IPAddress]
    /// The port of every authoritative server.
    private let port: UInt16
    /// Asks the server that a zone lists last first.
    private let isBackwards: Bool
    private let failures = RecentFailures()
    /// Servers by zone; nothing of the lab's delegations changes.
    private let delegations = Mutex<[Name: [IPAddress]]>([:])

    init(roots: [IPAddress], port: UInt16, isBackwards: Bool = false) {
        (self.roots, self.port, self.isBackwards) = (roots, port, isBackwards)
    }

    /// Resolves a question, along aliases; SERVFAIL with an extended error where that fails.
    func resolve(_ question: Question) async -> Message {
        var result = Message(
            id: 0, flags: .isResponse, questions: [question], edns: EDNS(dnssecOK: true))
        var current = question
        var seen: Set<Name> = [question.name]
        for _ in 0...Self.mostAliases {
            guard !failures.contains(current) else {
                return failure(question, ExtendedError(code: 22))
            }
            guard let reply = await iterate(current) else {
                failures.note(current)
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
    private func iterate(_ question: Question) async -> Message? {
        var (zone, servers) = start(for: question)
        for _ in 0..<Self.mostReferrals {
            let query = Message(
                id: .random(in: .min ... .max), questions: [question],
                edns: EDNS(dnssecOK: true))
            guard let reply = await ask(servers, query, of: zone) else { return nil }
            if reply.flags.contains(.authoritativeAnswer) { return reply }
            let referral = reply.referral(from: zone)
            guard let cut = referral.first?.owner else { return nil }
            // The lab's referrals come with the addresses of their servers.
            let names = referral.compactMap(\.name)
            servers = reply.additionals.filter { $0.type == .a && names.contains($0.owner) }
                .compactMap(\.address).filter(\.isLoopback)
            if isBackwards { servers.reverse() }
            zone = cut
            delegations.withLock { [zone, servers] in $0[zone] = servers }
        }
        return nil
    }

    /// The deepest zone known to be above the name; a DS is its parent's (RFC 4035 3.1.4.1).
    private func start(for question: Question) -> (zone: Name, servers: [IPAddress]) {
        let zones = question.name.selfAndAncestors.dropFirst(question.type == .ds ? 1 : 0)
        return delegations.withLock { known in
            for zone in zones {
                if let servers = known[zone] { return (zone, servers) }
            }
            return (.root, roots)
        }
    }

    /// Asks one server after another until one is of use, by TCP where the reply is cut.
    private func ask(_ servers: [IPAddress], _ query: Message, of zone: Name) async -> Message? {
        for server in servers.prefix(4) {
            guard let bytes = try? await exchange(query.encoded(), with: server),
                var reply = Self.reply(to: query, bytes)
            else { continue }
            if reply.flags.contains(.truncated) {
                let whole = (try? await exchangeByTCP(query.encoded(), with: server)) ?? []
                guard let second = Self.reply(to: query, whole) else { continue }
                reply = second
            }
            if reply.flags.contains(.authoritativeAnswer) || !reply.referral(from: zone).isEmpty {
                return reply
            }
        }
        return nil
    }

    private func exchange(
        _ query: [UInt8], with server: IPAddress
    ) async throws(SocketError) -> [UInt8] {
        let deadline = Deadline.now + Self.patience
        let socket = try UDPSocket(connectedTo: SocketAddress(server, port: port))
        try socket.send(query)
        while true {
            let bytes = try await socket.receive(by: deadline)
            if bytes.prefix(2) == query.prefix(2) { return bytes }
        }
    }

    private func exchangeByTCP(
        _ query: [UInt8], with server: IPAddress
    ) async throws(SocketError) -> [UInt8] {
        let deadline = Deadline.now + Self.patience
        let address = SocketAddress(server, port: port)
        let connection = try await TCPConnection.connect(to: address, by: deadline)
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
    /// With a server. Where two are silent, our own clients still wait.
    private static let patience = Duration.milliseconds(700)
}

/// Questions that could not be answered a moment ago (RFC 9520 3.2).
private final class RecentFailures: Sendable {
    private let ends = Mutex<[Question: Deadline]>([:])

    func contains(_ question: Question) -> Bool {
        ends.withLock { ($0[question] ?? .now) > .now }
    }

    func note(_ question: Question) {
        ends.withLock { ends in
            if ends.count >= 1000 { ends = [:] }
            ends[question] = .now + .seconds(5)
        }
    }
}

extension Message {
    /// The NS records of a zone below `zone` and above the name in question.
    fileprivate func referral(from zone: Name) -> [Record] {
        guard let name = questions.first?.name, responseCode == .noError else { return [] }
        return authorities.filter {
            $0.type == .ns && $0.owner.isBelow(zone) && name.isWithin($0.owner)
        }
    }
}
