package import DNS

/// What validating one question gave.
package struct Validation: Hashable, Sendable {
    package var question: Question
    package var status: Status
    /// Why the status is not secure; the fault of the worst link, the first of equals.
    package var fault: Fault?
    /// The zones on the way, from the trust anchor down, each once.
    package var zones: [ZoneReport]
    /// The RRsets of the answer in the order of the alias chain, none when the answer is negative.
    package var answer: [RRset]
    /// The NSEC and NSEC3 records that a denial was judged by.
    package var denial: [RRset]
    /// Whether something is missing that the resolver is shown to take away from its answers.
    package var isStripped = false
    /// What else is worth knowing, a sentence each without final stop.
    package var notes: [String] = []

    package init(
        question: Question, status: Status, fault: Fault?, zones: [ZoneReport] = [],
        answer: [RRset] = [], denial: [RRset] = []
    ) {
        (self.question, self.status, self.fault) = (question, status, fault)
        (self.zones, self.answer, self.denial) = (zones, answer, denial)
    }

    /// The signature that ends first, over all zones.
    package var earliestSignature: SignatureWindow? {
        zones.compactMap(\.earliestSignature).min { $0.expiration < $1.expiration }
    }
}

/// What is known of one zone on the way.
package struct ZoneReport: Hashable, Sendable {
    package var zone: Name
    package var status: Status
    package var fault: Fault?
    /// Of the keys that a DS or an anchor vouches for.
    package var algorithms: [SecurityAlgorithm] = []
    /// The tags of all zone keys in the DNSKEY RRset, ascending.
    package var keyTags: [UInt16] = []
    /// The DS (or anchor) that matched a key, each once.
    package var trustedBy: [DS] = []
    /// Of the verified signatures in this zone, the one that ends first.
    package var earliestSignature: SignatureWindow?
    /// The longest TTL that the zone's signer gave to data seen, seconds.
    package var longestTTL: UInt32 = 0

    package init(zone: Name, status: Status, fault: Fault? = nil) {
        (self.zone, self.status, self.fault) = (zone, status, fault)
    }

    mutating func note(_ signature: RRSIG, at now: Int64) {
        let window = SignatureWindow(signature, at: now)
        longestTTL = max(longestTTL, signature.originalTTL)
        if let known = earliestSignature, known.expiration <= window.expiration { return }
        earliestSignature = window
    }
}

/// A signature's life, in seconds since 1970.
package struct SignatureWindow: Hashable, Sendable {
    package var typeCovered: RecordType
    package var inception: Int64
    package var expiration: Int64

    package init(typeCovered: RecordType, inception: Int64, expiration: Int64) {
        (self.typeCovered, self.inception, self.expiration) = (typeCovered, inception, expiration)
    }

    /// Serial numbers mean the moments nearest to `now` (RFC 4034 3.1.5, RFC 1982).
    init(_ signature: RRSIG, at now: Int64) {
        typeCovered = signature.typeCovered
        inception = Self.moment(signature.inception, near: now)
        expiration = Self.moment(signature.expiration, near: now)
    }

    private static func moment(_ time: UInt32, near now: Int64) -> Int64 {
        now + Int64(Int32(bitPattern: time &- UInt32(truncatingIfNeeded: now)))
    }
}
