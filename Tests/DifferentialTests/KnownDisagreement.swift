import DNS
import DNSSEC
import Peers

/// A verdict of a peer that is not ours, and why: the peer is wrong, or the RFCs leave a choice. Everything else
/// that differs is a fault of trustpath.
struct KnownDisagreement: Sendable {
    /// For the count at the end.
    let name: String
    let explains: @Sendable (Round, Verdicts) -> Bool

    static let all = [optOutInDelv, synthesizedAliasInUnbound]

    /// RFC 5155 9.2: a denial that rests on an opt-out span is not authenticated. delv says it is.
    private static let optOutInDelv = KnownDisagreement(name: "delv trusts opt-out spans") {
        _, verdicts in
        verdicts.trustpath.status == .insecure && verdicts.unbound == .insecure
            && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains("opt-out span") == true
    }

    /// RFC 6672 5.3.1: what follows from a signed DNAME is as good as its signature. Unbound 1.17 answers a
    /// question for the CNAME itself without AD, since that has no signature.
    private static let synthesizedAliasInUnbound = KnownDisagreement(
        name: "Unbound doubts the CNAME of a DNAME"
    ) { _, verdicts in
        let question = verdicts.trustpath.question
        return question.type == .cname && verdicts.trustpath.status == .secure
            && verdicts.unbound == .insecure && verdicts.delv != .failed
            && verdicts.trustpath.answer.contains {
                $0.type == .dname && question.name.isBelow($0.owner)
            }
    }
}
