import Addresses
import DNS

/// What a server's answer says of the name that it was asked for.
enum Statement: Hashable, Sendable {
    /// The records of the type asked for, where the aliases within the zone end; seconds of TTL.
    case data([RecordData], ttl: UInt32)
    /// Aliases lead out of what the server tells.
    case alias(Name)
    case noData
    case nameError
    /// Not the word of the zone; a clause.
    case useless(String)
    case silence

    /// Whether it is the zone's own word.
    var isAuthoritative: Bool {
        switch self {
        case .data, .alias, .noData, .nameError: true
        case .useless, .silence: false
        }
    }
}

extension Lookup {
    /// What a server of `zone` says in its answer.
    func statement(in zone: Name) -> Statement {
        guard let response else { return .silence }
        switch AuthorityReply(response, to: question, from: zone) {
        case .useless(let clause), .silence(let clause): return .useless(clause)
        case .referral(let delegation):
            return .useless("refers to the servers of \(delegation.zone.text)")
        case .answer(let message):
            guard response.flags.contains(.authoritativeAnswer) else {
                return .useless("is not authoritative for \(zone.text)")
            }
            return Statement(message, question)
        }
    }
}

extension Statement {
    /// An answer in which only the zone's records are left.
    fileprivate init(_ message: Message, _ question: Question) {
        var chain = AliasChain(from: question.name)
        chain.follow(message.answers)
        let records = message.answers.filter {
            $0.owner == chain.end && $0.type == question.type
        }
        let denies = message.authorities.contains {
            $0.type == .soa && chain.end.isWithin($0.owner)
        }
        if let least = records.map(\.ttl).min() {
            self = .data(records.map(\.data), ttl: least)
        } else if !chain.aliases.isEmpty, !denies || chain.fault != nil {
            self = .alias(chain.end)
        } else {
            self = message.responseCode == .nameError ? .nameError : .noData
        }
    }
}
