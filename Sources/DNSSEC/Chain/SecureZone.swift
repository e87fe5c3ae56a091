import DNS

/// A zone whose keys a chain of signatures leads to.
struct SecureZone: Sendable {
    let name: Name
    let keys: [VerificationKey]
    /// What was seen from the anchor down to this zone, this zone last.
    var trail: [ZoneReport]
    /// Seconds since 1970 between which all of the chain holds: a signature's inception, then the end of a TTL or
    /// of a signature.
    let validity: ClosedRange<Int64>

    /// Verifies an RRset of this zone.
    func verify(_ rrset: RRset, at now: Int64, _ work: Work) throws(Fault) -> RRSIG {
        try SignatureCheck(zone: name, keys: keys, now: now)(rrset, work)
    }
}

/// Which zone a name lies in, as far as security goes.
enum ZoneState: Sendable {
    case secure(SecureZone)
    /// No zone is known to be secure; the fault says why and whether that is insecure, bogus or undecided.
    case unproven(Fault, trail: [ZoneReport])
}
