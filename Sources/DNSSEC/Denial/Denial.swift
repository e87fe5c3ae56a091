import DNS

/// Verified NSEC or NSEC3 records of one zone, and what they prove (RFC 4035 5.4, RFC 5155 8, RFC 7129). Pure but for
/// the hashes it counts.
enum Denial {
    case nsec(NSECDenial)
    case nsec3(NSEC3Denial)

    /// What is proven about a name and type.
    enum Proof: Equatable {
        /// The name does not exist, and no wildcard stands for it.
        case nameError
        /// The name (or the wildcard that stands for it) exists without the type.
        case noData
        /// As `noData`, and the name is a delegation without DS: unsigned from here on.
        case unsignedDelegation
        /// The name is at or below this delegation without DS, so that nothing of it is signed (RFC 4035 5.2).
        case unsignedZone(Name)
        /// The name may exist as an unsigned delegation within an opt-out span (RFC 5155 6).
        case optOut
        /// As `optOut`, with nothing said of the wildcard: where the response does not deny the name itself, it may
        /// stand empty above unsigned delegations (RFC 5155 errata 3441).
        case optOutOfData
    }

    /// Nil where the records are of neither kind. NSEC3 comes first when a zone holds both. Throws where a proof
    /// would cost too many iterations: such a zone counts as unsigned (RFC 9276 3.2).
    init?(_ rrsets: [RRset], in zone: Name, _ limits: WorkLimits) throws(Fault) {
        if let nsec3 = NSEC3Denial(rrsets, in: zone) {
            guard nsec3.iterations <= limits.nsec3Iterations else {
                throw Fault(
                    .algorithmUnsupported, in: zone,
                    "its NSEC3 records use \(nsec3.iterations) iterations, more than "
                        + "\(limits.nsec3Iterations)")
            }
            self = .nsec3(nsec3)
        } else if let nsec = NSECDenial(rrsets, in: zone) {
            self = .nsec(nsec)
        } else {
            return nil
        }
    }

    /// What the records prove about `name` and `type`; nil when they prove nothing.
    func proof(of name: Name, _ type: RecordType, _ work: Work) throws(WorkExhausted) -> Proof? {
        switch self {
        case .nsec(let denial): denial.proof(of: name, type)
        case .nsec3(let denial): try denial.proof(of: name, type, work)
        }
    }

    /// Whether no name closer to `name` than the wildcard under `closestEncloser` exists, so that its expansion
    /// is right (RFC 4035 5.3.4, RFC 5155 8.8). `optOut` says that only an opt-out span shows it.
    func proof(
        thatWildcardUnder closestEncloser: Name, standsFor name: Name, _ work: Work
    ) throws(WorkExhausted) -> Proof? {
        let nextCloser = name.suffix(closestEncloser.labelCount + 1)
        return switch self {
        case .nsec(let denial): denial.excludes(nextCloser) ? .nameError : nil
        case .nsec3(let denial): try denial.proof(thatNothingCovers: nextCloser, work)
        }
    }
}

extension TypeBitmap {
    /// The parent's side of a zone cut: NS without SOA.
    var isDelegation: Bool { contains(.ns) && !contains(.soa) }

    /// Compact denial's NXNAME, which no type of data may stand beside (RFC 9824 2).
    var deniesName: Bool {
        contains(.nxname) && types.allSatisfy { [.rrsig, .nsec, .nxname].contains($0) }
    }

    /// Such a cut without DS: what is there and below is another zone's, and unsigned.
    var isUnsignedDelegation: Bool { isDelegation && !contains(.ds) }

    /// Whether the bitmap of the record at a name denies `type` there (RFC 5155 8.5, 8.6; RFC 6840 4.1). At a
    /// delegation the parent's record speaks for DS only, and an apex's own not for DS, but for the root's.
    func denies(_ type: RecordType, at name: Name) -> Bool {
        guard !contains(type), !contains(.cname) else { return false }
        switch type {
        case .ds: return !contains(.soa) || name.isRoot
        // Any other record at the name would be an answer.
        case .any: return types.allSatisfy { [.rrsig, .nsec, .nxname].contains($0) }
        default: return !isDelegation
        }
    }
}
