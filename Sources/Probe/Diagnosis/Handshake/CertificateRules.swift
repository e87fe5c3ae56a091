import Addresses
import OpenSSL

/// What the certificates show, each by itself and compared.
struct CertificateRules {
    private let results: [CertificateComparison.Shown]
    private let now: Int64
    private let demands: MailDemands

    init(_ results: [EndpointResult], at now: Int64, demands: MailDemands) {
        self.results = results.compactMap { result in
            result.handshake?.certificate.map { (result, $0) }
        }
        (self.now, self.demands) = (now, demands)
    }

    var findings: [Finding] {
        results.flatMap { one($0, $1) } + others.flatMap { other($0, $1) }
            + CertificateComparison(results, demands).findings
    }

    /// Of the other kind of key, with what TLSA records say of it; it stands beside the first, and is not compared.
    private var others: [CertificateComparison.Shown] {
        results.compactMap { result, _ in
            guard let handshake = result.handshake, let certificate = handshake.otherCertificate
            else { return nil }
            var result = result
            result.handshake?.dane = handshake.otherDANE
            result.handshake?.otherDANE = handshake.dane
            return (result, certificate)
        }
    }

    private func other(_ result: EndpointResult, _ presented: PresentedCertificate) -> [Finding] {
        one(result, presented).map { finding in
            var finding = finding
            finding.evidence = finding.evidence.map {
                $0 + " (the certificate of its other key, \(presented.leaf.keyDescription))"
            }
            return finding
        }
    }

    private func one(_ result: EndpointResult, _ presented: PresentedCertificate) -> [Finding] {
        let trust = MailTrust(result, demands)
        var findings = faults(result, presented).filter { !trust.dismisses($0.failureClass) }
        if let oddity = oddity(result, presented, beside: findings) { findings.append(oddity) }
        findings += StapleRules(result, presented).findings
        findings += FetchedRules(result, presented).findings
        if !presented.nameMatches, !trust.coversName(presented.leaf) {
            findings.append(
                finding(.certNameMismatch, .failure, result, nameText(result, presented)))
        }
        if let disorder = Self.disorder(presented) {
            findings.append(
                Finding(
                    .chainMisordered, .warning, confidence: .comparison, at: [result.place],
                    ["\(result.place): \(disorder)"]))
        }
        let leaf = presented.leaf
        if leaf.isExpiring(at: now), !trust.dismisses(.certExpiring) {
            let outlook = result.handshake?.outlook.map { "; of its TLSA records, \($0)" }
            findings.append(
                finding(
                    .certExpiring, .warning, result,
                    "the certificate, made for \(leaf.lifetime / 86400) days, ends at "
                        + "\(leaf.notAfter.timeText) (\(leaf.notAfter.remaining(at: now)))"
                        + (outlook ?? "")))
        }
        guard trust.isOpportunistic else { return findings }
        return findings.map { finding in
            var finding = finding
            finding.severity = .warning
            return finding
        }
    }

    /// Extensions that verification passed over and other clients may not; nil where a fault tells already.
    private func oddity(
        _ result: EndpointResult, _ presented: PresentedCertificate, beside findings: [Finding]
    ) -> Finding? {
        let malformed = presented.leaf.malformedExtensions
        guard !malformed.isEmpty, !findings.contains(where: { $0.failureClass == .certInvalid })
        else { return nil }
        return finding(
            .certInvalid, .warning, result,
            "the certificate has extensions that cannot be read: "
                + malformed.joined(separator: ", "))
    }

