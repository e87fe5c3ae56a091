import DNS

/// A DNSKEY RRset that a DS or a trust anchor vouches for.
struct TrustedKeys {
    var keys: [VerificationKey]
    var signature: RRSIG
    var trustedBy: [DS]

    /// Finds the keys that `anchors` name and demands that one of them signs the RRset (RFC 4035 5.2). The caller
    /// has left only supported anchors.
    init(
        _ rrset: RRset, anchors: [DS], at now: Int64, _ work: Work
    ) throws(Fault) {
        let zone = rrset.owner
        let keys = rrset.data.compactMap { data -> VerificationKey? in
            if case .dnskey(let key) = data { VerificationKey(key) } else { nil }
        }
        var trustedBy: [DS] = []
        let entryPoints = keys.filter { key in
            guard key.isUsable else { return false }
            let matching = anchors.filter { $0.matches(key.dnskey, of: zone) }
            trustedBy += matching.filter { !trustedBy.contains($0) }
            return !matching.isEmpty
        }
        guard !entryPoints.isEmpty else {
            throw Fault(.dsMismatch, in: zone, Self.mismatch(anchors, keys))
        }
        guard !rrset.signatures.isEmpty else {
            throw Fault(.rrsigMissing, in: zone, "\(rrset.label) has no signature")
        }
        let tags = Set(entryPoints.map(\.keyTag))
        let byEntryPoints = rrset.signatures.filter { tags.contains($0.keyTag) }
        guard !byEntryPoints.isEmpty else {
            throw Fault(
                .dsMismatch, in: zone,
                "the DS names key \(Self.list(tags)), but only key "
                    + "\(Self.list(Set(rrset.signatures.map(\.keyTag)))) signs the DNSKEY RRset")
        }
        let check = SignatureCheck(zone: zone, keys: entryPoints, now: now)
        signature = try check(rrset.with(signatures: byEntryPoints), work)
        self.keys = keys
        self.trustedBy = trustedBy
    }

    private static func mismatch(_ anchors: [DS], _ keys: [VerificationKey]) -> String {
        "the DS (key tag \(list(Set(anchors.map(\.keyTag))))) matches no key of the zone "
            + "(key tags \(list(Set(keys.map(\.keyTag)))))"
    }

    private static func list(_ tags: Set<UInt16>) -> String {
        tags.sorted().map(String.init).joined(separator: ", ")
    }
}

extension RRset {
    fileprivate func with(signatures: [RRSIG]) -> RRset {
        RRset(
            owner: owner, type: type, class: `class`,
            in: records
                + signatures.map {
                    Record(owner: owner, type: .rrsig, class: `class`, ttl: ttl, data: .rrsig($0))
                }) ?? self
    }
}

extension [DS] {
    /// Those that this validator can judge; SHA-1 counts only where nothing better is there (RFC 4509 3).
    var usable: [DS] {
        let supported = filter(\.isSupported)
        let strong = supported.filter { $0.digestType != .sha1 }
        return strong.isEmpty ? supported : strong
    }
}
