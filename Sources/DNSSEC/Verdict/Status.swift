package import DNS

/// The four states of RFC 4035 4.3, from best to worst; a chain is as good as its worst link.
package enum Status: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Signatures lead from a trust anchor to the data, and all of them hold.
    case secure
    /// Signatures prove that from some delegation on nothing is signed that this validator could judge.
    case insecure
    /// There is no trust anchor above the name, or too little was received to tell.
    case indeterminate
    /// The data should be signed, and is not so in a way that holds.
    case bogus

    package static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .secure: 0
        case .insecure: 1
        case .indeterminate: 2
        case .bogus: 3
        }
    }
}

/// Why something is not secure: what, in which zone, on what evidence.
package struct Fault: Error, Hashable, Sendable {
    package var kind: Kind
    package var zone: Name
    /// One clause with the evidence, without a final stop.
    package var detail: String

    package init(_ kind: Kind, in zone: Name, _ detail: String) {
        (self.kind, self.zone, self.detail) = (kind, zone, detail)
    }

    /// In order of precedence where several signatures fail each in its own way. The raw value is the failure
    /// class; `noDNSSEC` has none, being an ordinary state.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case dnskeyMissing = "dnssec_dnskey_missing"
        case dsMismatch = "dnssec_ds_mismatch"
        case signatureExpired = "dnssec_signature_expired"
        case signatureNotYetValid = "dnssec_signature_not_yet_valid"
        case signatureInvalid = "dnssec_signature_invalid"
        case rrsigMissing = "dnssec_rrsig_missing"
        case denialInvalid = "dnssec_denial_invalid"
        case bogus = "dnssec_bogus"
        case indeterminate = "dnssec_indeterminate"
        case algorithmUnsupported = "dnssec_algorithm_unsupported"
        case noDNSSEC = "unsigned"

        /// The state that this fault puts the data into.
        package var status: Status {
            switch self {
            case .indeterminate: .indeterminate
            case .algorithmUnsupported, .noDNSSEC: .insecure
            default: .bogus
            }
        }

        var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
    }

    /// A link that could not be fetched, or work that came to its limit.
    static func undecided(in zone: Name, _ detail: String) -> Fault {
        Fault(.indeterminate, in: zone, detail)
    }

    /// The resolver, or the server behind it, is lame: it points elsewhere and says nothing of the question.
    static func referral(to question: Question) -> Fault {
        .undecided(in: question.name, "the resolver answers \(question) with a referral")
    }
}
