import DNS
import DNSSEC
import Lab

/// A zone as the generator wants it, and those below it.
struct PlannedZone: Sendable {
    enum Signer: Sendable { case own, bind, ldns }

    /// What the parent says of it.
    enum Delegation: Hashable, Sendable {
        case signed
        /// Signed, and no DS.
        case island
        case unsigned
        /// A DS only of what no validator knows.
        case unsupportedDigest, unsupportedAlgorithm
    }

    /// Which keys there are besides those that are needed.
    enum Keys: Hashable, Sendable {
        case combined
        case split
        /// Another KSK in the DNSKEY RRset that signs nothing, or that signs the keys too.
        case standbyKey, secondKey
        /// A DS for a key that is not there yet.
        case standbyDS
        /// Two algorithms, both signing all.
        case twoAlgorithms
        /// A revoked KSK that signs the keys too (RFC 5011 2.1).
        case revokedKey
    }

    var apex: Name
    var delegation = Delegation.signed
    var signer = Signer.own
    var algorithm = SecurityAlgorithm.ecdsaP256SHA256
    var denial = Signing.Denial.nsec
    var keys = Keys.combined
    var digests: [DigestType] = [.sha256]
    /// Data other than SOA, NS of the apex, delegations and all that signing adds.
    var records: [Record] = []
    var children: [PlannedZone] = []

    var isSigned: Bool { delegation != .unsigned }

    /// This one and all below it, top down.
    var all: [PlannedZone] { [self] + children.flatMap(\.all) }

    /// One line for people who have to find out what went wrong.
    var summary: String {
        guard isSigned else { return "\(apex) unsigned" }
        return
            "\(apex) \(delegation) by \(signer), algorithm \(algorithm.rawValue), \(denial), "
            + "\(keys) keys, DS digests \(digests.map(\.rawValue))"
    }
}
