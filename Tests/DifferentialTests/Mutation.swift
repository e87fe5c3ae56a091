import Addresses
import DNS
import DNSSEC
import Lab

/// What is done to one zone of a round after it was signed.
enum Mutation: String, CaseIterable, Sendable {
    case none
    // Signatures.
    case dropSignature, corruptSignature, swapSignatures, expired, notYetValid, wrongKey
    case foreignKey, foreignTag, wrongSigner, labelsTooFew, labelsTooMany, lowerOriginalTTL
    case unknownAlgorithm, extraBadSignature, ancientWindow
    // Data.
    case dropRecord, dropRRset, addRecord, addRRset, addName, duplicateRecord, changeCase, raiseTTL
    // Denial.
    case dropDenial, dropDenialSignature, dropAllDenial, wrongNextName, claimType, denyType
    case flipOptOut, otherIterations, dropParameters, wideSpan
    // Delegation and keys.
    case corruptDS, wrongTagDS, wrongAlgorithmDS, extraDS, noDS, dropKeys, dropOneKey
    case clearZoneFlag, setRevokedFlag, wrongProtocol, keysSignedByZoneKey, corruptKey
    // Of the parent's side of a cut.
    case addNameBelowCut, signDelegation
}

extension Planted {
    /// Breaks the zone; the result are questions that should notice, nil where the zone has nothing to break
    /// in this way.
    mutating func mutate(_ mutation: Mutation, _ draw: inout Draw, now: Int64) throws -> [Question]?
    {
        switch mutation {
        case .none: return []
        case .dropSignature, .corruptSignature, .swapSignatures, .expired, .notYetValid,
            .wrongKey, .foreignKey, .foreignTag, .wrongSigner, .labelsTooFew, .labelsTooMany,
            .lowerOriginalTTL, .unknownAlgorithm, .extraBadSignature, .ancientWindow:
            // Denial records are hit as often as all others.
            let isDenial = draw.chance(25)
            let candidates = signed.filter { $0.type.isDenial == isDenial && $0.type != .soa }
            guard let rrset = draw.pick(candidates) else { return nil }
            try mutateSignatures(of: rrset, mutation, &draw, now: now)
            return [Question(rrset.owner, rrset.type)]
        case .dropRecord, .dropRRset, .addRecord, .addRRset, .addName, .duplicateRecord,
            .changeCase, .raiseTTL, .addNameBelowCut, .signDelegation:
            return try mutateData(mutation, &draw)
        case .dropDenial, .dropDenialSignature, .dropAllDenial, .wrongNextName, .claimType,
            .denyType, .flipOptOut, .otherIterations, .dropParameters, .wideSpan:
            return try mutateDenial(mutation, &draw)
        default:
            return try mutateDelegation(mutation, &draw)
        }
    }

    private mutating func mutateSignatures(
        of rrset: RRset, _ mutation: Mutation, _ draw: inout Draw, now: Int64
    ) throws {
        let plain = rrset.records
        var fields = SigningKey.Fields()
        let labels = UInt8(rrset.owner.signedLabelCount)
        switch mutation {
        case .dropSignature: replace(rrset, by: plain)
        case .corruptSignature:
            let place = draw.number(below: 64)
            changeSignatures(of: rrset) { $0.signature[place % $0.signature.count] ^= 1 }
        case .swapSignatures:
            guard let other = draw.pick(signed.filter { $0.owner != rrset.owner }) else { return }
            let bytes = other.signatures[0].signature
            changeSignatures(of: rrset) { $0.signature = bytes }
        case .expired:
            let end = now - Int64(1 + draw.number(below: 2) * 86_400)
            replace(
                rrset, by: plain + (try signatures(over: rrset, valid: (now - 200_000)...end)))
        case .notYetValid:
            replace(
                rrset,
                by: plain + (try signatures(over: rrset, valid: (now + 3600)...(now + 86_400))))
        case .ancientWindow:
            // Serial arithmetic: the moments nearest to now count (RFC 4034 3.1.5).
            let far: Int64 = 1 << 31
            replace(
                rrset,
                by: plain + (try signatures(over: rrset, valid: (now - far + 100)...(now + 9999))))
        case .wrongKey:
            let key = try SigningKey(.ecdsaP256SHA256, flags: 256)
            fields.keyTag = rrset.signatures[0].keyTag
            replace(rrset, by: plain + (try signatures(over: rrset, by: [key], fields)))
        case .foreignKey:
            let key = try SigningKey(plan.algorithm, flags: 256, bits: 1024)
            replace(rrset, by: plain + (try signatures(over: rrset, by: [key])))
        case .foreignTag:
            changeSignatures(of: rrset) { $0.keyTag &+= 1 }
        case .wrongSigner:
            let signer = draw.pick([apex.parent ?? .root, rrset.owner.down("x"), rrset.owner])
            replace(rrset, by: plain + (try signatures(over: rrset, signer: signer)))
        case .labelsTooFew:
            guard labels > 0 else { return }
            fields.labels = UInt8(draw.number(below: Int(labels)))
            replace(rrset, by: plain + (try signatures(over: rrset, fields)))
        case .labelsTooMany:
            fields.labels = labels + 1
            replace(rrset, by: plain + (try signatures(over: rrset, fields)))
        case .lowerOriginalTTL:
            fields.originalTTL = rrset.ttl / 2
            replace(rrset, by: plain + (try signatures(over: rrset, fields)))
        case .unknownAlgorithm:
            changeSignatures(of: rrset) { $0.algorithm = SecurityAlgorithm(rawValue: 201) }
        case .extraBadSignature:
            var bad = rrset.signatures[0]
            bad.signature[7 % bad.signature.count] ^= 4
            records.append(
                Record(owner: rrset.owner, type: .rrsig, ttl: rrset.ttl, data: .rrsig(bad)))
        default: break
        }
    }
}

extension RecordType {
    var isDenial: Bool { self == .nsec || self == .nsec3 }
}
