import DNS
import DNSSEC
import Peers

/// A verdict of a peer that is not ours, and why: the peer is wrong, or the RFCs leave a choice. Everything else
/// that differs is a fault of trustpath.
struct KnownDisagreement: Sendable {
    /// For the count at the end.
    let name: String
    let explains: @Sendable (Round, Verdicts) -> Bool

    static let all = [
        optOutInDelv, synthesizedAliasInUnbound, keyFlagsInDelv, revokedKeyInUnbound,
        wildcardInUnbound, labelsInUnbound, iterationsInDelv, algorithmInDelv, aliasInDelv,
        labelsOnTheWayInDelv, denialsFromWildcardsInUnbound, lostLinkInUnbound,
    ]

    /// RFC 5155 9.2: a denial that rests on an opt-out span is not authenticated. delv says it is.
    private static let optOutInDelv = KnownDisagreement(name: "delv trusts opt-out spans") {
        _, verdicts in
        verdicts.trustpath.status == .insecure && verdicts.unbound == .insecure
            && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains("opt-out span") == true
    }

    /// RFC 4034 2.1.1, 2.1.2: a key that is no zone key, or whose protocol is not 3, verifies nothing. delv of BIND
    /// 9.18 verifies with it.
    private static let keyFlagsInDelv = KnownDisagreement(name: "delv takes keys that are none") {
        round, verdicts in
        (round.summary.contains("mutation wrongProtocol ")
            || round.summary.contains("mutation clearZoneFlag "))
            && verdicts.trustpath.status == .bogus && verdicts.unbound == .bogus
            && verdicts.delv != .failed
            && verdicts.trustpath.fault?.detail.contains("is no zone key") == true
    }

    /// RFC 5011 2.1: once the revoked bit is seen, the key is no anchor of anything. Unbound 1.17 heeds the bit in
    /// its own anchors only.
    private static let revokedKeyInUnbound = KnownDisagreement(name: "Unbound takes revoked keys") {
        round, verdicts in
        round.summary.contains("mutation setRevokedFlag ") && verdicts.trustpath.status == .bogus
            && verdicts.unbound != .bogus && verdicts.delv != .secure
            && verdicts.trustpath.fault?.detail.contains("is revoked") == true
    }

    /// RFC 4592 2.2.1: the wildcard's own name is a name like any other. Unbound 1.17 sometimes fails on it.
    private static let wildcardInUnbound = KnownDisagreement(
        name: "Unbound fails on a wildcard's own name"
    ) { _, verdicts in
        verdicts.trustpath.question.name.isWildcard && verdicts.trustpath.status == .secure
            && verdicts.unbound == .bogus && verdicts.delv != .failed
            && verdicts.unboundSays.contains("signature crypto failed")
    }

    /// RFC 4035 5.3.1: the signer is the zone of the RRset; a wildcard above the apex would be another zone's.
    /// Unbound 1.17 takes a DNSKEY RRset that is signed as such.
    private static let labelsInUnbound = KnownDisagreement(
        name: "Unbound takes keys made from a wildcard above the zone"
    ) { round, verdicts in
        round.summary.contains("mutation labelsTooFew ") && verdicts.trustpath.status == .bogus
            && verdicts.unbound != .bogus && verdicts.delv != .secure
            && verdicts.trustpath.fault?.detail.contains("fewer than its zone's") == true
    }

    /// RFC 4035 5.3.2: an NSEC3 RRset with fewer labels than its owner was made from a wildcard, and speaks of no
    /// real name. Unbound 1.17 takes it for the owner's own.
    private static let denialsFromWildcardsInUnbound = KnownDisagreement(
        name: "Unbound takes denials made from a wildcard"
    ) { round, verdicts in
        round.summary.contains("mutation labelsTooFew ") && verdicts.trustpath.status == .bogus
            && verdicts.unbound != .bogus && verdicts.delv != .secure
            && verdicts.trustpath.fault?.kind == .denialInvalid
    }

    /// RFC 4035 4.3: a link that cannot be fetched leaves the answer undecided. Unbound has SERVFAIL for that and for
    /// bogus answers alike; delv may find another way.
    private static let lostLinkInUnbound = KnownDisagreement(
        name: "Unbound could not fetch a link"
    ) { _, verdicts in
        verdicts.trustpath.status == .indeterminate && verdicts.unbound == .bogus
            && verdicts.trustpath.fault?.detail.contains("the resolver answers SERVFAIL to ")
                == true
    }

    /// RFC 9276 3.2: above its limit a validator may take the zone for unsigned. delv of BIND 9.18 has no limit.
    private static let iterationsInDelv = KnownDisagreement(name: "delv hashes without limit") {
        _, verdicts in
        verdicts.trustpath.status == .insecure && verdicts.unbound == .insecure
            && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains(" iterations, more than ") == true
    }

    /// RFC 4035 2.2: an RRset must be signed by an algorithm of the zone's DS. delv calls one that is signed by an
    /// unknown algorithm only unsigned, as if the zone were.
    private static let algorithmInDelv = KnownDisagreement(
        name: "delv calls an unknown algorithm unsigned"
    ) { _, verdicts in
        verdicts.trustpath.status == .bogus && verdicts.unbound == .bogus
            && verdicts.delv == .insecure
            && verdicts.trustpath.fault?.detail.contains("unsupported algorithms only") == true
    }

    /// RFC 4035 5.2 asks for the DS of each zone. trustpath and Unbound go down label by label and want to know of
    /// each that it is no cut; delv asks for the DS of the signer at once and never sees what is missing between.
    private static let labelsOnTheWayInDelv = KnownDisagreement(
        name: "delv looks at no label between two zones"
    ) { round, verdicts in
        round.summary.contains("mutation drop") && verdicts.trustpath.status == .bogus
            && verdicts.unbound == .bogus && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains(
                " DS is negative and brings no NSEC or NSEC3 record") == true
    }

    /// delv judges each link of an alias chain and says nothing of a last one without data.
    private static let aliasInDelv = KnownDisagreement(name: "delv is silent on an alias' end") {
        _, verdicts in
        verdicts.trustpath.status == verdicts.unbound && verdicts.delv == .secure
            && verdicts.trustpath.denied != nil && !verdicts.trustpath.answer.isEmpty
    }

    /// RFC 6672 5.3.1: what follows from a signed DNAME is as good as its signature. Unbound 1.17 answers a
    /// question for the CNAME itself without AD, since that has no signature, or looks for a DS below the DNAME.
    private static let synthesizedAliasInUnbound = KnownDisagreement(
        name: "Unbound doubts the CNAME of a DNAME"
    ) { _, verdicts in
        let question = verdicts.trustpath.question
        return question.type == .cname && verdicts.trustpath.status == .secure
            && verdicts.unbound != .secure
            && verdicts.trustpath.answer.contains {
                $0.type == .dname && question.name.isBelow($0.owner)
            }
    }
}
