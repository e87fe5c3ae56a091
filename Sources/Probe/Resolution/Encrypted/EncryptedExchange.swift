package import DNS
package import Sockets
import Synchronization

/// Puts questions to one encrypted resolver over a connection that it keeps for those that follow.
package final class EncryptedExchange: Sendable {
    package let server: EncryptedServer
    private let door: EncryptedDoor
    private let counts: ExchangeCounts
    private let kept = Mutex<EncryptedConnection?>(nil)

    init(_ server: EncryptedServer, through door: EncryptedDoor, counts: ExchangeCounts) {
        (self.server, self.door, self.counts) = (server, door, counts)
    }

    deinit {
        let connection = kept.withLock { $0 }
        if let connection { Task { await connection.retire() } }
    }

    /// Asks within `timer`, a connection's opening included, and never past `deadline`.
    package func callAsFunction(
        _ question: Question, as manner: Query.Manner, timer: Duration, by deadline: Deadline
    ) async -> Lookup {
        let start = Deadline.now
        guard start < deadline else {
            return Lookup(question: question, outcome: .failure(.cutShort), duration: .zero)
        }
        let end = min(start + timer, deadline)
        let isCut = deadline < start + timer
        var query = Query(question, as: manner, over: .encrypted)
        var attempts = [Attempt]()
        var result = await ask(query, by: end, isCut: isCut, noting: &attempts)
        if case .success(let message) = result, query.mustDropEDNS(after: message) {
            query = query.again(usesEDNS: false)
            result = await ask(query, by: end, isCut: isCut, noting: &attempts)
        }
        return Lookup(
            question: question, outcome: result, duration: Deadline.now - start,
            attempts: attempts)
    }

    private func ask(
        _ query: Query, by end: Deadline, isCut: Bool, noting attempts: inout [Attempt]
    ) async -> Result<Message, ExchangeFailure> {
        let start = Deadline.now
        let payload = await carry(query.bytes, from: start, to: end)
        var attempt = Attempt(
            server.service == .tls ? .tls : .https, usesEDNS: query.message.edns != nil,
            .answered)
        attempt.duration = Deadline.now - start
        defer { attempts.append(attempt) }
        let result = payload.flatMap { payload -> Result<Message, ExchangeFailure> in
            guard let message = query.judge(payload.message).message else {
                return .failure(
                    .malformed("\(server.label) sent something else than an answer"))
            }
            attempt.size = payload.message.count
            return .success(message.aged(by: payload.age))
        }.mapError { $0 == .timedOut && isCut ? .cutShort : $0 }
        if case .failure(let failure) = result { attempt.outcome = Attempt.Outcome(failure) }
        counts.add(attempt)
        return result
    }

    /// Over the kept connection, and once more over a fresh one where that has died unseen.
    private func carry(
        _ query: [UInt8], from start: Deadline, to end: Deadline
    ) async -> Result<Payload, ExchangeFailure> {
        let first = connection(openBy: end)
        let reply = await first.ask(
            query, by: end,
            aliveBy: first.hasAnswered ? start + (end - start) * Self.trustInKept : nil)
        guard reply.mayRetry, Deadline.now < end else { return reply.outcome }
        kept.withLock { if $0 === first { $0 = nil } }
        await first.retire()
        return await connection(openBy: end).ask(query, by: end).outcome
    }

    /// The one that is kept, else another, which opens meanwhile.
    private func connection(openBy end: Deadline) -> EncryptedConnection {
        kept.withLock { kept in
            if let kept, kept.isUsable { return kept }
            let connection = EncryptedConnection.open(server, through: door, by: end)
            kept = connection
            return connection
        }
    }

    /// The share of a question's time after which a kept connection that is wholly silent counts as dead.
    private static let trustInKept = 0.4
}

extension Message {
    /// With what an HTTP cache held it for taken from each TTL (RFC 8484 5.1).
    fileprivate func aged(by seconds: UInt32) -> Message {
        guard seconds > 0 else { return self }
        let age = { (records: [Record]) in
            records.map { record in
                var record = record
                record.ttl -= min(record.ttl, seconds)
                return record
            }
        }
        var message = self
        message.answers = age(answers)
        message.authorities = age(authorities)
        message.additionals = age(additionals)
        return message
    }
}
