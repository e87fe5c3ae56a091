import DNS

/// The NSEC and NSEC3 RRsets of a response that a zone's keys sign, and what was wrong with the others.
struct DenialEvidence {
    private(set) var verified: [RRset] = []
    private(set) var signatures: [(RRSIG, ttl: UInt32)] = []
    /// Of the RRsets that did not verify; it matters only where the others do not suffice.
    private(set) var fault: Fault?

    /// A hostile answer may hold hundreds of them; an honest one never more than four.
    private static let rrsetLimit = 12

    init(_ records: [Record], in zone: SecureZone, at now: Int64, _ work: Work) {
        let owners = records.filter {
            ($0.type == .nsec || $0.type == .nsec3) && $0.owner.isWithin(zone.name)
        }
        var seen: Set<Name> = []
        for record in owners
        where seen.insert(record.owner).inserted && seen.count <= Self.rrsetLimit {
            guard let rrset = RRset(owner: record.owner, type: record.type, in: records) else {
                continue
            }
            do {
                let signature = try zone.verify(rrset, at: now, work)
                // One made from a wildcard speaks of no real name.
                guard rrset.closestEncloser(by: signature) == nil else { continue }
                verified.append(rrset)
                signatures.append((signature, rrset.ttl))
            } catch {
                fault = fault ?? error
            }
        }
    }
}
