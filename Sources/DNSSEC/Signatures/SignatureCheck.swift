import DNS

/// Judges an RRset's signatures by a zone's keys at one moment (RFC 4035 5.3). Pure but for the work it counts.
struct SignatureCheck {
    let zone: Name
    let keys: [VerificationKey]
    /// Seconds since 1970; exact, without skew.
    let now: Int64

    /// The first signature that holds; else the fault that comes first in precedence.
    func callAsFunction(_ rrset: RRset, _ work: Work) throws(Fault) -> RRSIG {
        var faults: [Fault] = []
        // SHA-1 only where nothing better holds, so that a zone is told of it only then (RFC 9905).
        let supported = rrset.signatures.filter(\.algorithm.isSupported)
        let ordered =
            supported.filter { !$0.algorithm.usesSHA1 } + supported.filter(\.algorithm.usesSHA1)
        for signature in ordered {
            do {
                try check(signature, over: rrset, work)
                return signature
            } catch {
                faults.append(error)
            }
        }
        // What was not tried might have held.
        throw faults.last { $0.kind == .indeterminate }
            ?? faults.min { $0.kind.rank < $1.kind.rank } ?? missing(rrset)
    }

    private func check(_ signature: RRSIG, over rrset: RRset, _ work: Work) throws(Fault) {
        try checkForm(signature, over: rrset)
        try checkWindow(signature, over: rrset)
        let candidates = keys.filter {
            $0.keyTag == signature.keyTag && $0.dnskey.algorithm == signature.algorithm
                && $0.isUsable
        }
        guard !candidates.isEmpty else {
            throw invalid(
                rrset, "was made with key \(signature.keyTag), which is no usable key of the zone")
        }
        var data: [UInt8]?
        for key in candidates.prefix(work.limits.keysPerSignature) {
            do { try work.spend(.signatures) } catch {
                throw .undecided(in: zone, error.detail)
            }
            let signed = data ?? CanonicalForm.signedData(rrset, by: signature)
            if key.verifies(signature.signature, of: signed) { return }
            data = signed
        }
        guard candidates.count <= work.limits.keysPerSignature else {
            throw .undecided(
                in: zone,
                "\(candidates.count) keys share the tag \(signature.keyTag) of a signature over "
                    + "\(rrset.label), and only \(work.limits.keysPerSignature) are tried")
        }
        throw invalid(rrset, "does not verify with key \(signature.keyTag)")
    }

    /// RFC 4035 5.3.1: signer and labels.
    private func checkForm(_ signature: RRSIG, over rrset: RRset) throws(Fault) {
        guard signature.signer == zone else {
            throw invalid(rrset, "names \(signature.signer) as its signer")
        }
        // These stand at an apex only: what a parent signs of them is not the zone's (RFC 4035 2.1, 2.2).
        guard rrset.owner == zone || ![.soa, .ns, .dnskey].contains(rrset.type) else {
            throw invalid(rrset, "is of \(zone.text), which is not the zone that begins there")
        }
        guard Int(signature.labels) <= rrset.owner.signedLabelCount else {
            throw invalid(
                rrset,
                "counts \(signature.labels) labels, more than its owner's \(rrset.owner.signedLabelCount)"
            )
        }
        // A wildcard above the zone would be another zone's.
        guard Int(signature.labels) >= zone.labelCount else {
            throw invalid(rrset, "counts \(signature.labels) labels, fewer than its zone's")
        }
    }

    private func checkWindow(_ signature: RRSIG, over rrset: RRset) throws(Fault) {
        let window = SignatureWindow(signature, at: now)
        // By serial arithmetic, as the comparisons with the clock (RFC 4034 3.1.5, RFC 1982 3.2).
        guard Int32(bitPattern: signature.expiration &- signature.inception) >= 0 else {
            throw invalid(rrset, "ends before it begins")
        }
        if window.expiration < now {
            throw Fault(
                .signatureExpired, in: zone,
                "the signature over \(rrset.label) by key \(signature.keyTag) expired at "
                    + "\(CivilTime(secondsSince1970: window.expiration).rfc3339), \(now - window.expiration) s before the check"
            )
        }
        if window.inception > now {
            throw Fault(
                .signatureNotYetValid, in: zone,
                "the signature over \(rrset.label) by key \(signature.keyTag) begins at "
                    + "\(CivilTime(secondsSince1970: window.inception).rfc3339), \(window.inception - now) s after the check"
            )
        }
    }

    private func invalid(_ rrset: RRset, _ clause: String) -> Fault {
        Fault(.signatureInvalid, in: zone, "a signature over \(rrset.label) \(clause)")
    }

    private func missing(_ rrset: RRset) -> Fault {
        let others = Set(rrset.signatures.map(\.algorithm)).map(\.description).sorted()
        return Fault(
            .rrsigMissing, in: zone,
            others.isEmpty
                ? "\(rrset.label) has no signature, though the zone is signed"
                : "\(rrset.label) has signatures of unsupported algorithms only "
                    + "(\(others.joined(separator: ", ")))")
    }
}

extension RRset {
    /// Owner and type, as evidence names an RRset.
    var label: String { "\(owner.text) \(type)" }

    /// The wildcard's closest encloser, where `signature` shows that the RRset was made from one.
    func closestEncloser(by signature: RRSIG) -> Name? {
        Int(signature.labels) < owner.signedLabelCount ? owner.suffix(Int(signature.labels)) : nil
    }

    /// When validated data may be used: no longer than the signer meant (RFC 4035 5.3.3).
    func validity(by signature: RRSIG, at now: Int64) -> Range<Int64> {
        let window = SignatureWindow(signature, at: now)
        let life = min(Int64(ttl), Int64(signature.originalTTL), window.expiration - now)
        return min(window.inception, now)..<(now + max(0, life))
    }

    /// The RRset with the TTL that RFC 4035 5.3.3 leaves it; the TTL with which its signature came counts too.
    func capped(by signature: RRSIG, in records: [Record], at now: Int64) -> RRset {
        let received = records.filter { $0.owner == owner && $0.rrsig == signature }.map(\.ttl)
        let life = min(
            UInt32(clamping: validity(by: signature, at: now).upperBound - now),
            received.min() ?? ttl)
        guard life < ttl else { return self }
        return with(ttl: life, signatures: signatures)
    }

    func with(ttl: UInt32, signatures: [RRSIG]) -> RRset {
        let records = records.map {
            Record(owner: owner, type: type, class: `class`, ttl: ttl, data: $0.data)
        }
        let covering = signatures.map {
            Record(owner: owner, type: .rrsig, class: `class`, ttl: ttl, data: .rrsig($0))
        }
        return RRset(owner: owner, type: type, class: `class`, in: records + covering) ?? self
    }
}
