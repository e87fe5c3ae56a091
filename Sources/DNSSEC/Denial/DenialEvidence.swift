import DNS

/// The NSEC and NSEC3 RRsets of a response that a zone's keys sign, and what was wrong with the others.
struct DenialEvidence {
    private(set) var verified: [RRset] = []
    private(set) var signatures: [RRSIG] = []
    /// Of the RRsets that did not verify; it matters only where the others do not suffice.
    private(set) var fault: Fault?

    /// A hostile answer may hold hundreds of them; an honest one a proof for each wildcard among 11 aliases
    /// (`WorkLimits.aliases`), and three for the denial at their end (RFC 5155 7.2.2).
    private static let rrsetLimit = 14

    init(_ records: [Record], in zone: SecureZone, at now: Int64, _ work: Work) {
        for rrset in Self.rrsets(records, in: zone.name) {
            do {
                let signature = try zone.verify(rrset, at: now, work)
                // One made from a wildcard speaks of no real name.
                guard rrset.closestEncloser(by: signature) == nil else { continue }
                verified.append(rrset)
                signatures.append(signature)
            } catch {
                if fault == nil || error.kind == .indeterminate { fault = error }
            }
        }
    }

    /// The records by owner and type, as evidence names them.
    var words: String { verified.map { "\($0.type) of \($0.owner.text)" }.joined(separator: ", ") }

    private static func rrsets(_ records: [Record], in zone: Name) -> [RRset] {
        var rrsets: [RRset] = []
        let own = records.lazy.filter { record in
            (record.type == .nsec || record.type == .nsec3) && record.owner.isWithin(zone)
        }
        // Those of other zones that an honest answer brings are no more than its own.
        for record in own.prefix(2 * rrsetLimit) {
            guard rrsets.count < rrsetLimit else { break }
            guard !rrsets.contains(where: { $0.owner == record.owner && $0.type == record.type }),
                let rrset = RRset(owner: record.owner, type: record.type, in: records),
                !rrset.isSigned(byOtherThan: zone)
            else { continue }
            rrsets.append(rrset)
        }
        return rrsets
    }
}

extension RRset {
    /// Whether the RRset is another zone's, as that of an earlier alias or of a child (RFC 6840 4.1).
    fileprivate func isSigned(byOtherThan zone: Name) -> Bool {
        !signatures.isEmpty
            && signatures.allSatisfy { $0.signer != zone && owner.isWithin($0.signer) }
    }
}
