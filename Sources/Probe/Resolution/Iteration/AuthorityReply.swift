import DNS

/// What a response from one of a zone's servers is worth to a resolver (RFC 1034 5.3.3, RFC 2308 2).
enum AuthorityReply {
    /// The zone's own word, data or a denial; records of other zones are dropped.
    case answer(Message)
    /// The way to a zone below, closer to the name.
    case referral(Delegation)
    /// A clause that says what the server did instead.
    case useless(String)
    /// Nothing came; a clause.
    case silence(String)

    var isUseful: Bool {
        switch self {
        case .answer, .referral: true
        case .useless, .silence: false
        }
    }

    init(_ message: Message, to question: Question, from zone: Name) {
        guard [.noError, .nameError, .yxDomain].contains(message.responseCode) else {
            self = .useless("answers \(message.responseCode)")
            return
        }
        let answers = message.answers.contains {
            $0.owner == question.name || $0.type == .dname && question.name.isBelow($0.owner)
        }
        let denies = message.authorities.contains {
            $0.type == .soa && $0.owner.isWithin(zone) && question.name.isWithin($0.owner)
        }
        if !answers, !denies,
            let referral = Delegation(message, from: zone, towards: question.name)
        {
            // The DS is the parent's: who refers to the child for it does not know that (RFC 4035 3.1.4.1).
            self =
                question.type == .ds && referral.zone == question.name
                ? .useless("refers to the child zone for a DS") : .referral(referral)
        } else if answers || denies || message.flags.contains(.authoritativeAnswer) {
            self = .answer(message.within(zone, for: question.name))
        } else {
            self = .useless("is not authoritative for \(zone.text)")
        }
    }
}

extension Message {
    /// Without what the servers of `zone` have no say in.
    fileprivate func within(_ zone: Name, for name: Name) -> Message {
        var message = self
        message.answers = answers.filter { $0.owner.isWithin(zone) }
        message.authorities = authorities.filter { $0.owner.isWithin(zone) }
        message.additionals = []
        var chain = AliasChain(from: name)
        chain.follow(message.answers)
        // The code speaks of the last alias (RFC 6604 3); where that is another zone's, it is for others to say.
        if !chain.end.isWithin(zone) { message.responseCode = .noError }
        return message
    }
}
