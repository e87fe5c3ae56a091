package import DNS
import OpenSSL

/// NSEC3 records of one zone with one set of parameters (RFC 5155 8).
struct NSEC3Denial {
    private let zone: Name
    /// Additional rounds that each hash costs.
    let iterations: UInt16
    private let salt: [UInt8]
    private let records: [(hash: [UInt8], nsec3: NSEC3)]

    /// Nil where there are none to use.
    init?(_ rrsets: [RRset], in zone: Name) {
        let all = rrsets.flatMap { rrset -> [(hash: [UInt8], nsec3: NSEC3)] in
            guard rrset.type == .nsec3, rrset.owner.parent == zone,
                let label = rrset.owner.labels.first,
                let hash = NSEC3.hash(label: label)
            else { return [] }
            return rrset.data.compactMap { data in
                // Unknown hash algorithms and flags are passed over (RFC 5155 8.1, 8.2).
                guard case .nsec3(let nsec3) = data, nsec3.hashAlgorithm == 1, nsec3.flags <= 1,
                    nsec3.nextHash.count == hash.count, hash.count == 20
                else { return nil }
                return (hash, nsec3)
            }
        }
        guard let first = all.first?.nsec3 else { return nil }
        self.zone = zone
        (iterations, salt) = (first.iterations, first.salt)
        // One chain's records must do: others have other parameters (RFC 5155 8.2).
        records = all.filter {
            $0.nsec3.iterations == first.iterations && $0.nsec3.salt == first.salt
        }
    }

    func proof(of name: Name, _ type: RecordType, _ work: Work) throws(WorkExhausted) -> Denial
        .Proof?
    {
        if let match = try match(name, work) {
            if match.types.isUnsignedDelegation, type != .ds { return .unsignedZone(name) }
            guard match.types.denies(type, at: name) else { return nil }
            if match.types.deniesName { return .nameError }
            return type == .ds && match.types.isDelegation ? .unsignedDelegation : .noData
        }
        guard let closest = try closestEncloser(of: name, work) else { return nil }
        if closest.match.types.isUnsignedDelegation { return .unsignedZone(closest.name) }
        // Below a delegation or a DNAME another record would have to speak (RFC 5155 8.3).
        guard !closest.match.types.isDelegation, !closest.match.types.contains(.dname),
            let cover = try cover(closest.nextCloser, work)
        else { return nil }
        // RFC 5155 8.6: an opt-out span may hold an unsigned delegation.
        if cover.isOptOut, type == .ds { return .optOut }
        // A wildcard whose name would be too long is not there.
        if let wildcard = closest.name.wildcard {
            if let match = try match(wildcard, work) {
                guard match.types.denies(type, at: wildcard) else { return nil }
                return cover.isOptOut ? .optOut : .noData
            }
            guard try self.cover(wildcard, work) != nil else {
                return cover.isOptOut ? .optOutOfData : nil
            }
        }
        // The span of the next closer name decides (RFC 5155 9.2).
        return cover.isOptOut ? .optOut : .nameError
    }

    /// RFC 5155 8.8.
    func proof(thatNothingCovers nextCloser: Name, _ work: Work) throws(WorkExhausted) -> Denial
        .Proof?
    {
        guard let cover = try cover(nextCloser, work) else { return nil }
        return cover.isOptOut ? .optOut : .nameError
    }

    /// The longest ancestor that a record matches, and the name one label longer (RFC 5155 8.3).
    private func closestEncloser(
        of name: Name, _ work: Work
    ) throws(WorkExhausted) -> (name: Name, match: NSEC3, nextCloser: Name)? {
        var nextCloser = name
        while let candidate = nextCloser.parent, candidate.isWithin(zone) {
            if let match = try match(candidate, work) { return (candidate, match, nextCloser) }
            nextCloser = candidate
        }
        return nil
    }

    private func match(_ name: Name, _ work: Work) throws(WorkExhausted) -> NSEC3? {
        let hash = try hash(name, work)
        return records.first { $0.hash == hash }?.nsec3
    }

    private func cover(_ name: Name, _ work: Work) throws(WorkExhausted) -> NSEC3? {
        let hash = try hash(name, work)
        return records.first { $0.nsec3.covers(hash, from: $0.hash) }?.nsec3
    }

    /// RFC 5155 5.
    private func hash(_ name: Name, _ work: Work) throws(WorkExhausted) -> [UInt8] {
        try work.spend(.hashes)
        return NSEC3Hash.hash(name, iterations: iterations, salt: salt)
    }
}

extension NSEC3 {
    /// Strictly between the owner's hash and the next; the last record of the ring leads back to the first.
    func covers(_ hash: [UInt8], from owner: [UInt8]) -> Bool {
        let isAfter = owner.lexicographicallyPrecedes(hash)
        let isBefore = hash.lexicographicallyPrecedes(nextHash)
        return owner.lexicographicallyPrecedes(nextHash)
            ? isAfter && isBefore : isAfter || isBefore
    }
}

/// The hash of RFC 5155 5.
package enum NSEC3Hash {
    /// 20 bytes; `iterations` are those after the first.
    package static func hash(_ name: Name, iterations: UInt16, salt: [UInt8]) -> [UInt8] {
        var hash = Digest.sha1(name.lowercased.wire + salt)
        for _ in 0..<iterations { hash = Digest.sha1(hash + salt) }
        return hash
    }
}
