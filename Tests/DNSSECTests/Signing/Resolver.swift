import DNS
import DNSSEC

/// The tree's recursive resolver, with checking disabled.
extension Tree {
    func answer(_ question: Question) -> Result<Message, Validator.FetchFailure> {
        asked.note(question)
        var message = resolved(question)
        do throws(Validator.FetchFailure) {
            for edit in edits { try edit(question, &message) }
        } catch {
            return .failure(error)
        }
        return .success(message)
    }

    private func resolved(_ question: Question) -> Message {
        var message = Message(
            id: 1, flags: [.isResponse, .recursionDesired, .recursionAvailable, .checkingDisabled],
            questions: [question], edns: EDNS(dnssecOK: true))
        var name = question.name
        var seen: Set<Name> = [name]
        for _ in 0...aliasesPerReply {
            guard let zone = zone(holding: name, question.type) else {
                message.responseCode = .serverFailure
                return message
            }
            switch zone.lookup(name, question.type) {
            case .answer(let records, let proof):
                message.answers += records
                message.authorities += proof
                return message
            case .alias(let records, let proof, let target):
                message.answers += records
                message.authorities += proof
                guard question.type != .cname, seen.insert(target).inserted else { return message }
                name = target
            case .negative(let code, let proof):
                message.responseCode = code
                message.authorities += zone.signed(zone.apex, .soa) + proof
                return message
            case .referral:
                message.responseCode = .serverFailure
                return message
            }
        }
        return message
    }

    /// The deepest zone that holds the name; a DS is the parent's, where there is one (RFC 4035 3.1.4.1).
    private func zone(holding name: Name, _ type: RecordType) -> Zone? {
        let holders = zones.filter { name.isWithin($0.apex) }
            .sorted { $0.apex.labelCount > $1.apex.labelCount }
        return type == .ds
            ? holders.first { $0.apex != name } ?? holders.first : holders.first
    }
}
