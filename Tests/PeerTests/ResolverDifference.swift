import Peers

/// What a resolver says or brings otherwise than the RFCs ask, as measured with the version of Debian 12.
struct ResolverDifference: Sendable {
    let kind: ResolverKind
    /// The zone that it concerns, and the question there; nil is every question of the zone.
    let zone: String
    let questions: Set<String>?
    /// Its own verdict; nil where that is right.
    let own: Status?
    /// What it says at other times, by what its cache holds; nil where it always says the same.
    var sometimes: Status?
    /// Ours through it; nil where that is right all the same.
    let ours: Judgement?

    static func of(_ kind: ResolverKind, _ question: Case) -> ResolverDifference? {
        known.first { difference in
            guard difference.kind == kind, question.name.hasSuffix("." + difference.zone) else {
                return false
            }
            let name = question.name.dropLast(difference.zone.count + 1)
            return difference.questions?.contains("\(name) \(question.type)") ?? true
        }
    }

    private static let known = [
        // BIND 9.18 takes a key for the zone's whose zone bit is not set (RFC 4034 2.1.1), and one
        // whose protocol is not 3 (RFC 4034 2.1.2).
        ResolverDifference(
            kind: .bind, zone: "nozonebit.test.", questions: nil, own: .secure, ours: nil),
        ResolverDifference(
            kind: .bind, zone: "protocol.test.", questions: nil, own: .secure, ours: nil),
        // Knot Resolver 5.6 drops a signature whose labels field is larger than its owner's number
        // of labels (RFC 4034 3.1.3) even where CD=1 asks for it: to us none is there.
        ResolverDifference(
            kind: .knot, zone: "manylabels.test.", questions: ["www A", "alias A"], own: nil,
            ours: Judgement(.bogus, "dnssec_rrsig_missing")),
        // PowerDNS Recursor 4.8 now and then takes an answer behind an alias whose signature has a
        // wildcard's labels without the proof that nothing closer exists (RFC 4035 5.3.4).
        ResolverDifference(
            kind: .powerDNS, zone: "fewlabels.test.", questions: ["alias A"], own: .bogus,
            sometimes: .secure, ours: nil),
        // PowerDNS Recursor 4.8 answers SERVFAIL even where CD=1 asks for the data (RFC 4035 3.2.2)
        // when a whole zone's signatures or a denial's proof are bogus.
        withheld("nozsk.test.", nil),
        withheld("noproof.test.", ["missing A"]),
        withheld("noproof3.test.", ["missing A"]),
        withheld("badproof.test.", ["missing A", "www TXT"]),
    ]

    private static func withheld(_ zone: String, _ questions: Set<String>?) -> ResolverDifference {
        ResolverDifference(
            kind: .powerDNS, zone: zone, questions: questions, own: .indeterminate,
            ours: Judgement(.indeterminate, "dnssec_indeterminate"))
    }
}
