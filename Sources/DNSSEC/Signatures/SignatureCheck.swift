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
        for signature in rrset.signatures where signature.algorithm.isSupported {
            do {
                try check(signature, over: rrset, work)
                return signature
            } catch {
                // Work at its end is no property of one signature.
                if error.kind == .indeterminate { throw error }
                faults.append(error)
            }
        }
        throw faults.min { $0.kind.rank < $1.kind.rank } ?? missing(rrset)
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
                rrset, "was made with key \(signature.keyTag), which is no key of the zone")
        }
        let data = CanonicalForm.signedData(rrset, by: signature)
        for key in candidates.prefix(work.limits.keysPerSignature) {
            do { try work.spend(.signatures) } catch {
                throw .undecided(in: zone, error.detail)
            }
            if key.verifies(signature.signature, of: data) { return }
        }
        throw invalid(rrset, "does not verify with key \(signature.keyTag)")
    }

    /// RFC 4035 5.3.1: signer and labels.
    private func checkForm(_ signature: RRSIG, over rrset: RRset) throws(Fault) {
        guard signature.signer == zone else {
            throw invalid(rrset, "names \(signature.signer) as its signer")
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

    /// Seconds that validated data may be held: no longer than the signer meant (RFC 4035 5.3.3).
    func lifetime(by signature: RRSIG, at now: Int64) -> Int64 {
        let left = SignatureWindow(signature, at: now).expiration - now
        return min(Int64(ttl), Int64(signature.originalTTL), left)
    }
}
