import DNS

/// A DNSKEY RRset that a DS or a trust anchor vouches for.
struct TrustedKeys {
    let keys: [VerificationKey]
    let signature: RRSIG
    let trustedBy: [DS]

    /// Finds the keys that `anchors` name and demands that one of them signs the RRset (RFC 4035 5.2). The caller
    /// has left only supported anchors.
    init(
        _ rrset: RRset, anchors: [DS], at now: Int64, _ work: Work
    ) throws(Fault) {
        let zone = rrset.owner
        keys = rrset.data.compactMap { data in
            if case .dnskey(let key) = data { VerificationKey(key) } else { nil }
        }
        let entryPoints = try EntryPoints(keys, anchors: anchors, of: zone, work)
        trustedBy = entryPoints.trustedBy
        guard !rrset.signatures.isEmpty else {
            throw Fault(.rrsigMissing, in: zone, "\(rrset.label) has no signature")
        }
        let byEntryPoints = rrset.signatures.filter { signature in
            entryPoints.keys.contains {
                $0.keyTag == signature.keyTag && $0.dnskey.algorithm == signature.algorithm
            }
        }
        guard !byEntryPoints.isEmpty else {
            throw Fault(
                .dsMismatch, in: zone,
                "the DS names key \(list(entryPoints.keys.map(\.keyTag))), but only key "
                    + "\(list(rrset.signatures.map(\.keyTag))) signs the DNSKEY RRset")
        }
        let check = SignatureCheck(zone: zone, keys: entryPoints.keys, now: now)
        signature = try check(rrset.with(ttl: rrset.ttl, signatures: byEntryPoints), work)
    }
}

/// The keys of a zone whose digests a DS or an anchor holds.
private struct EntryPoints {
    private(set) var keys: [VerificationKey] = []
    private(set) var trustedBy: [DS] = []

    init(
        _ candidates: [VerificationKey], anchors: [DS], of zone: Name, _ work: Work
    ) throws(Fault) {
        let usable = candidates.filter(\.isUsable)
        let limit = work.limits.keysPerSignature
        var overLimit: Fault?
        for ds in anchors {
            let named = usable.filter { ds.names($0) }
            for key in named.prefix(limit) {
                // Each pair of a DS and a key with its tag costs a hash (CVE-2023-50387).
                do { try work.spend(.digests) } catch {
                    throw .undecided(in: zone, error.detail)
                }
                guard ds.matches(key.dnskey, of: zone) else { continue }
                if !keys.contains(where: { $0 === key }) { keys.append(key) }
                if !trustedBy.contains(ds) { trustedBy.append(ds) }
            }
            if named.count > limit {
                overLimit = .undecided(
                    in: zone,
                    "\(named.count) keys share the tag \(ds.keyTag) of a DS, and only \(limit) are tried"
                )
            }
        }
        guard keys.isEmpty else { return }
        throw overLimit ?? Fault(.dsMismatch, in: zone, Self.mismatch(anchors, candidates))
    }

    private static func mismatch(_ anchors: [DS], _ keys: [VerificationKey]) -> String {
        let barred = keys.filter { key in !key.isUsable && anchors.contains { $0.names(key) } }
        if let key = barred.first {
            let reason = key.dnskey.isRevoked ? "is revoked" : "is no zone key"
            return "the DS (key tag \(key.keyTag)) names a key that \(reason)"
        }
        return "the DS (key tag \(list(anchors.map(\.keyTag)))) matches no key of the zone "
            + "(key tags \(list(keys.map(\.keyTag))))"
    }
}

extension DS {
    fileprivate func names(_ key: VerificationKey) -> Bool {
        keyTag == key.keyTag && algorithm == key.dnskey.algorithm
    }
}

/// Key tags in ascending order, each once.
private func list(_ tags: [UInt16]) -> String {
    Set(tags).sorted().map(String.init).joined(separator: ", ")
}

extension [DS] {
    /// Those that this validator can judge; SHA-1 counts only where nothing better is there (RFC 4509 3).
    var usable: [DS] {
        let supported = filter(\.isSupported)
        let strong = supported.filter { $0.digestType != .sha1 }
        return strong.isEmpty ? supported : strong
    }
}
