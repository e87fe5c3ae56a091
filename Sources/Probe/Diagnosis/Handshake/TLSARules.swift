import DNS
import OpenSSL

/// What secure TLSA records show against the chain of one endpoint.
struct TLSARules {
    private let result: EndpointResult

    init(_ result: EndpointResult) { self.result = result }

    var findings: [Finding] {
        guard let handshake = result.handshake, let dane = handshake.dane,
            dane.matches == false, let certificate = handshake.certificate
        else { return [] }
        let usable = dane.records.filter { $0.match != .unusable }
        let shown = usable.prefix(Self.mostShown).map(\.text).joined(separator: ", ")
        let rest = usable.count - Self.mostShown
        return [
            Finding(
                .tlsaMismatch, confidence: .oneObservation, at: [result.place],
                [
                    "\(result.place): \(dane.owner.text) has \(shown)"
                        + (rest > 0 ? " and \(rest) more" : "")
                        + ", and nothing that the server sends matches; its key is "
                        + Self.record(of: certificate.leaf)
                ])
        ]
    }

    /// The record that RFC 7671 5.1 recommends for a certificate.
    private static func record(of leaf: Certificate) -> String {
        let digest = Digest.sha256(leaf.publicKeyDER)
        return RecordData.tlsa(
            TLSA(usage: 3, selector: 1, matchingType: 1, association: digest)
        ).text(.tlsa)
    }

    private static let mostShown = 4
}

/// Which faults of a certificate count where mail servers speak to each other.
struct MailTrust {
    private let isMail: Bool
    private let dane: DANEVerdict?

    init(_ result: EndpointResult) {
        isMail = result.endpoint.port.service == .smtp
        dane = result.handshake?.dane
    }

    /// Without DANE and MTA-STS nobody there looks at the certificate (RFC 7435, RFC 7672 1.3).
    var isOpportunistic: Bool { isMail && dane?.matches == nil }

    /// Only where clients do DANE: a browser fails by an expired certificate whatever its TLSA record says.
    func dismisses(_ failureClass: FailureClass) -> Bool {
        guard isMail, let dane else { return false }
        if dane.matchesEndEntity { return Self.judged.contains(failureClass) }
        return dane.matchesTrustAnchor && Self.trust.contains(failureClass)
    }

    /// Whose signature it is.
    private static let trust: Set<FailureClass> = [
        .certSelfSigned, .chainIncomplete, .certUntrustedRoot,
    ]
    /// All that RFC 7671 5.1 leaves out beside DANE-EE(3): names, dates and everything above the leaf.
    private static let judged: Set<FailureClass> = trust.union([
        .certExpired, .certNotYetValid, .certNameMismatch, .chainCertExpired, .certPurposeInvalid,
        .certSignatureWeak, .certInvalid, .certExpiring,
    ])
}
