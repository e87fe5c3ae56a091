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
    /// What signs each RRset of the answer that was found secure.
    package var answerSignatures: [VerifiedSignature] = []
    /// What the answer denies at the end of its aliases; nil where it is positive.
    package var denied: Question?
    /// The NSEC and NSEC3 records, verified, that a denial or the use of a wildcard was judged by.
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
    /// The parent's signature over the DS RRset; nil below a trust anchor.
    package var delegationSignature: VerifiedSignature?
    /// The signature over the DNSKEY RRset.
    package var keySignature: VerifiedSignature?
    /// What operators should know though it changes no verdict, a clause each: what rests on SHA-1 alone.
    package var notes: [String] = []
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
        if signature.algorithm.usesSHA1 {
            note(
                "\(zone.text) validates only through signatures of \(signature.algorithm) (RFC 9905)"
            )
        }
        if let known = earliestSignature, known.expiration <= window.expiration { return }
        earliestSignature = window
    }
}

/// A signature that held, and over what.
package struct VerifiedSignature: Hashable, Sendable {
    /// Of the RRset.
    package var owner: Name
    /// The zone whose key made it.
    package var signer: Name
    package var keyTag: UInt16
    package var window: SignatureWindow
    /// The wildcard that the RRset was made from.
    package var wildcard: Name?

    package init(
        owner: Name, signer: Name, keyTag: UInt16, window: SignatureWindow, wildcard: Name? = nil
    ) {
        (self.owner, self.signer, self.keyTag) = (owner, signer, keyTag)
        (self.window, self.wildcard) = (window, wildcard)
    }

    init(_ signature: RRSIG, over owner: Name, at now: Int64) {
        let labels = Int(signature.labels)
        self.init(
            owner: owner, signer: signature.signer, keyTag: signature.keyTag,
            window: SignatureWindow(signature, at: now),
            wildcard: labels < owner.signedLabelCount ? owner.suffix(labels).wildcard : nil)
    }
}

extension ZoneReport {
    /// Tells of a zone that only SHA-1 digests vouch for.
    mutating func note(_ trustedBy: [DS]) {
        guard trustedBy.allSatisfy({ $0.digestType == .sha1 }) else { return }
        note("\(zone.text) is vouched for only by a DS of digest type SHA-1 (RFC 9905)")
    }

    private mutating func note(_ clause: String) {
        if !notes.contains(clause) { notes.append(clause) }
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
