import DNS

/// One run over one question: follows the alias chain and judges every link.
struct Pass {
    let validator: Validator
    let question: Question
    let now: Int64
    let work: Work

    /// The first of the worst faults met; nil while everything is secure.
    private(set) var worst: Fault?
    private(set) var answer: [RRset] = []
    private(set) var answerSignatures: [VerifiedSignature] = []
    private(set) var denied: Question?
    private(set) var denial: [RRset] = []
    /// In the order first met.
    private var reports: [ZoneReport] = []
    /// Where walks to names have ended.
    var walks: [Name: ZoneState] = [:]
    /// Zones whose keys came from the cache, or led to such; some more than once. Not those that this run put there.
    var cachedZones: [Name] = []
    /// Zones whose keys this run asked for.
    var freshZones: Set<Name> = []
    /// Of each zone the evidence last verified, and the section that it comes from.
    private var evidences: [Name: (records: [Record], evidence: DenialEvidence)] = [:]
    /// Whether a reply came without OPT or without the DO bit, though both were asked for.
    private var sawReplyWithoutDNSSEC = false

    init(_ validator: Validator, _ question: Question, at now: Int64, _ work: Work) {
        (self.validator, self.question, self.now) = (validator, question, now)
        self.work = work
    }

    mutating func run() async {
        var current = question
        var seen: Set<Name> = [question.name]
        var asked = question
        var reply = await fetch(asked)
        while true {
            guard case .success(let message) = reply else {
                if case .failure(let fault) = reply { note(fault) }
                return
            }
            switch AnswerClass(of: message, for: current) {
            case .positive(let rrsets):
                for rrset in rrsets { await judge(rrset, in: message) }
                return
            case .alias(let alias):
                guard let target = await follow(alias, of: current, in: message) else { return }
                guard seen.insert(target).inserted else {
                    return note(
                        .undecided(in: current.name, "the aliases form a loop at \(target.text)"))
                }
                guard seen.count <= validator.limits.aliases + 1 else {
                    return note(
                        .undecided(
                            in: current.name,
                            "the chain has more than \(validator.limits.aliases) aliases"))
                }
                current.name = target
            case .elsewhere where asked != current:
                // The resolver stopped in the middle of the chain: ask for the rest.
                asked = current
                reply = await fetch(asked)
            case .negative, .elsewhere:
                return await judgeDenial(of: current, in: message)
            case .failure(let code):
                return note(
                    .undecided(in: current.name, "the resolver answers \(code) to \(current)"))
            }
        }
    }

    /// Judges an alias and gives the name that it leads to, nil where the chain ends with it.
    private mutating func follow(
        _ alias: AnswerClass.Alias, of question: Question, in message: Message
    ) async -> Name? {
        await judge(alias.rrset, in: message)
        guard alias.isConsistent else {
            note(
                Fault(
                    .bogus, in: alias.rrset.owner,
                    "the CNAME of \(question.name.text) does not follow from the "
                        + "\(alias.rrset.label) above it"))
            return nil
        }
        // The CNAME made from a DNAME is itself the answer where it is asked for.
        if let cname = alias.synthesized, question.type == .cname || question.type == .any {
            // Its TTL is unsigned, and no longer than the DNAME's (RFC 6672 3.1).
            let ttl = min(cname.ttl, answer.last?.ttl ?? 0)
            answer.append(cname.with(ttl: ttl, signatures: []))
            return nil
        }
        return alias.target
    }

    /// Judges one RRset of the answer.
    private mutating func judge(_ rrset: RRset, in message: Message) async {
        guard rrset.type != .rrsig else {
            answer.append(rrset)
            return note(
                .undecided(in: rrset.owner, "signatures are not signed themselves (RFC 4035 2.2)"))
        }
        switch await zone(of: rrset) {
        case .unproven(let fault, _):
            answer.append(rrset)
            note(fault)
        case .secure(let zone):
            do {
                let signature = try verify(rrset, of: zone, in: message)
                answer.append(rrset.capped(by: signature, in: message.answers, at: now))
                answerSignatures.append(VerifiedSignature(signature, over: rrset.owner, at: now))
            } catch {
                answer.append(rrset)
                note(error)
            }
        }
    }

    /// Verifies an RRset of the zone and, where it comes from a wildcard, that this is right.
    mutating func verify(
        _ rrset: RRset, of zone: SecureZone, in message: Message
    ) throws(Fault) -> RRSIG {
        let signature = try zone.verify(rrset, at: now, work)
        record(signature, in: zone.name)
        if let closestEncloser = rrset.closestEncloser(by: signature) {
            try judgeExpansion(of: rrset, from: closestEncloser, in: zone, message)
        }
        return signature
    }

