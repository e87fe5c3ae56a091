import DNS

/// What a parent says of a zone: its DS RRset, and until when that holds.
private struct Vouching {
    let zone: SecureZone
    let validity: Range<Int64>
    let signature: VerifiedSignature
}

/// From a trust anchor down through every zone cut to the zone that holds a name (RFC 4035 5.2).
extension Pass {
    /// The zone whose keys should sign an RRset.
    mutating func zone(of rrset: RRset) async -> ZoneState {
        // A DS belongs to the parent; a signer at or below the owner of a DS is none.
        let holder = rrset.type == .ds ? rrset.owner.parent ?? .root : rrset.owner
        return await zone(holding: holder, among: rrset.signatures.map(\.signer))
    }

    /// The zone that a negative answer should be proven by.
    mutating func zone(denying question: Question, in message: Message) async -> ZoneState {
        let holder =
            question.type == .ds ? question.name.parent ?? .root : question.name
        // What signs a referral is above the zone that it points to.
        let records = AnswerClass.isReferral(message) ? [] : message.authorities
        let signers = records.compactMap(\.rrsig)
            .filter { [.soa, .nsec, .nsec3].contains($0.typeCovered) }
            .map(\.signer)
        return await zone(holding: holder, among: signers)
    }

    /// Walks down to the deepest of the signers that may sign for `holder`, or to `holder` itself: the signers
    /// only save questions, and a name that is no zone leads to the one above it.
    private mutating func zone(holding holder: Name, among signers: [Name]) async -> ZoneState {
        let anchor = validator.anchors.closest(to: holder)
        // The closer of a negative and a positive anchor counts: below an insecure zone may be an island of
        // security (RFC 7646; Unbound and BIND do so).
        if let zone = validator.insecureZone(closestTo: holder), anchor?.isBelow(zone) != true {
            let fault = Fault(.noDNSSEC, in: zone, "\(zone.text) is configured as an insecure zone")
            return settle(unproven(fault, below: []))
        }
        guard let top = anchor else {
            return .unproven(
                .undecided(in: holder, "no trust anchor is at or above \(holder.text)"), trail: [])
        }
        let signer = signers.filter { holder.isWithin($0) && $0.isWithin(top) }
            .max { $0.labelCount < $1.labelCount }
        let name = signer ?? holder
        if let known = walks[name] { return known }
        let state = settle(await walk(to: name, from: top))
        walks[name] = state
        return state
    }

    private mutating func settle(_ state: ZoneState) -> ZoneState {
        if case .unproven(_, let trail) = state { report(trail) }
        return state
    }

    /// Walks down, one label at a time, until `name` is reached or nothing below can be secure.
    private mutating func walk(to name: Name, from top: Name) async -> ZoneState {
        var current: SecureZone
        if let cached = validator.cache.deepest(above: name, within: top, at: now) {
            usesCached(cached)
            current = cached
        } else {
            let anchors = validator.anchors.delegationSigners(of: top).filter(\.isSupported)
            switch await zone(top, signedBy: anchors, vouchedBy: nil) {
            case .secure(let zone): current = zone
            case let failed: return failed
            }
        }
        report(current.trail)
        let depths = current.name.labelCount..<name.labelCount
        for cut in depths.map({ name.suffix($0 + 1) }) {
            switch await delegation(at: cut, from: current) {
            case .none: continue
            case .nothingBelow: return .secure(current)
            case .failed(let fault): return unproven(fault, below: current.trail)
            case .signed(let signers, let validity, let signature):
                guard current.trail.count <= validator.limits.zoneCuts else {
                    return unproven(tooDeep(cut), below: current.trail)
                }
                let vouching = Vouching(
                    zone: current.noting(signature, at: now), validity: validity,
                    signature: VerifiedSignature(signature, over: cut, at: now))
                switch await zone(cut, signedBy: signers.usable, vouchedBy: vouching) {
                case .secure(let zone): current = zone
                case let failed: return failed
                }
                report(current.trail)
            }
        }
        return .secure(current)
    }

