import Addresses
import DNS
import DNSSEC
import OpenSSL

/// What each stage saw, in phrases that terminal and page share, all free of control characters.
extension Report {
    /// `healthy`, `healthy, 2 warnings`, or the class that the probe fails by.
    var verdict: String {
        if let primary = diagnosis.primary { return primary.failureClass.rawValue }
        let count = diagnosis.findings.count
        return count == 0 ? "healthy" : "healthy, \(count) warning\(count == 1 ? "" : "s")"
    }

    /// Everything found but the primary finding.
    var otherFindings: [Finding] {
        let primary = diagnosis.primary
        return diagnosis.findings.filter { $0 != primary }
    }

    /// How and when it was judged.
    var circumstances: String {
        "judged at \(at.timeText) with module \(moduleName.plain()), in \(durations.total.words)"
            + " of \(timeout.words)"
    }
}

extension Resolution {
    /// What follows a heading: the addresses, or why there are none.
    var summary: String {
        if name == nil { return "the target is an address, which is not resolved" }
        if let trouble = outcome.trouble { return trouble.plain() }
        let count = addresses.count
        if supposes {
            return "\(count) address\(count == 1 ? "" : "es") given, as if DNS had answered so"
        }
        return "\(count) address\(count == 1 ? "" : "es")"
    }
}

extension Resolution {
    /// What of today's answer would be another; nil where nothing is supposed.
    var changeWords: String? {
        guard let today else { return nil }
        let (gone, new) = (
            Set(today).subtracting(addresses).sorted(), Set(addresses).subtracting(today).sorted()
        )
        if gone.isEmpty, new.isEmpty { return "today's answer is the same" }
        let changes =
            gone.map { "\($0) would go" } + new.map { "\($0) would come" }
            + Set(today).intersection(addresses).sorted().map { "\($0) would stay" }
        return (today.isEmpty ? "today there is no address: " : "of today's answer ")
            + changes.joined(separator: ", ")
    }
}

extension ExpectationResult {
    /// `cname example.net: found example.org`.
    var words: String {
        let verdict = matches.map { $0 ? "as expected" : "not as expected" } ?? "not known"
        return "\(kind.rawValue) \(expected): \(verdict)\(found.map { ", found " + $0 } ?? "")"
            .plain(limit: 1024)
    }
}

extension Alias {
    var words: String {
        "\(owner.text) -> \(target.text)\(isFromDNAME ? " (by a DNAME)" : "") (TTL \(ttl) s)"
    }
}

extension ResolverView {
    /// `NOERROR, 192.0.2.7 (TTL 300 s)`, with extended errors, or why no answer came.
    var answerWords: String {
        guard isUp else {
            let reasons = lookups.compactMap { lookup -> String? in
                if case .failure(let reason) = lookup.outcome { reason.description } else { nil }
            }
            return (reasons.first ?? "not asked").plain()
        }
        var parts = [responseCode?.description ?? ""]
        if !addresses.isEmpty {
            parts.append(addresses.map(\.description).joined(separator: ", "))
            if let leastTTL { parts[1] += " (TTL \(leastTTL) s)" }
        }
        var seen: Set<ExtendedError> = []
        parts += extendedErrors.filter { seen.insert($0).inserted }.prefix(8)
            .map { $0.description.plain(limit: 256) }
        return parts.joined(separator: "; ")
    }
}

extension ZoneReport {
    /// Keys and what vouches for them; nil where no key was established.
    var keyWords: String? {
        guard let algorithmText else { return nil }
        let tags = keyTags.map { String($0) }.joined(separator: ", ")
        let signers = trustedBy.map { "\($0.keyTag) (\($0.digestType))" }.joined(separator: ", ")
        return "\(algorithmText), key\(keyTags.count == 1 ? "" : "s") \(tags)"
            + (signers.isEmpty ? "" : ", vouched for by DS \(signers)")
    }

    /// The window of the signature that ends first.
    var signatureWords: String? {
        earliestSignature.map {
            "\($0.typeCovered) signed from \($0.inception.timeText) to \($0.expiration.timeText)"
        }
    }
}

extension Fault {
    /// `CLASS: reason`; the reason alone where there is no class.
    var words: String {
        (failureClass.map { $0 + ": " } ?? "") + detail.plain()
    }
}

extension Offers {
    /// What the server takes, version by version, then its groups.
    var words: [String] {
        let versions = taken.map(\.text).joined(separator: ", ")
        let ciphers = suites.sorted { $0.key > $1.key }.map { version, suites in
            "\(version.text) with \(suites.map(\.name).joined(separator: ", "))"
        }
        return [taken.isEmpty ? "takes no version that was asked for" : "takes \(versions)"]
            + ciphers
            + (groups.isEmpty ? [] : ["groups \(groups.map(\.name).joined(separator: ", "))"])
            + (isComplete
                ? [] : ["not everything was asked for: the scan's time or connections were over"])
    }
}

extension Handshake {
    /// Cipher, group, signature and application protocol, as far as they were agreed.
    var agreedWords: String {
        [cipher, group, signature, alpn.map { "ALPN " + $0 }].compactMap { $0?.plain() }
            .joined(separator: ", ")
    }