    /// RFC 4035 5.3.4: an expanded wildcard is right only where no closer name exists.
    private mutating func judgeExpansion(
        of rrset: RRset, from closestEncloser: Name, in zone: SecureZone, _ message: Message
    ) throws(Fault) {
        let evidence = evidence(in: message, of: zone)
        denial += evidence.verified.filter { !denial.contains($0) }
        var proof: Denial.Proof?
        do {
            proof = try Denial(evidence.verified, in: zone.name, work.limits)?
                .proof(thatWildcardUnder: closestEncloser, standsFor: rrset.owner, work)
        } catch let exhausted as WorkExhausted {
            throw .undecided(in: zone.name, exhausted.detail)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .undecided(in: zone.name, "\(error)")
        }
        switch proof {
        case .nameError: return
        case nil:
            throw evidence.fault
                ?? Fault(
                    .denialInvalid, in: zone.name,
                    "\(rrset.label) comes from a wildcard, and nothing proves that no closer name exists"
                )
        default:
            throw Fault(
                .noDNSSEC, in: zone.name,
                "\(rrset.label) comes from a wildcard within an opt-out span")
        }
    }

    /// Judges that there is no such name or no such type.
    private mutating func judgeDenial(of question: Question, in message: Message) async {
        denied = question
        switch await zone(denying: question, in: message) {
        case .unproven(let fault, _): note(fault)
        case .secure(let zone):
            let evidence = evidence(in: message, of: zone)
            denial += evidence.verified.filter { !denial.contains($0) }
            let verdict = DenialVerdict(
                question, message.responseCode, evidence, in: zone.name, work)
            guard let fault = verdict.fault else { return }
            let isLame = AnswerClass.isReferral(message) && fault.kind == .denialInvalid
            note(isLame ? .referral(to: question) : fault)
        }
    }

    /// The NSEC and NSEC3 RRsets of the authority section that the zone's keys sign.
    mutating func evidence(in message: Message, of zone: SecureZone) -> DenialEvidence {
        // The wildcards of a chain are proven out of one section, which is verified once.
        if let known = evidences[zone.name], known.records == message.authorities {
            return known.evidence
        }
        let evidence = DenialEvidence(message.authorities, in: zone, at: now, work)
        evidences[zone.name] = (message.authorities, evidence)
        for signature in evidence.signatures { record(signature, in: zone.name) }
        return evidence
    }

    /// Asks through the budget; every failure is a fault that decides nothing.
    mutating func fetch(_ question: Question) async -> Result<Message, Fault> {
        do { try work.spend(.fetches) } catch {
            return .failure(.undecided(in: question.name, error.detail))
        }
        switch await validator.fetch(question) {
        case .success(let message):
            if message.edns?.dnssecOK != true { sawReplyWithoutDNSSEC = true }
            return .success(message)
        case .failure(let failure):
            return .failure(
                .undecided(in: question.name, "\(question) cannot be asked: \(failure.detail)"))
        }
    }

    /// Every fault marks its zone; the first of the worst is the verdict.
    mutating func note(_ fault: Fault) {
        if let index = reports.firstIndex(where: { $0.zone == fault.zone }),
            reports[index].status < fault.kind.status
        {
            (reports[index].status, reports[index].fault) = (fault.kind.status, fault)
        }
        if let worst, worst.kind.status >= fault.kind.status { return }
        worst = fault
    }

    mutating func report(_ more: [ZoneReport]) {
        guard !reports.isEmpty else { return reports = more }
        for report in more where !reports.contains(where: { $0.zone == report.zone }) {
            reports.append(report)
        }
    }

    private mutating func record(_ signature: RRSIG, in zone: Name) {
        guard let index = reports.firstIndex(where: { $0.zone == zone }) else { return }
        reports[index].note(signature, at: now)
    }

    var validation: Validation {
        var validation = Validation(
            question: question, status: worst?.kind.status ?? .secure, fault: worst,
            zones: reports, answer: answer, denial: denial)
        (validation.answerSignatures, validation.denied) = (answerSignatures, denied)
        return validation
    }

    /// The outcome, unless what is missing may have been taken away by the resolver: then nothing is decided.
    mutating func withoutStrippingResolver() async -> Validation {
        guard let fault = worst, Self.mayBeStripping(fault) else { return validation }
        guard await someoneStrips() else { return validation }
        worst = Self.stripped(fault)
        for index in reports.indices {
            guard let fault = reports[index].fault, Self.mayBeStripping(fault) else { continue }
            (reports[index].status, reports[index].fault) = (.indeterminate, Self.stripped(fault))
        }
        // What no resolver could have taken away stays as bad as it is.
        worst = reports.compactMap(\.fault).first { $0.kind.status == .bogus } ?? worst
        var validation = validation
        validation.isStripped = true
        return validation
    }

    private func someoneStrips() async -> Bool {
        if let control = validator.control { return await control() }
        if sawReplyWithoutDNSSEC { return true }
        let reply = await validator.fetch(Question(.root, .dnskey))
        return (try? reply.get())?.showsStripping ?? false
    }

    private static func mayBeStripping(_ fault: Fault) -> Bool {
        [.rrsigMissing, .denialInvalid, .dnskeyMissing].contains(fault.kind)
    }

    private static func stripped(_ fault: Fault) -> Fault {
        .undecided(
            in: fault.zone, "the resolver strips DNSSEC records from its answers (\(fault.detail))")
    }
}