    /// The anchor's zone is the first of a trail, and no cut.
    private func tooDeep(_ cut: Name) -> Fault {
        .undecided(
            in: cut, "more than \(validator.limits.zoneCuts) zone cuts would be followed")
    }

    /// Establishes a zone's keys from the supported DS records (or anchors) that vouch for them.
    private mutating func zone(
        _ name: Name, signedBy signers: [DS],
        vouchedBy parent: Vouching?
    ) async -> ZoneState {
        let trail = parent?.zone.trail ?? []
        guard !signers.isEmpty else {
            let fault = Fault(
                .algorithmUnsupported, in: name,
                "every \(parent == nil ? "trust anchor" : "DS") of \(name.text) is of an algorithm "
                    + "or a digest that is not supported")
            return unproven(fault, below: trail)
        }
        var established = false
        let state = await validator.cache.zone(name, at: now, by: validator.deadline) {
            established = true
            return await establish(name, signers, trail, parent)
        }
        if established {
            freshZones.insert(name)
        } else if case .secure(let zone) = state {
            usesCached(zone)
        }
        return state
    }

    private mutating func usesCached(_ zone: SecureZone) {
        // What vouches for it was not asked for either.
        cachedZones += zone.trail.map(\.zone).filter { !freshZones.contains($0) }
    }

    /// Not inlined, for most walks wait until another one has done this.
    @inline(never)
    private mutating func establish(
        _ name: Name, _ signers: [DS], _ trail: [ZoneReport],
        _ parent: Vouching?
    ) async -> ZoneState {
        let message: Message
        switch await fetch(Question(name, .dnskey)) {
        case .failure(var fault):
            fault.zone = name
            return unproven(fault, below: trail)
        case .success(let reply): message = reply
        }
        guard let rrset = message.answer(name, .dnskey) else {
            return unproven(missingKeys(name, message), below: trail)
        }
        do {
            let trusted = try TrustedKeys(rrset, anchors: signers, at: now, work)
            let validities =
                [rrset.validity(by: trusted.signature, at: now)]
                + (parent.map { [$0.validity, $0.zone.validity] } ?? [])
            var report = report(on: trusted, name)
            report.delegationSignature = parent?.signature
            return .secure(
                SecureZone(
                    name: name, keys: trusted.keys, trail: trail + [report],
                    validity: KeyCache.validity(validities, from: now)))
        } catch {
            return unproven(error, below: trail)
        }
    }

    private func report(on trusted: TrustedKeys, _ name: Name) -> ZoneReport {
        var report = ZoneReport(zone: name, status: .secure)
        report.keyTags = trusted.keys.filter(\.dnskey.isZoneKey).map(\.keyTag).sorted()
        report.trustedBy = trusted.trustedBy
        report.algorithms = Set(trusted.trustedBy.map(\.algorithm.rawValue)).sorted()
            .map(SecurityAlgorithm.init(rawValue:))
        report.keySignature = VerifiedSignature(trusted.signature, over: name, at: now)
        report.note(trusted.signature, at: now)
        report.note(trusted.trustedBy)
        return report
    }

    private func missingKeys(_ name: Name, _ message: Message) -> Fault {
        guard !AnswerClass.isReferral(message) else {
            return .referral(to: Question(name, .dnskey))
        }
        guard message.responseCode == .noError || message.responseCode == .nameError else {
            return .undecided(
                in: name, "the resolver answers \(message.responseCode) to \(name.text) DNSKEY")
        }
        return Fault(
            .dnskeyMissing, in: name,
            "a DS or an anchor names its key, but \(name.text) has no DNSKEY record")
    }

    /// A state that ends the walk, with the zone at fault as the trail's last.
    private func unproven(_ fault: Fault, below trail: [ZoneReport]) -> ZoneState {
        var trail = trail
        if let index = trail.firstIndex(where: { $0.zone == fault.zone }) {
            (trail[index].status, trail[index].fault) = (fault.kind.status, fault)
        } else {
            trail.append(ZoneReport(zone: fault.zone, status: fault.kind.status, fault: fault))
        }
        return .unproven(fault, trail: trail)
    }
}
