import DNS
import DNSSEC
import OpenSSL

/// What a domain's own records ask of the servers that take its mail.
struct MailDemands: Hashable, Sendable {
    /// By MTA-STS: senders look at certificates.
    var isPolicyEnforced = false
    /// The domain that is asked for; nil where nobody asks for mail.
    var domain: String?
    /// Of its MX records; nil where nothing is validated.
    var exchangesStatus: Status?

    init() {}

    init(_ mail: MailReport?, of domain: String) {
        isPolicyEnforced = mail?.sts?.isEnforced ?? false
        self.domain = mail == nil ? nil : domain
        exchangesStatus = mail?.validation?.status
    }
}

/// Which faults of a certificate count where mail servers speak to each other.
struct MailTrust {
    private let isMail: Bool
    private let dane: DANEVerdict?
    private let demands: MailDemands

    init(_ result: EndpointResult, _ demands: MailDemands = MailDemands()) {
        isMail = result.endpoint.port.service == .smtp
        (dane, self.demands) = (result.handshake?.dane, demands)
    }

    /// Without DANE and MTA-STS nobody there looks at the certificate (RFC 7435, RFC 7672 1.3).
    var isOpportunistic: Bool { isMail && dane?.matches == nil && !demands.isPolicyEnforced }

    /// Beside DANE-TA(2) the name below which the records stand will do, and the domain whose MX records lead here
    /// (RFC 7672 3.2.2).
    func coversName(_ leaf: Certificate) -> Bool {
        if dismisses(.certNameMismatch) { return true }
        guard isMail, let dane, dane.matchesTrustAnchor else { return false }
        let nextHop = demands.exchangesStatus == .secure ? demands.domain : nil
        return [dane.base.text, nextHop].compactMap { $0 }.contains(where: leaf.matches(host:))
    }

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
