import OpenSSL

/// What the OCSP response that came with a certificate shows, or that none came.
struct StapleRules {
    private let result: EndpointResult
    private let presented: PresentedCertificate

    init(_ result: EndpointResult, _ presented: PresentedCertificate) {
        (self.result, self.presented) = (result, presented)
    }

    var findings: [Finding] {
        guard let staple = presented.staple else { return missing }
        var findings: [Finding] = []
        if staple.status == .revoked {
            findings.append(finding(.certRevoked, revoked(staple)))
        }
        // A client that asked for a staple aborts over one that it cannot accept (RFC 6066 8).
        if let trouble = staple.trouble, trouble != .unknownIssuer {
            findings.append(
                finding(.ocspStapleInvalid, "of the stapled OCSP response: \(words(trouble))"))
        }
        return findings
    }

    /// RFC 7633 4.2.3.1: without the promised staple clients give up.
    private var missing: [Finding] {
        guard presented.leaf.hasMustStaple, result.handshake?.isCompleted == true else { return [] }
        return [
            finding(
                .ocspStapleInvalid,
                "the certificate demands a stapled OCSP response, and the server sent none")
        ]
    }

    private func revoked(_ staple: OCSPStaple) -> String {
        "the stapled OCSP response says that the certificate was revoked"
            + (staple.revokedAt.map { " at \($0.timeText)" } ?? "")
            + (staple.revocationReason.map { " (\($0.plain()))" } ?? "")
    }

    private func words(_ trouble: OCSPStaple.Trouble) -> String {
        let staple = presented.staple
        switch trouble {
        case .stale:
            return trouble.words + (staple?.nextUpdate.map { ", it ended at \($0.timeText)" } ?? "")
        case .notYetValid:
            return trouble.words
                + (staple?.thisUpdate.map { ", it begins at \($0.timeText)" } ?? "")
        default: return trouble.words
        }
    }

    private func finding(_ failureClass: FailureClass, _ evidence: String) -> Finding {
        Finding(
            failureClass, confidence: .oneObservation, at: [result.place],
            ["\(result.place): \(evidence)"])
    }
}
