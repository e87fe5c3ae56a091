import DNS

/// From a trust anchor down through every zone cut to the zone that holds a name (RFC 4035 5.2).
extension Pass {
    /// The zone whose keys should sign an RRset: the one its signatures name, or the one that holds its owner.
    mutating func zone(of rrset: RRset) async -> ZoneState {
        // A DS belongs to the parent; a signer at or below the owner of a DS is none.
        let holder = rrset.type == .ds ? rrset.owner.parent ?? .root : rrset.owner
        let signers = rrset.signatures.map(\.signer).filter { holder.isWithin($0) }
        guard let signer = signers.first else { return await zone(holding: holder) }
        return await zone(holding: signer)
    }

    /// The zone that a negative answer should be proven by.
    mutating func zone(denying question: Question, in message: Message) async -> ZoneState {
        let holder =
            question.type == .ds ? question.name.parent ?? .root : question.name
        let signers = message.authorities.compactMap(\.rrsig)
            .filter { [.soa, .nsec, .nsec3].contains($0.typeCovered) }
            .map(\.signer).filter { holder.isWithin($0) }
        let closest = signers.max { $0.labelCount < $1.labelCount }
        return await zone(holding: closest ?? holder)
    }

    /// Walks down, one label at a time, until `name` is reached or nothing below can be secure.
    private mutating func zone(holding name: Name) async -> ZoneState {
        let state = await walk(to: name)
        if case .unproven(_, let trail) = state { report(trail) }
        return state
    }

    private mutating func walk(to name: Name) async -> ZoneState {
        if let zone = validator.insecureZones.first(where: { name.isWithin($0) }) {
            let fault = Fault(.noDNSSEC, in: zone, "\(zone.text) is configured as an insecure zone")
            return unproven(fault, below: [])
        }
        guard let top = validator.anchors.closest(to: name) else {
            let fault = Fault.undecided(in: name, "no trust anchor is at or above \(name.text)")
            return .unproven(fault, trail: [])
        }
        var current: SecureZone
        if let cached = validator.cache.deepest(above: name, within: top, at: now) {
            cachedZones.insert(cached.name)
            current = cached
            report(cached.trail)
        } else {
            switch await zone(
                top, signedBy: validator.anchors.delegationSigners(of: top), above: nil)
            {
            case .secure(let zone):
                current = zone
                report(zone.trail)
            case let failed: return failed
            }
        }
        let path = name.selfAndAncestors.filter { $0.isBelow(current.name) }.reversed()
        for cut in path {
            switch await delegation(at: cut, from: current) {
            case .none: continue
            case .nothingBelow: return .secure(current)
            case .failed(let fault): return unproven(fault, below: current.trail)
            case .signed(let signers, let end):
                switch await zone(cut, signedBy: signers, above: (current, end)) {
                case .secure(let zone):
                    current = zone
                    report(zone.trail)
                case let failed: return failed
                }
            }
        }
        return .secure(current)
    }

    /// Establishes a zone's keys from the DS records (or anchors) that vouch for them.
    private mutating func zone(
        _ name: Name, signedBy signers: [DS], above parent: (zone: SecureZone, end: Int64)?
    ) async -> ZoneState {
        let trail = parent?.zone.trail ?? []
        let usable = signers.usable
        guard !usable.isEmpty else {
            let kinds = Set(signers.map { "algorithm \($0.algorithm), digest \($0.digestType)" })
            let fault = Fault(
                .algorithmUnsupported, in: name,
                "all that vouches for it is of unsupported kinds (\(kinds.sorted().joined(separator: "; ")))"
            )
            return unproven(fault, below: trail)
        }
        var established = false
        let state = await validator.cache.zone(name, at: now) {
            established = true
            return await establish(name, usable, trail, parent)
        }
        if !established { cachedZones.insert(name) }
        return state
    }

    private mutating func establish(
        _ name: Name, _ signers: [DS], _ trail: [ZoneReport],
        _ parent: (zone: SecureZone, end: Int64)?
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
            var report = ZoneReport(zone: name, status: .secure)
            report.keyTags = trusted.keys.filter(\.dnskey.isZoneKey).map(\.keyTag).sorted()
            report.trustedBy = trusted.trustedBy
            report.algorithms = Set(trusted.trustedBy.map(\.algorithm.rawValue)).sorted()
                .map(SecurityAlgorithm.init(rawValue:))
            report.note(trusted.signature, ttl: rrset.ttl, at: now)
            let end = min(
                parent?.end ?? .max,
                KeyCache.end(of: rrset.lifetime(by: trusted.signature, at: now), from: now),
                parent?.zone.validity.upperBound ?? .max)
            let start = max(
                SignatureWindow(trusted.signature, at: now).inception,
                parent?.zone.validity.lowerBound ?? .min)
            return .secure(
                SecureZone(
                    name: name, keys: trusted.keys, trail: trail + [report],
                    validity: min(start, now)...max(end, now)))
        } catch {
            return unproven(error, below: trail)
        }
    }

    private func missingKeys(_ name: Name, _ message: Message) -> Fault {
        guard message.responseCode == .noError || message.responseCode == .nameError else {
            return .undecided(
                in: name, "the resolver answers \(message.responseCode) to \(name.text) DNSKEY")
        }
        return Fault(
            .dnskeyMissing, in: name, "a DS names its key, but \(name.text) has no DNSKEY record")
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