    var versionWords: String { version.map { versionText($0).plain() } ?? "" }
}

extension PresentedCertificate {
    /// Whose it is and how long it holds.
    func identityWords(at now: Int64) -> String {
        let end = leaf.notAfter
        let left = end == 0 ? "no readable end" : "\(end.remaining(at: now)) (\(end.timeText))"
        let begins = leaf.notBefore > now ? ", begins only at \(leaf.notBefore.timeText)" : ""
        return "\(subjectWords), issued by \(leaf.issuer.plain(limit: 256)), "
            + "\(leaf.keyDescription), \(left)\(begins)"
    }

    /// What is known of revocation and logging besides; nil where nothing is.
    func attachmentWords(_ handshake: Handshake) -> String? {
        var words = staple.map { [$0.words] } ?? []
        if staple == nil, leaf.hasMustStaple { words.append("demands an OCSP staple, none came") }
        let sources = [
            (leaf.hasEmbeddedTimestamps, "in the certificate"),
            (handshake.hasTimestampExtension, "in the handshake"),
            (staple?.hasTimestamps == true, "in the OCSP staple"),
        ].filter(\.0).map(\.1)
        words += fetched.map(\.words)
        if !sources.isEmpty {
            words.append("certificate timestamps " + sources.joined(separator: " and "))
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// What came with the chain and belongs to no path, one clause; nil where nothing did.
    func surplusWords(at now: Int64) -> String? {
        let unused = self.unused
        guard !unused.isEmpty else { return nil }
        let words = unused.prefix(4).map { certificate in
            let subject = certificate.subject.plain(limit: 256)
            return certificate.notAfter < now
                ? "\(subject), which \(certificate.notAfter.remaining(at: now))" : subject
        }
        let more = unused.count > 4 ? " and \(unused.count - 4) more" : ""
        return "also sent, on no path: " + words.joined(separator: "; ") + more
    }

    var subjectWords: String {
        let subject = leaf.subject.plain(limit: 256)
        return subject.isEmpty ? "no subject" : subject
    }

    /// The marks of trust and name, with the reasons against it.
    var judgementWords: String {
        let reasons = verification.faults.prefix(8).map { fault in
            fault.depth == 0 ? fault.code.text : "\(fault.code.text) at depth \(fault.depth)"
        }
        let trust =
            verification.isTrusted
            ? "trusted" : "not trusted (" + reasons.joined(separator: "; ") + ")"
        let names = leaf.dnsNames.prefix(8).joined(separator: ", ").plain(limit: 256)
        let name =
            nameMatches
            ? "name matches"
            : "name does not match (it covers \(names.isEmpty ? "no name" : names))"
        return trust + ", " + name
    }
}

extension OCSPStaple {
    /// `OCSP staple: good, until 2027-01-20T00:00:00Z`.
    var words: String {
        let end = nextUpdate.map { ", until \($0.timeText)" } ?? ""
        let fault = trouble.map { " (\($0.words))" } ?? ""
        return "OCSP staple: \(status.rawValue)\(fault)\(end)"
    }
}

extension OCSPStaple.Trouble {
    /// What is wrong with it, one clause.
    var words: String {
        switch self {
        case .malformed: "it cannot be read"
        case .refused(let status): "the responder answered \(status.plain())"
        case .anotherCertificate: "it is about another certificate"
        case .wrongSignature(let reason):
            "neither the issuer nor a responder it delegated to signed it: \(reason.plain())"
        case .notYetValid: "it is not valid yet"
        case .stale: "it is stale"
        case .unknownCertificate: "the responder does not know the certificate"
        case .unknownIssuer: "the issuer is not at hand to check it"
        }
    }
}

extension Handshake {
    /// A line for each TLSA record, and one for what comes next.
    var recordWords: [String] {
        (dane?.records ?? []).map { "TLSA \($0.words)" } + [outlook].compactMap { $0 }
    }
}

extension EndpointResult {
    /// `443 https`, and the word that it may be closed.
    var portWords: String {
        "\(endpoint.port.number) \(endpoint.port.service.rawValue)"
            + (endpoint.port.isRequired ? "" : " (optional)")
    }

    var connectWords: String {
        switch connection {
        case .connected(let duration): duration.words
        case .failed: endpoint.port.isRequired ? "failed" : "closed"
        case .forbidden, .noRouteForFamily: "not tried"
        case .cutShort: "cut short"
        }
    }

    var handshakeWords: String {
        guard let handshake else { return "" }
        return switch handshake.outcome {
        case .completed: handshake.duration.words
        case .cutShort: "cut short"
        default: "failed"
        }
    }

    /// Empty where TLS comes first.
    var startTLSWords: String {
        guard let startTLS else { return "" }
        return switch startTLS.outcome {
        case .ready: startTLS.duration.words
        case .cutShort: "cut short"
        case .failed, .unavailable: "failed"
        }
    }

    /// Why it went no further, one clause.
    var trouble: String? {
        (connection.trouble ?? startTLS?.outcome.trouble ?? handshake?.outcome.trouble)?.plain()
    }
}
