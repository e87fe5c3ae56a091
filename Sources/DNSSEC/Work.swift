import Synchronization

/// Ceilings on what one validation through one resolver may cost. A hostile zone can make each of these explode;
/// going over one ends the validation as indeterminate at once.
package struct WorkLimits: Hashable, Sendable {
    /// Signature verifications in all (KeyTrap, CVE-2023-50387). Unbound stops at as many: 16 suspensions
    /// (MAX_VALIDATION_SUSPENDS) after 8 each (MAX_VALIDATE_AT_ONCE).
    package var signatures = 128
    /// Keys tried for one signature, or one DS, where key tags collide (CVE-2023-50387). Unbound tries four for a
    /// DS (MAX_DS_MATCH_FAILURES); a sound zone has no collision, for signers avoid them (RFC 4034 appendix B).
    package var keysPerSignature = 4
    /// DS digests in all; colliding key tags multiply them (CVE-2023-50387). As many as signatures: a digest
    /// costs less, and a sound zone needs one for each key that signs.
    package var digests = 128
    /// NSEC3 hashes in all (CVE-2023-50868). A name has at most 127 labels (RFC 1035 2.3.4), each hashed once to
    /// find the closest encloser; twice that lets one denial and one walk to it end.
    package var hashes = 256
    /// Additional NSEC3 iterations; above it a zone counts as unsigned (RFC 9276 3.2). 150 is what Unbound, BIND,
    /// Knot Resolver and PowerDNS agreed upon in 2021.
    package var nsec3Iterations: UInt16 = 150
    /// Questions asked. Two for each cut of the longest path that `zoneCuts` allows, which are 68, and 28 more for
    /// labels that are no cuts and for aliases; BIND gives a resolution 200 (max-query-count), counting those of
    /// its iteration.
    package var fetches = 96
    /// Aliases followed; Unbound (MAX_RESTART_COUNT) and BIND (max-query-restarts) follow as many.
    package var aliases = 11
    /// Zone cuts between the trust anchor and a name. The deepest names in use are those of ip6.arpa (RFC 3596
    /// 2.5): 34 labels, and no more cuts where every one of them is delegated.
    package var zoneCuts = 34

    package init() {}
}

/// Counts the work of one validation against its limits.
final class Work: Sendable {
    let limits: WorkLimits
    private let spent = Mutex((signatures: 0, digests: 0, hashes: 0, fetches: 0))

    init(_ limits: WorkLimits) {
        self.limits = limits
    }

    enum Kind: String {
        case signatures = "signature verifications"
        case digests = "DS digests"
        case hashes = "NSEC3 hashes"
        case fetches = "questions"
    }

    /// Throws the sentence that says which limit was reached.
    func spend(_ kind: Kind) throws(WorkExhausted) {
        let (spent, limit) = spent.withLock { spent in
            switch kind {
            case .signatures:
                spent.signatures += 1
                return (spent.signatures, limits.signatures)
            case .digests:
                spent.digests += 1
                return (spent.digests, limits.digests)
            case .hashes:
                spent.hashes += 1
                return (spent.hashes, limits.hashes)
            case .fetches:
                spent.fetches += 1
                return (spent.fetches, limits.fetches)
            }
        }
        if spent > limit { throw WorkExhausted(kind: kind, limit: limit) }
    }
}

struct WorkExhausted: Error {
    let kind: Work.Kind
    let limit: Int

    var detail: String { "more than \(limit) \(kind.rawValue) would be needed" }
}