    private func nameText(_ result: EndpointResult, _ presented: PresentedCertificate) -> String {
        let siblings = presented.matchingSiblings
        let name = result.handshake?.serverName ?? result.endpoint.host
        let clues = NameMismatch(presented.leaf, name).clues
        return "the certificate is for \(presented.leaf.namesText) and not for "
            + name + clues.map { "; " + $0 }.joined()
            + (siblings.isEmpty ? "" : "; it does cover \(siblings.joined(separator: ", "))")
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
        case .unableToGetIssuerCert, .unableToGetIssuerCertLocally:
            presented.breaksOff ? .certInvalid : missingIssuer(presented)
        // Only says again that there is one certificate and no issuer.
        case .unableToVerifyLeafSignature where presented.verification.faults.count > 1: nil
        case .unableToVerifyLeafSignature: missingIssuer(presented)
        case .certUntrusted where presented.verification.faults.count > 1: nil
        case .invalidPurpose, .invalidCA, .invalidNonCA, .pathLengthExceeded, .permittedViolation,
            .excludedViolation, .keyusageNoCertsign, .unsupportedConstraintType, .subtreeMinmax,
            .unsupportedConstraintSyntax, .unsupportedNameSyntax:
            .certPurposeInvalid
        case .certRevoked: .certRevoked
        case .eeKeyTooSmall, .caKeyTooSmall:
            presented.verification.certificate(of: fault)?.keyBits == 0
                ? .certInvalid : .certKeyWeak
        case .caMdTooWeak: .certSignatureWeak
        default: .certInvalid
        }
    }

    /// The sent chain does not end in a root: what completes it, or whether anything but the leaf was sent, tells a
    /// forgotten intermediate from an unknown root.
    private func missingIssuer(_ presented: PresentedCertificate) -> FailureClass {
        if presented.completedByKnownIntermediates == true { return .chainIncomplete }
        return presented.isLeafAlone ? .chainIncomplete : .certUntrustedRoot
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
        let subject =
            fault.depth == 0
            ? "the certificate" : "\(certificate.subjectText) at depth \(fault.depth)"
        switch failureClass {
        case .certExpired:
            return "\(subject) \(endText(certificate))"
        case .chainCertExpired:
            return "\(subject) \(endText(certificate))" + replacementText(presented)
        case .certNotYetValid:
            return "\(subject) begins at \(certificate.notBefore.timeText), "
                + "and it is \(now.timeText)"
        case .certSelfSigned:
            return "\(certificate.subjectText) is signed by itself and is not trusted"
        case .chainIncomplete: return incompleteText(presented)
        case .certUntrustedRoot: return untrustedText(presented)
        case .certKeyWeak: return "\(subject) has the key \(certificate.keyDescription)"
        case .certSignatureWeak:
            return "\(subject) is signed with \(certificate.signatureAlgorithm)"
        case .certInvalid where certificate.keyBits == 0:
            return "\(subject) has a key that cannot be read"
        case .certInvalid where certificate.hasInvalidExtensions:
            let names = certificate.malformedExtensions
            return "\(subject) has extensions that cannot be read or stand twice"
                + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
        default: return "\(subject): \(fault.name) (\(fault.code.text))"
        }
    }

    private func endText(_ certificate: Certificate) -> String {
        "\(certificate.notAfter.remaining(at: now)), at \(certificate.notAfter.timeText)"
    }

    /// What should be sent instead, where it is known.
    private func replacementText(_ presented: PresentedCertificate) -> String {
        let current = presented.missing.map { "\($0.subjectText) until \($0.notAfter.timeText)" }
        return current.isEmpty
            ? ""
            : "; with what is known from elsewhere it verifies: " + current.joined(separator: ", ")
    }

    private func incompleteText(_ presented: PresentedCertificate) -> String {
        let last = presented.verification.chain.last ?? presented.leaf
        let isFetched = presented.missing.contains { $0.isFetched(presented) }
        let known =
            presented.completedByKnownIntermediates == true
            ? "an intermediate \(isFetched ? "fetched" : "known") from elsewhere completes the chain"
            : "no intermediate known here completes the chain"
        let sent = presented.isLeafAlone ? "only its own certificate" : "no complete chain"
        return "the server sends \(sent): \(last.issuer.plain(limit: 256)), which issued "
            + "\(last.subjectText), is missing; \(known)"
    }

    private func untrustedText(_ presented: PresentedCertificate) -> String {
        let last = presented.verification.chain.last ?? presented.leaf
        if last.issuer == last.subject {
            return "the chain ends in \(last.subjectText), signed by itself, which is not trusted"
        }
        return "the chain ends in \(last.subjectText), issued by \(last.issuer.plain(limit: 256)), "
            + "which is neither sent nor trusted nor known"
    }

    /// What is wrong with the order sent, against the order built; nil where nothing is.
    private static func disorder(_ presented: PresentedCertificate) -> String? {
        let sent = presented.sentChain
        // As it should be: all of the path that was built, but for its end.
        guard !presented.verification.chain.starts(with: sent) else { return nil }
        if Set(sent).count < sent.count {
            return "of \(sent.count) certificates sent \(sent.count - Set(sent).count) came twice"
        }
        // Certificates that belong to no path are noise, not disorder.
        let built = presented.verification.chain.filter { sent.contains($0) }
        let order = sent.filter { built.contains($0) }
        guard built != order else { return nil }
        return "the certificates come as \(list(order)), and the chain goes \(list(built))"
    }

    private static func list(_ certificates: [Certificate]) -> String {
        certificates.map(\.subjectText).joined(separator: ", ")
    }

    private func finding(
        _ failureClass: FailureClass, _ severity: Finding.Severity, _ result: EndpointResult,
        _ evidence: String
    ) -> Finding {
        Finding(
            failureClass, severity, confidence: .oneObservation, at: [result.place],
            ["\(result.place): \(evidence)"])
    }
}

extension PresentedCertificate {
    /// The chain ends at a certificate whose own extensions keep its issuer from being found.
    fileprivate var breaksOff: Bool { verification.chain.last?.hasInvalidExtensions ?? false }
}

extension Certificate {
    /// DNS names and addresses of the SAN.
    var names: Set<String> {
        Set(dnsNames).union(ipAddresses.compactMap { IPAddress(bytes: $0)?.description })
    }

    /// The first of them, for a sentence.
    var namesText: String {
        let names = dnsNames + ipAddresses.compactMap { IPAddress(bytes: $0)?.description }
        guard !names.isEmpty else { return "no name at all" }
        let shown = names.prefix(8).joined(separator: ", ").plain(limit: 512)
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }

    var subjectText: String {
        let subject = subject.plain(limit: 256)
        return subject.isEmpty ? "a certificate without subject" : subject
    }
}
