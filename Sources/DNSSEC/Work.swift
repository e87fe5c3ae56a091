import Synchronization

/// Ceilings on what one validation may cost. A hostile zone can make each of these explode; going over one ends
/// the validation as indeterminate at once.
package struct WorkLimits: Hashable, Sendable {
    /// Signature verifications in all (KeyTrap, CVE-2023-50387).
    package var signatures = 128
    /// Keys tried for one signature where key tags collide (CVE-2023-50387); Unbound's limit is the same.
    package var keysPerSignature = 4
    /// DS digests in all; colliding key tags multiply them (CVE-2023-50387).
    package var digests = 128
    /// NSEC3 hashes in all (CVE-2023-50868).
    package var hashes = 256
    /// Additional NSEC3 iterations; above it a zone counts as unsigned (RFC 9276 3.2).
    package var nsec3Iterations: UInt16 = 150
    /// Questions asked.
    package var fetches = 96
    /// Aliases followed.
    package var aliases = 11

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
