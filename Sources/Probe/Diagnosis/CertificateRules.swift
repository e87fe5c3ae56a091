import DNS
import OpenSSL

/// What the certificates show, each by itself and compared.
struct CertificateRules {
    private let results: [(result: EndpointResult, certificate: PresentedCertificate)]
    private let now: Int64

    init(_ results: [EndpointResult], at now: Int64) {
        self.results = results.compactMap { result in
            result.handshake?.certificate.map { (result, $0) }
        }
        self.now = now
    }

    var findings: [Finding] {
        results.flatMap { one($0, $1) } + wrongHost + disagreement
    }

    // MARK: - One certificate

    private func one(_ result: EndpointResult, _ presented: PresentedCertificate) -> [Finding] {
        var findings = faults(result, presented)
        let leaf = presented.leaf
        if !presented.nameMatches { findings.append(nameMismatch(result, presented)) }
        if isMisordered(presented) {
            findings.append(
                finding(
                    .chainMisordered, .warning, result,
                    "the chain of \(presented.sentChain.count) certificates is not sent in order"))
        }
        let (life, left) = (leaf.notAfter - leaf.notBefore, leaf.notAfter - now)
        if left >= 0, left * 5 < life, left < 30 * 86400 {
            findings.append(
                finding(
                    .certExpiring, .warning, result,
                    "the certificate ends at \(Self.time(leaf.notAfter)), in \(left / 86400) days"))
        }
        return findings
    }

    private func nameMismatch(_ result: EndpointResult, _ presented: PresentedCertificate)
        -> Finding
    {
        let siblings = presented.matchingSiblings
        return finding(
            .certNameMismatch, .failure, result,
            "the certificate names \(Self.names(presented.leaf)) and not \(result.endpoint.host)"
                + (siblings.isEmpty ? "" : "; it does cover \(siblings.joined(separator: ", "))"))
    }

    /// Every fault that verification recorded, as the class that says it.
    private func faults(_ result: EndpointResult, _ presented: PresentedCertificate) -> [Finding] {
        var findings: [Finding] = []
        for fault in presented.verification.faults {
            let certificate = presented.verification.certificate(of: fault) ?? presented.leaf
            guard let failureClass = failureClass(of: fault, presented) else { continue }
            findings.append(
                Finding(
                    failureClass, confidence: confidence(failureClass, presented),
                    at: [result.place],
                    ["\(result.place): " + evidence(failureClass, fault, certificate, presented)]))
        }
        return findings
    }

    /// Nil where another fault of the same chain says it better.
    private func failureClass(
        of fault: Verification.Fault, _ presented: PresentedCertificate
    ) -> FailureClass? {
        switch fault.code {
        case .certHasExpired: fault.depth == 0 ? .certExpired : .chainCertExpired
        case .certNotYetValid: fault.depth == 0 ? .certNotYetValid : .certInvalid
        case .depthZeroSelfSignedCert: .certSelfSigned
        case .selfSignedCertInChain: .certUntrustedRoot
        case .unableToGetIssuerCert, .unableToGetIssuerCertLocally: missingIssuer(presented)
        // Only says again that there is one certificate and no issuer.
        case .unableToVerifyLeafSignature: nil
        case .certUntrusted where presented.verification.faults.count > 1: nil
        case .invalidPurpose, .invalidCA, .invalidNonCA, .pathLengthExceeded, .permittedViolation,
            .excludedViolation, .keyusageNoCertsign, .unsupportedConstraintType, .subtreeMinmax,
            .unsupportedConstraintSyntax, .unsupportedNameSyntax:
            .certPurposeInvalid
        case .certRevoked: .certRevoked
        case .eeKeyTooSmall, .caKeyTooSmall: .certKeyWeak
        case .caMdTooWeak: .certSignatureWeak
        default: .certInvalid
        }
    }

    /// The sent chain does not end in a root: what completes it, or whether anything but the leaf was sent, tells a
    /// forgotten intermediate from an unknown root.
    private func missingIssuer(_ presented: PresentedCertificate) -> FailureClass {
        if presented.completedByKnownIntermediates == true { return .chainIncomplete }
        return presented.sentChain.count <= 1 ? .chainIncomplete : .certUntrustedRoot
    }

    private func confidence(
        _ failureClass: FailureClass, _ presented: PresentedCertificate
    ) -> Finding.Confidence {
        switch failureClass {
        case .chainIncomplete:
            presented.completedByKnownIntermediates == true ? .comparison : .heuristic
        case .certUntrustedRoot:
            presented.verification.faults.contains { $0.code == .selfSignedCertInChain }
                ? .oneObservation : .heuristic
        default: .oneObservation
        }
    }

