import DNS
import DNSSEC

/// What an authoritative server of one zone answers (RFC 1034 4.3.2, RFC 4035 3.1, RFC 5155 7.2).
extension Zone {
    enum Finding {
        case answer([Record], proof: [Record])
        case alias([Record], proof: [Record], target: Name)
        case negative(ResponseCode, proof: [Record])
        /// Below a zone cut.
        case referral
    }

    func lookup(_ name: Name, _ type: RecordType) -> Finding {
        if let cut = cut(above: name), !(name == cut && type == .ds) { return .referral }
        for owner in name.selfAndAncestors where name.isBelow(owner) && owner.isWithin(apex) {
            if let dname = rrset(owner, .dname), case .name(let target) = dname.data[0] {
                return substitution(name, owner, target)
            }
        }
        if exists(name) { return finding(at: name, for: name, type, proof: []) }
        let closest = closestEncloser(of: name)
        let nextCloser = name.suffix(closest.labelCount + 1)
        if let wildcard = closest.wildcard, exists(wildcard) {
            return finding(at: wildcard, for: name, type, proof: covering(nextCloser, name))
        }
        let wildcardProof = closest.wildcard.map { covering($0, $0) } ?? []
        return .negative(
            .nameError,
            proof: unique(
                matching(closest, ifNSEC3: true) + covering(nextCloser, name) + wildcardProof))
    }

    private func substitution(_ name: Name, _ owner: Name, _ replacement: Name) -> Finding {
        guard let target = try? name.replacing(owner, by: replacement) else {
            return .answer(signed(owner, .dname), proof: [])
        }
        let cname = Record(owner: name, type: .cname, ttl: 3600, data: .name(target))
        return .alias(signed(owner, .dname) + [cname], proof: [], target: target)
    }

    /// The finding at `owner`, which is the name or the wildcard that stands for it.
    private func finding(
        at owner: Name, for name: Name, _ type: RecordType, proof: [Record]
    ) -> Finding {
        let renamed = { (records: [Record]) in
            records.map {
                Record(owner: name, type: $0.type, ttl: $0.ttl, data: $0.data)
            }
        }
        let records = signed(owner, type)
        if records.contains(where: { $0.type != .rrsig || type == .rrsig }) {
            return .answer(renamed(records), proof: proof)
        }
        if let alias = rrset(owner, .cname), case .name(let target) = alias.data[0] {
            return .alias(renamed(signed(owner, .cname)), proof: proof, target: target)
        }
        guard owner == name else {
            let closest = matching(closestEncloser(of: name), ifNSEC3: true)
            return .negative(
                .noError, proof: unique(proof + closest + matching(owner, ifNSEC3: false)))
        }
        return .negative(.noError, proof: noData(name))
    }

    private func noData(_ name: Name) -> [Record] {
        let match = matching(name, ifNSEC3: false)
        guard match.isEmpty else { return match }
        guard case .nsec3 = denial else { return covering(name, name) }
        // An unsigned delegation in an opt-out span: the closest encloser that has a record.
        var nextCloser = name
        while let parent = nextCloser.parent, parent.isWithin(apex) {
            let match = matching(parent, ifNSEC3: true)
            if !match.isEmpty { return unique(match + covering(nextCloser, nextCloser)) }
            nextCloser = parent
        }
        return []
    }

    func exists(_ name: Name) -> Bool { nodes.keys.contains { $0.isWithin(name) } }

    func closestEncloser(of name: Name) -> Name {
        name.selfAndAncestors.first { exists($0) } ?? apex
    }

    /// The record at a name; where the zone has NSEC, only if asked for whatever the kind.
    func matching(_ name: Name, ifNSEC3: Bool) -> [Record] {
        guard case .nsec3(let iterations, _) = denial else {
            return ifNSEC3 ? [] : signed(name, .nsec)
        }
        let hash = NSEC3Hash.hash(name, iterations: iterations, salt: Self.salt)
        return nsec3.first { $0.hash == hash }?.records ?? []
    }

    /// The record that covers `hashed` where the zone has NSEC3, else the one that covers `plain`.
    func covering(_ hashed: Name, _ plain: Name) -> [Record] {
        guard case .nsec3(let iterations, _) = denial else {
            let owners = nodes.keys.filter { rrset($0, .nsec) != nil && $0 < plain }
            return owners.max().map { signed($0, .nsec) } ?? []
        }
        let hash = NSEC3Hash.hash(hashed, iterations: iterations, salt: Self.salt)
        let before = nsec3.last { $0.hash.lexicographicallyPrecedes(hash) }
        return (before ?? nsec3.last)?.records ?? []
    }
}

private func unique(_ records: [Record]) -> [Record] {
    var seen: Set<Record> = []
    return records.filter { seen.insert($0).inserted }
}
