import OpenSSL

/// What was fetched of revocation: only a revocation is a finding, whatever could not be fetched is none.
struct FetchedRules {
    private let result: EndpointResult
    private let presented: PresentedCertificate

    init(_ result: EndpointResult, _ presented: PresentedCertificate) {
        (self.result, self.presented) = (result, presented)
    }

    var findings: [Finding] {
        presented.fetched.compactMap { fact in
            switch fact.answer {
            case .ocsp(let answer) where answer.status == .revoked:
                finding(fact, "the OCSP responder", answer.revokedAt, answer.revocationReason)
            case .list(let list) where list.status == .revoked:
                finding(fact, "the revocation list", list.revokedAt, list.revocationReason)
            case .ocsp, .list, .issuers, .failed: nil
            }
        }
    }

    private func finding(
        _ fact: FetchedFact, _ source: String, _ time: Int64?, _ reason: String?
    ) -> Finding {
        let chain = presented.completion ?? presented.verification.chain
        let subject =
            fact.depth == 0 || !chain.indices.contains(fact.depth)
            ? "the certificate" : "\(chain[fact.depth].subjectText) at depth \(fact.depth)"
        let place = fact.location.map { " at " + $0.plain(limit: 256) } ?? ""
        return Finding(
            .certRevoked, confidence: .oneObservation, at: [result.place],
            [
                "\(result.place): \(source)\(place) says that \(subject) was revoked"
                    + (time.map { " at \($0.timeText)" } ?? "")
                    + (reason.map { " (\($0.plain()))" } ?? "")
            ])
    }
}

extension Certificate {
    /// Whether it came by the authority information access extension of the chain below it.
    func isFetched(_ presented: PresentedCertificate) -> Bool {
        presented.fetched.contains {
            if case .issuers(let certificates) = $0.answer {
                certificates.contains(self)
            } else {
                false
            }
        }
    }
}