    private func evidence(
        _ failureClass: FailureClass, _ fault: Verification.Fault, _ certificate: Certificate,
        _ presented: PresentedCertificate
    ) -> String {
        let subject = "\(certificate.subject) (depth \(fault.depth))"
        switch failureClass {
        case .certExpired, .chainCertExpired:
            return "\(subject) ended at \(Self.time(certificate.notAfter)), "
                + "\((now - certificate.notAfter) / 86400) days before the probe"
        case .certNotYetValid:
            return "\(subject) begins at \(Self.time(certificate.notBefore))"
        case .certSelfSigned: return "\(subject) is signed by itself and not trusted"
        case .chainIncomplete:
            let last = presented.sentChain.last ?? presented.leaf
            return
                "\(presented.sentChain.count) sent, and \(last.issuer), who signed the last, is not among them"
                + (presented.completedByKnownIntermediates == true
                    ? "; an intermediate known from elsewhere completes the chain" : "")
        case .certUntrustedRoot:
            let last = presented.verification.chain.last ?? presented.leaf
            return
                "the chain ends at \(last.subject), issued by \(last.issuer), which is not trusted"
        case .certKeyWeak: return "\(subject) has the key \(certificate.keyDescription)"
        case .certSignatureWeak:
            return "\(subject) is signed with \(certificate.signatureAlgorithm)"
        default: return "\(subject): \(fault.name) (\(fault.code.text))"
        }
    }

    /// Duplicates, or an order that is not each certificate's issuer next.
    private func isMisordered(_ presented: PresentedCertificate) -> Bool {
        let sent = presented.sentChain
        guard sent.count > 1 else { return false }
        if Set(sent).count < sent.count { return true }
        let isOrdered = zip(sent, sent.dropFirst()).allSatisfy { $0.issuer == $1.subject }
        // Certificates that belong to no path are noise, not disorder.
        let built = presented.verification.chain.filter { sent.contains($0) }
        return !isOrdered && built != sent.filter { built.contains($0) }
    }

    // MARK: - Compared

    /// One address shows foreign names only, another one ours: the record leads to a wrong server.
    private var wrongHost: [Finding] {
        let ports = Set(results.map(\.result.endpoint.port.number)).sorted()
        return ports.flatMap { port -> [Finding] in
            let here = results.filter { $0.result.endpoint.port.number == port }
            guard let good = here.first(where: { $0.certificate.nameMatches }) else { return [] }
            return here.filter { !$0.certificate.nameMatches }.map { bad in
                Finding(
                    .recordPointsToWrongHost, confidence: .comparison, at: [bad.result.place],
                    [
                        "\(bad.result.place) presents a certificate for \(Self.names(bad.certificate.leaf)) only, "
                            + "while \(good.result.place) presents one for \(good.result.endpoint.host)"
                    ])
            }
        }
    }

    private var disagreement: [Finding] {
        let ports = Set(results.map(\.result.endpoint.port.number)).sorted()
        return ports.compactMap { port -> Finding? in
            let here = results.filter { $0.result.endpoint.port.number == port }
            guard
                let newest = here.max(by: {
                    $0.certificate.leaf.notAfter < $1.certificate.leaf.notAfter
                })
            else { return nil }
            let others = here.filter { Self.differs($0.certificate.leaf, newest.certificate.leaf) }
            guard !others.isEmpty else { return nil }
            return Finding(
                .endpointCertDisagreement, .warning, confidence: .comparison,
                at: others.map(\.result.place),
                (others + [newest]).map { one in
                    "\(one.result.place) presents \(one.certificate.leaf.subject) by "
                        + "\(one.certificate.leaf.issuer), until \(Self.time(one.certificate.leaf.notAfter))"
                })
        }
    }

    /// RSA and ECDSA certificates of one server are a pair as long as all else is equal.
    private static func differs(_ one: Certificate, _ other: Certificate) -> Bool {
        one != other
            && (one.notAfter != other.notAfter || one.issuer != other.issuer
                || Set(one.dnsNames) != Set(other.dnsNames))
    }

    private func finding(
        _ failureClass: FailureClass, _ severity: Finding.Severity, _ result: EndpointResult,
        _ evidence: String
    ) -> Finding {
        Finding(
            failureClass, severity, confidence: .oneObservation, at: [result.place],
            ["\(result.place): \(evidence)"])
    }

    private static func names(_ certificate: Certificate) -> String {
        let names = certificate.dnsNames
        guard !names.isEmpty else { return "no host" }
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }

    private static func time(_ seconds: Int64) -> String {
        CivilTime(secondsSince1970: seconds).rfc3339
    }
}
