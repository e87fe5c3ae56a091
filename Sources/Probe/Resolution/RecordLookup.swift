import Addresses
import DNS
import Sockets

/// Asks the module's resolvers for the records of one name and type: the first whose answer decides is believed.
struct RecordLookup: Sendable {
    let resolvers: [Resolver]
    /// Of each question.
    let timer: Duration
    let deadline: Deadline

    enum Answer: Sendable {
        /// Behind aliases, if there are any.
        case records([RecordData])
        /// The name exists, and has none of the type.
        case none
        case nameError
        /// Nobody's answer decides; a clause says why.
        case unknown(String)

        /// Void lookups are those that find nothing (RFC 7208 4.6.4).
        var isVoid: Bool {
            switch self {
            case .none, .nameError: true
            case .records, .unknown: false
            }
        }

        var isKnown: Bool { if case .unknown = self { false } else { true } }

        /// Of A and AAAA records.
        var addresses: [IPAddress] {
            guard case .records(let data) = self else { return [] }
            return data.compactMap { if case .address(let address) = $0 { address } else { nil } }
        }

        /// Why nobody's answer decides; nil where one does.
        var trouble: String? { if case .unknown(let clause) = self { clause } else { nil } }

        /// TXT records, the strings of each joined.
        var texts: [String] {
            guard case .records(let data) = self else { return [] }
            return data.compactMap {
                if case .txt(let strings) = $0 { joined(strings) } else { nil }
            }
        }
    }

    func callAsFunction(_ name: Name, _ type: RecordType) async -> Answer {
        var trouble = "no resolver is configured"
        for resolver in resolvers {
            let lookup = await resolver(
                Question(name, type), as: .client, timer: timer, by: deadline)
            switch lookup.outcome {
            case .success(let message) where message.isDecisive:
                return Self.answer(message, name, type)
            case .success(let message):
                trouble = "\(resolver.label) answers \(message.responseCode)"
            case .failure(let failure): trouble = "\(resolver.label): \(failure)"
            }
        }
        return .unknown(trouble)
    }

    private static func answer(_ message: Message, _ name: Name, _ type: RecordType) -> Answer {
        var chain = AliasChain(from: name)
        chain.follow(message.answers)
        let found = message.answers.filter { $0.owner == chain.end && $0.type == type }
        guard found.isEmpty else { return .records(found.map(\.data)) }
        if message.responseCode == .nameError { return .nameError }
        return .none
    }
}
