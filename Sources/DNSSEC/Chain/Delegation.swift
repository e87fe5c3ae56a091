import DNS

/// What the parent says about a name that may be a zone cut.
enum Delegation {
    /// Signed DS records, and the last moment at which they may be used.
    case signed([DS], end: Int64)
    /// The name is no zone cut; the zone goes on.
    case none
    /// The name does not exist: no zone can be at or below it.
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
                let signature = try parent.verify(rrset, at: now, work)
                record(signature, ttl: rrset.ttl, in: parent.name)
                let signers = rrset.data.compactMap { data in
                    if case .ds(let ds) = data { ds } else { nil }
                }
                let life = rrset.lifetime(by: signature, at: now)
                return .signed(signers, end: KeyCache.end(of: life, from: now))
            }
            // An alias stands at no zone cut.
            if let rrset = message.answer(name, .cname) {
                let signature = try parent.verify(rrset, at: now, work)
                record(signature, ttl: rrset.ttl, in: parent.name)
                return .none
            }
        } catch {
            return .failed(error)
        }
        guard message.responseCode == .noError || message.responseCode == .nameError else {
            return .failed(
                .undecided(in: name, "the resolver answers \(message.responseCode) to \(question)"))
        }
        return denied(question, in: message, by: parent)
    }

    private mutating func denied(
        _ question: Question, in message: Message, by parent: SecureZone
    ) -> Delegation {
        let evidence = evidence(in: message, of: parent)
        let verdict = DenialVerdict(
            question, evidence, in: parent.name, limits: work.limits, work)
        switch verdict.proof {
        case .noData: return .none
        case .nameError: return .nothingBelow
        case .unsignedDelegation:
            return .failed(
                Fault(
                    .noDNSSEC, in: question.name,
                    "\(parent.name.text) proves that \(question.name.text) has no DS"))
        case .optOut:
            return .failed(
                Fault(
                    .noDNSSEC, in: question.name,
                    "\(question.name.text) lies in an opt-out span of \(parent.name.text)"))
        case nil:
            return .failed(
                verdict.fault
                    ?? .undecided(in: question.name, "nothing is known of its delegation"))
        }
    }
}
