import DNS

/// A zone whose keys a chain of signatures leads to.
struct SecureZone: Sendable {
    let name: Name
    let keys: [VerificationKey]
    /// What was seen from the anchor down to this zone, this zone last.
    private(set) var trail: [ZoneReport]
    /// Seconds since 1970 between which all of the chain holds: from a signature's inception to the end of a TTL
    /// or of a signature.
    let validity: Range<Int64>

    init(name: Name, keys: [VerificationKey], trail: [ZoneReport], validity: Range<Int64>) {
        (self.name, self.keys, self.trail, self.validity) = (name, keys, trail, validity)
    }

    /// Verifies an RRset of this zone.
    func verify(_ rrset: RRset, at now: Int64, _ work: Work) throws(Fault) -> RRSIG {
        try SignatureCheck(zone: name, keys: keys, now: now)(rrset, work)
    }

    /// The zone, its own report told of a signature that the chain below it rests on.
    func noting(_ signature: RRSIG, at now: Int64) -> SecureZone {
        var zone = self
        if let last = zone.trail.indices.last { zone.trail[last].note(signature, at: now) }
        return zone
    }
}

/// Which zone a name lies in, as far as security goes.
enum ZoneState: Sendable {
    case secure(SecureZone)
    /// No zone is known to be secure; the fault says why and whether that is insecure, bogus or undecided.
    case unproven(Fault, trail: [ZoneReport])
}
