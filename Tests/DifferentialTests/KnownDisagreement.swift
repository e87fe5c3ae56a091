import DNS
import DNSSEC
import Peers

/// A verdict of a peer that is not ours, and why: the peer is wrong, or the RFCs leave a choice. Everything else
/// that differs is a fault of trustpath.
struct KnownDisagreement: Sendable {
    /// For the count at the end.
    let name: String
    let explains: @Sendable (Round, Verdicts) -> Bool

    static let all = [optOutInDelv, synthesizedAliasInUnbound, protocolInDelv]

    /// RFC 5155 9.2: a denial that rests on an opt-out span is not authenticated. delv says it is.
    private static let optOutInDelv = KnownDisagreement(name: "delv trusts opt-out spans") {
        _, verdicts in
        verdicts.trustpath.status == .insecure && verdicts.unbound == .insecure
            && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains("opt-out span") == true
    }

    /// RFC 4034 2.1.2: a key whose protocol is not 3 must be treated as invalid. delv of BIND 9.18 verifies with it.
    private static let protocolInDelv = KnownDisagreement(name: "delv takes keys of any protocol") {
        round, verdicts in
        round.summary.contains("mutation wrongProtocol ") && verdicts.trustpath.status == .bogus
            && verdicts.unbound == .bogus && verdicts.delv == .secure
            && verdicts.trustpath.fault?.detail.contains("is no zone key") == true
    }

    /// RFC 6672 5.3.1: what follows from a signed DNAME is as good as its signature. Unbound 1.17 answers a
    /// question for the CNAME itself without AD, since that has no signature, or looks for a DS below the DNAME.
    private static let synthesizedAliasInUnbound = KnownDisagreement(
        name: "Unbound doubts the CNAME of a DNAME"
    ) { _, verdicts in
        let question = verdicts.trustpath.question
        return question.type == .cname && verdicts.trustpath.status == .secure
            && verdicts.unbound != .secure && verdicts.delv != .failed
            && verdicts.trustpath.answer.contains {
                $0.type == .dname && question.name.isBelow($0.owner)
            }
    }
}
