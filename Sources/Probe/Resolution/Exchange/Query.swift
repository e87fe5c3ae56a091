import DNS

/// A question as it goes out, and the test of what may come back for it.
package struct Query {
    let message: Message
    let bytes: [UInt8]

    private let manner: Manner
    private let path: Path

    /// Who asks.
    package enum Manner: Hashable, Sendable {
        /// A program that wants an answer.
        case client
        /// A validator of our own that asks a resolver: CD and DO.
        case validator
        /// A resolver that asks an authority: DO, no recursion.
        case resolver
    }

    /// How the question travels.
    enum Path: Hashable {
        /// With a random ID and, unless the server folds it, random case against who guesses answers.
        case plain(mixesCase: Bool)
        /// Inside TLS: ID 0 and lower case, so that equal questions are equal, and padded (RFC 8467 4.1).
        case encrypted
    }

    init(
        _ question: Question, as manner: Manner, usesEDNS: Bool = true,
        over path: Path = .plain(mixesCase: true)
    ) {
        (self.manner, self.path) = (manner, path)
        var random = SystemRandomNumberGenerator()
        // Each draw is a system call: of one, 16 bits are the ID, and the rest is the case of the first letters.
        let drawn: UInt64 = path == .encrypted ? 0 : random.next()
        var asked = question
        asked.name =
            path == .plain(mixesCase: true)
            ? question.name.withCase(bits: drawn >> 16, left: 48, from: &random)
            : question.name.lowercased
        let flags: Message.Flags =
            switch manner {
            case .client: .recursionDesired
            case .validator: .recursionDesired.union(.checkingDisabled)
            case .resolver: []
            }
        var message = Message(
            id: UInt16(truncatingIfNeeded: drawn), flags: flags, questions: [asked],
            edns: usesEDNS ? EDNS(dnssecOK: manner != .client) : nil)
        if path == .encrypted, usesEDNS {
            // The option's own code and length are 4 bytes.
            let excess = (message.encoded().count + 4) % Self.paddedBlock
            message.edns?.options.append(.padding((Self.paddedBlock - excess) % Self.paddedBlock))
        }
        self.message = message
        bytes = message.encoded()
    }

    private static let paddedBlock = 128

    /// The same question in lower case and, unless it is encrypted, with another ID.
    func again(usesEDNS: Bool) -> Query {
        Query(
            message.questions[0], as: manner, usesEDNS: usesEDNS,
            over: path == .encrypted ? path : .plain(mixesCase: false))
    }

    enum Reply {
        case response(Message)
        /// Another question's, or no DNS message: not ours, whoever sent it.
        case foreign
        /// Ours but for the letters' case (DNS 0x20): a server that folds case, or a guess.
        case caseFolded(Message)

        /// Nil where it is foreign.
        var message: Message? {
            switch self {
            case .response(let message), .caseFolded(let message): message
            case .foreign: nil
            }
        }
    }

    func judge(_ datagram: [UInt8]) -> Reply {
        guard var reply = try? Message(decoding: datagram), reply.id == message.id,
            reply.flags.contains(.isResponse), reply.flags.opcode == 0
        else { return .foreign }
        // A server that could not read the question may leave it out (RFC 1035 4.1.1 says nothing of it).
        if reply.questions.isEmpty, reply.responseCode != .noError, reply.answers.isEmpty {
            return .response(reply)
        }
        guard reply.questions == message.questions else { return .foreign }
        let isExact = reply.questions[0].name.wire == message.questions[0].name.wire
        reply.lowercaseRecords()
        return isExact ? .response(reply) : .caseFolded(reply)
    }

    /// Whether the server does not know EDNS, so that it must be asked without (RFC 6891 7).
    func mustDropEDNS(after reply: Message) -> Bool {
        message.edns != nil && reply.edns == nil
            && [.formatError, .notImplemented, .badVersion].contains(reply.responseCode)
    }
}

extension Message {
    fileprivate mutating func lowercaseRecords() {
        for index in answers.indices { answers[index].lowercase() }
        for index in authorities.indices { authorities[index].lowercase() }
        for index in additionals.indices { additionals[index].lowercase() }
    }
}
