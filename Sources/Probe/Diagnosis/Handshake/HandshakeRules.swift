import OpenSSL
import Sockets

/// What one endpoint's handshake shows.
struct HandshakeRules {
    private let result: EndpointResult

    init(_ result: EndpointResult) { self.result = result }

    var findings: [Finding] {
        guard let handshake = result.handshake else { return [] }
        switch handshake.outcome {
        case .completed: return weakCipher(handshake) + legacyOffered(handshake)
        case .cutShort: return []
        case .timedOut: return [timedOut(handshake)]
        case .disconnected(.reset): return [broken("the server reset the connection", handshake)]
        case .disconnected(let error):
            return [finding(.unknown, "the connection broke during the handshake: \(error)")]
        case .unavailable(let detail): return [finding(.probeLocalError, detail)]
        case .failed(let failure): return [failed(failure, handshake)]
        }
    }

    private func failed(_ failure: TLSFailure, _ handshake: Handshake) -> Finding {
        if failure.isNotTLS, result.startTLS != nil {
            return finding(.starttlsRejected, DialectConversation.injection.detail)
        }
        if failure.isNotTLS {
            return finding(
                .notTLS,
                "plaintext came where the ServerHello was due: \(failure.opening.words)")
        }
        if let alert = failure.alertReceived, handshake.clientCertificateRequested,
            [40, 42, 116].contains(alert)
        {
            return finding(
                .clientCertificateRequired,
                "the server asked for a client certificate, got none, and sent alert "
                    + Self.text(alert))
        }
        if failure.isEndOfStream, failure.alertReceived == nil {
            return broken("the server closed the connection without an alert", handshake)
        }
        if failure.alertReceived == 112 {
            return finding(
                .sniUnrecognized,
                "the server does not know the name \(name): it sent alert \(Self.text(112))")
        }
        let words = words(failure)
        if failure.alertReceived == nil, failure.concern == .certificate {
            return finding(.certInvalid, "the server's certificate cannot be used: \(words)")
        }
        if let finding = older(words, failure.concern, handshake) { return finding }
        if handshake.completesWithoutServerName == true {
            return finding(
                .sniUnrecognized,
                "with the name \(name) in SNI the handshake fails: \(words); without SNI it completes",
                .comparison)
        }
        guard failure.alertReceived != nil || failure.alertSent != nil else {
            return finding(.unknown, "the handshake failed: \(words)")
        }
        let retry = handshake.permissive.map { "; a permissive handshake gets \(self.words($0))" }
        return finding(
            .tlsHandshakeFailure, words + (retry ?? smallHello(handshake)) + requested(handshake))
    }

    /// The strict handshake failed, and what a server does with a more permissive one tells why; nil where it does
    /// not tell.
    private func older(
        _ what: String, _ concern: TLSFailure.Concern, _ handshake: Handshake
    ) -> Finding? {
        if let permissive = handshake.permissive {
            let evidence =
                "the handshake of a modern client fails (\(what)); a permissive one gets "
                + words(permissive)
            if Self.oldVersions.contains(permissive.version) {
                return finding(.tlsProtocolUnsupported, evidence, .comparison)
            }
            if !permissive.isCipherStrict {
                return finding(.tlsCipherMismatch, evidence, .comparison)
            }
            if concern == .weakParameters || permissive.hasLegacySignature {
                return finding(.tlsWeakParameters, evidence, .comparison)
            }
        }
        // What libssl itself cannot speak: the ServerHello is an answer to our offer all the same.
        if concern == .version, let offered = handshake.versionOffered, offered < .tls12 {
            return finding(
                .tlsProtocolUnsupported,
                "the ServerHello chose \(versionText(offered.name)), and a modern client has TLS 1.2 and 1.3",
                .comparison)
        }
        guard case .chosen(let version, let suite, _)? = handshake.legacyAnswer else { return nil }
        let cipher = suite.map { " with \($0.name)" } ?? ""
        return finding(
            version < .tls12 ? .tlsProtocolUnsupported : .tlsCipherMismatch,
            "the handshake of a modern client fails (\(what)); a ClientHello for what no client has any more "
                + "gets \(version.text)\(cipher)",
            .comparison)
    }

    /// Reset or end of stream, without an alert.
    private func broken(_ what: String, _ handshake: Handshake) -> Finding {
        let isEarly = handshake.versionOffered == nil
        let what = what + (isEarly ? " after the ClientHello" : " after the ServerHello")
        if let finding = older(what, .other, handshake) { return finding }
        return finding(
            .tlsReset,
            what + withoutName(handshake) + smallHello(handshake) + requested(handshake),
            .comparison)
    }

