import DNS

/// NSEC records of one zone (RFC 4035 5.4).
struct NSECDenial {
    private let zone: Name
    private let records: [(owner: Name, nsec: NSEC)]

    init?(_ rrsets: [RRset], in zone: Name) {
        records = rrsets.flatMap { rrset in
            rrset.data.compactMap { data in
                guard case .nsec(let nsec) = data, nsec.nextName.isWithin(zone) else { return nil }
                return (rrset.owner, nsec)
            }
        }
        self.zone = zone
        if records.isEmpty { return nil }
    }

    func proof(of name: Name, _ type: RecordType) -> Denial.Proof? {
        let cut = records.first { record in
            record.nsec.types.isUnsignedDelegation
                && (name.isBelow(record.owner) || name == record.owner && type != .ds)
        }
        if let cut { return .unsignedZone(cut.owner) }
        if let match = records.first(where: { $0.owner == name }) {
            guard match.nsec.types.denies(type, at: name) else { return nil }
            // Compact denial says so in place of NXDOMAIN (RFC 9824 3.2).
            if match.nsec.types.deniesName { return .nameError }
            return type == .ds && match.nsec.types.isDelegation ? .unsignedDelegation : .noData
        }
        guard let cover = records.first(where: { $0.nsec.covers(name, from: $0.owner) }) else {
            return nil
        }
        // Something below the name exists, so that the name does: an empty non-terminal (RFC 4592 2.2.2).
        if cover.nsec.nextName.isBelow(name) { return .noData }
        let closestEncloser = [cover.owner, cover.nsec.nextName]
            .map { name.commonAncestor(with: $0) }
            .max { $0.labelCount < $1.labelCount }
        guard let closestEncloser, closestEncloser.isWithin(zone) else { return nil }
        // A wildcard whose name would be too long is not there.
        guard let wildcard = closestEncloser.wildcard else { return .nameError }
        if let match = records.first(where: { $0.owner == wildcard }) {
            return match.nsec.types.denies(type, at: wildcard) ? .noData : nil
        }
        guard let cover = records.first(where: { $0.nsec.covers(wildcard, from: $0.owner) }) else {
            return nil
        }
        // A wildcard without records of its own has nothing to give, but is there (RFC 4592 2.2.2).
        return cover.nsec.nextName.isBelow(wildcard) ? .noData : .nameError
    }

    /// Whether there is neither the name nor anything below it.
    func excludes(_ name: Name) -> Bool {
        records.contains {
            $0.nsec.covers(name, from: $0.owner) && !$0.nsec.nextName.isWithin(name)
        }
    }
}

extension NSEC {
    /// Strictly between owner and next name in canonical order; the zone's last record leads back to the apex.
    /// One that leads back to itself or a name above it speaks of what is below that, as other validators take it.
    func covers(_ name: Name, from owner: Name) -> Bool {
        let leadsBack = owner.isWithin(nextName) && name.isWithin(nextName)
        guard owner < name, name < nextName || leadsBack else { return false }
        // Below a delegation or a DNAME another record would have to speak (RFC 6840 4.1, RFC 6672 5.3.4.1).
        return !name.isBelow(owner) || !(types.isDelegation || types.contains(.dname))
    }
}
