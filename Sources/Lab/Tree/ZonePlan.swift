import DNS
import DNSSEC
import OpenSSL

/// What kind of zone a lab name lives in, and what is wrong with its signing.
enum ZonePlan: Sendable {
    case unsigned
    /// Signed and delegated with a DS.
    case signed(SecurityAlgorithm, Signing.Denial = .nsec, split: Bool = false)
    case faulty(Fault)

    enum Fault: Sendable {
        case signaturesExpired, signaturesInFuture, signatureInvalid, signatureMissing
        case denialMissing, keysMissing, wrongDS, unsupportedAlgorithm
    }

    static let standard = ZonePlan.signed(.ecdsaP256SHA256)
}

/// A zone as its server has it, and what its parent says of it.
struct PlantedZone: Sendable {
    var zone: Zone
    /// The version before its last change, signed by the same keys.
    var before: Zone?
    var delegationSigners: [DS] = []

    /// Signs a zone with fresh keys; the plan's fault is the only one.
    init(
        _ zone: Zone, before: Zone? = nil, _ plan: ZonePlan, at now: Int64
    ) throws(OpenSSLError) {
        (self.zone, self.before) = (zone, before)
        let sound = (now - Self.day)...(now + 90 * Self.day)
        switch plan {
        case .unsigned: return
        case .signed(let algorithm, let denial, let split):
            var keys = [try SigningKey(algorithm, flags: 257)]
            if split { keys.append(try SigningKey(algorithm, flags: 256)) }
            try sign(Signing(keys: keys, denial: denial, window: sound))
        case .faulty(let fault):
            let window =
                switch fault {
                case .signaturesExpired: (now - 30 * Self.day)...(now - Self.day)
                case .signaturesInFuture: (now + 2 * Self.day)...(now + 30 * Self.day)
                default: sound
                }
            let label: SecurityAlgorithm? = fault == .unsupportedAlgorithm ? Self.unassigned : nil
            let key = try SigningKey(.ecdsaP256SHA256, flags: 257, labelled: label)
            try sign(Signing(keys: [key], denial: .nsec, window: window))
            try spoil(fault)
        }
    }

    private mutating func sign(_ signing: Signing) throws(OpenSSLError) {
        try zone.sign(signing)
        try before?.sign(signing)
        delegationSigners = Self.signers(of: signing.entryPoints, zone.apex)
    }

    private mutating func spoil(_ fault: ZonePlan.Fault) throws(OpenSSLError) {
        guard var apex = zone.nodes[zone.apex] else { return }
        switch fault {
        case .signatureInvalid:
            apex.signatures[.a] = apex.signatures[.a]?.map(Self.flipped)
        case .signatureMissing:
            apex.signatures[.a] = nil
        case .denialMissing:
            (apex.records[.nsec], apex.signatures[.nsec]) = (nil, nil)
        case .keysMissing:
            (apex.records[.dnskey], apex.signatures[.dnskey]) = (nil, nil)
        case .wrongDS:
            let other = try SigningKey(.ecdsaP256SHA256, flags: 257)
            delegationSigners = Self.signers(of: [other], zone.apex)
        case .signaturesExpired, .signaturesInFuture, .unsupportedAlgorithm: break
        }
        zone.nodes[zone.apex] = apex
    }

    private static func flipped(_ record: Record) -> Record {
        guard var signature = record.rrsig, !signature.signature.isEmpty else { return record }
        signature.signature[signature.signature.count / 2] ^= 1
        var record = record
        record.data = .rrsig(signature)
        return record
    }

    private static func signers(of keys: [SigningKey], _ zone: Name) -> [DS] {
        keys.compactMap { DS(of: $0.dnskey, zone: zone, digestType: .sha256) }
    }

    private static let day: Int64 = 86_400
    /// No number that IANA has given out; no validator can judge it.
    private static let unassigned = SecurityAlgorithm(rawValue: 100)
}
