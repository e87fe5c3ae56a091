import DNS

/// What the parent says about a name that may be a zone cut.
enum Delegation {
    /// Signed DS records, when they may be used, and what signs them.
    case signed([DS], validity: Range<Int64>, RRSIG)
    /// The name is no zone cut; the zone goes on.
    case none
    /// The name does not exist, or an alias above takes its place: no zone can be at or below it.
    case nothingBelow
    /// Provably unsigned from here on, bogus or undecided.
    case failed(Fault)
}

extension Pass {
    /// Asks the parent for the DS of `name` and judges the answer (RFC 4035 5.2, RFC 5155 8.9).
    mutating func delegation(at name: Name, from parent: SecureZone) async -> Delegation {
        let question = Question(name, .ds)
        let message: Message
        switch await fetch(question) {
        case .failure(var fault):
            fault.zone = name
            return .failed(fault)
        case .success(let reply): message = reply
        }
        do {
            if let rrset = message.answer(name, .ds) {
                let signature = try verify(rrset, of: parent, in: message)
                // A wildcard makes no zone cut (RFC 4592 4.2).
                guard rrset.closestEncloser(by: signature) == nil else { return .none }
                let signers = rrset.data.compactMap { data in
                    if case .ds(let ds) = data { ds } else { nil }
                }
                return .signed(
                    signers, validity: rrset.validity(by: signature, at: now), signature)
            }
            switch AnswerClass(of: message, for: question) {
            // An alias stands at no zone cut, and what is below a DNAME is not there (RFC 6672 2.3).
            case .alias(let alias):
                _ = try verify(alias.rrset, of: parent, in: message)
                return alias.rrset.type == .dname ? .nothingBelow : .none
            case .failure(let code):
                return .failed(
                    .undecided(in: name, "the resolver answers \(code) to \(question)"))
            default: return denied(question, in: message, by: parent)
            }
        } catch {
            return .failed(error)
        }
    }

    private mutating func denied(
        _ question: Question, in message: Message, by parent: SecureZone
    ) -> Delegation {
        let evidence = evidence(in: message, of: parent)
        let verdict = DenialVerdict(question, nil, evidence, in: parent.name, work)
        switch verdict.proof {
        case .noData: return .none
        case .nameError: return .nothingBelow
        case .unsignedDelegation:
            return .failed(
                Fault(
                    .noDNSSEC, in: question.name,
                    "\(parent.name.text) proves that \(question.name.text) has no DS "
                        + "(\(evidence.words))"))
        case .optOut, .optOutOfData:
            return .failed(
                evidence.fault
                    ?? Fault(
                        .noDNSSEC, in: question.name,
                        "\(question.name.text) lies in an opt-out span of \(parent.name.text) "
                            + "(\(evidence.words))"))
        case .unsignedZone, nil:
            if AnswerClass.isReferral(message), verdict.fault?.kind == .denialInvalid {
                return .failed(.referral(to: question))
            }
            return .failed(
                verdict.fault
                    ?? .undecided(in: question.name, "nothing is known of its delegation"))
        }
    }
}