    private func timedOut(_ handshake: Handshake) -> Finding {
        let milliseconds = Int(handshake.duration / .milliseconds(1))
        let missing =
            handshake.versionOffered == nil
            ? "no ServerHello came" : "the handshake stopped after the ServerHello"
        return finding(
            .tlsHandshakeTimeout,
            "TCP connected, and \(missing) within \(milliseconds) ms"
                + withoutName(handshake) + smallHello(handshake))
    }

    /// What a retry without SNI says of a filter.
    private func withoutName(_ handshake: Handshake) -> String {
        switch handshake.completesWithoutServerName {
        case true?: "; without SNI the handshake completes: something filters the name \(name)"
        case false?: "; without SNI it does not complete either"
        case nil: ""
        }
    }

    /// What a ClientHello says that is smaller, and older in what it offers: only padding tells the two apart.
    private func smallHello(_ handshake: Handshake) -> String {
        guard let small = handshake.smallHello else { return "" }
        let words = "; a ClientHello of \(small.size) bytes gets \(small.version.text)"
        guard let paddedSize = small.paddedSize else { return words }
        return switch small.takesPadded {
        case false?:
            words
                + " and the same one padded to \(paddedSize) bytes, as many as a modern one has, does "
                + "not: something does not take large ones"
        case true?:
            words
                + ", padded to \(paddedSize) bytes too: something does not take what a modern one offers"
        case nil: words + ", where a modern one has \(paddedSize)"
        }
    }

    private func requested(_ handshake: Handshake) -> String {
        handshake.clientCertificateRequested
            ? "; it had asked for a client certificate and got none" : ""
    }

    private func weakCipher(_ handshake: Handshake) -> [Finding] {
        guard let cipher = handshake.cipher else { return [] }
        // Words, since looking for text within text costs far more.
        let isBroken = cipher.utf8.split(separator: UInt8(ascii: "_")).contains { word in
            Self.brokenCiphers.contains(Substring(word)) || word.starts(with: "EXPORT".utf8)
        }
        guard isBroken || handshake.hasForwardSecrecy == false else { return [] }
        return [
            Finding(
                .tlsWeakCipher, .warning, confidence: .oneObservation, at: [result.place],
                [
                    "\(result.place): \(cipher) was negotiated"
                        + (isBroken ? "" : ", which has no forward secrecy")
                ])
        ]
    }

    private func legacyOffered(_ handshake: Handshake) -> [Finding] {
        let old = handshake.offers?.old ?? []
        guard !old.isEmpty else { return [] }
        return [
            Finding(
                .tlsLegacyOffered, .warning, confidence: .oneObservation, at: [result.place],
                [
                    "\(result.place): the server still takes "
                        + old.map(\.text).joined(separator: ", ")
                ])
        ]
    }

    // MARK: - Words

    private var name: String {
        result.handshake?.serverName ?? result.endpoint.host
    }

    private func finding(
        _ failureClass: FailureClass, _ evidence: String,
        _ confidence: Finding.Confidence = .oneObservation
    ) -> Finding {
        Finding(
            failureClass, confidence: confidence, at: [result.place],
            ["\(result.place): \(evidence)"])
    }

    /// With the number of the alert, whoever sent it.
    private func words(_ failure: TLSFailure) -> String {
        if let alert = failure.alertReceived { return "the server sent alert \(Self.text(alert))" }
        let answer = failure.alertSent.map { ", which we answered with alert \(Self.text($0))" }
        return "\(failure)" + (answer ?? "")
    }

    private func words(_ permissive: Handshake.Permissive) -> String {
        let details = [permissive.group, permissive.signature].compactMap { $0 }
        return "\(versionText(permissive.version)) with \(permissive.cipher)"
            + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }

    private static func text(_ alert: UInt8) -> String {
        TLSAlert(level: .fatal, number: alert).description
    }

    private static let oldVersions: Set<String> = ["SSLv3", "TLSv1", "TLSv1.1"]
    private static let brokenCiphers: [Substring] = ["RC4", "3DES", "DES", "DES40", "NULL"]
}

extension Handshake.Permissive {
    /// Signed with a hash that no modern client takes.
    fileprivate var hasLegacySignature: Bool {
        signature.map { $0.hasSuffix("_sha1") || $0.hasSuffix("_md5") || $0.hasSuffix("_md5_sha1") }
            ?? false
    }
}
