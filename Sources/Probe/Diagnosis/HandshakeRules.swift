import OpenSSL
import Sockets

/// What one endpoint's handshake shows.
struct HandshakeRules {
    private let result: EndpointResult

    init(_ result: EndpointResult) { self.result = result }

    var findings: [Finding] {
        guard let handshake = result.handshake else { return [] }
        switch handshake.outcome {
        case .completed: return weakCipher(handshake)
        case .cutShort: return []
        case .timedOut:
            return [
                finding(
                    .tlsHandshakeTimeout,
                    "TCP connected, and no handshake was finished within \(milliseconds(handshake)) ms"
                )
            ]
        case .disconnected(let error):
            return [finding(.tlsReset, "the connection broke during the handshake: \(error)")]
        case .unavailable(let detail): return [finding(.probeLocalError, detail)]
        case .failed(let failure): return [failed(failure, handshake)]
        }
    }

    private func failed(_ failure: TLSFailure, _ handshake: Handshake) -> Finding {
        if failure.isNotTLS {
            return finding(
                .notTLS,
                "plaintext came where the ServerHello was due (\(failure.opening.rawValue))")
        }
        if let permissive = handshake.permissive { return older(failure, permissive) }
        let detail = "the handshake failed: \(failure)"
        if handshake.clientCertificateRequested, [40, 42, 116].contains(failure.alertReceived) {
            return finding(
                .clientCertificateRequired,
                "the server asked for a client certificate, and \(failure)")
        }
        if failure.alertReceived == 112 {
            return finding(.sniUnrecognized, "the server does not know the name: \(failure)")
        }
        if failure.isEndOfStream, failure.alertReceived == nil {
            return finding(
                .tlsReset, "the connection was closed during the handshake without an alert")
        }
        if failure.alertReceived != nil || failure.alertSent != nil || failure.isOverLimit {
            return finding(.tlsHandshakeFailure, detail)
        }
        return finding(.unknown, detail)
    }

    /// The strict handshake failed and a permissive one tells by what it got.
    private func older(_ failure: TLSFailure, _ permissive: Handshake.Permissive) -> Finding {
        let evidence =
            "the handshake of a modern client failed (\(failure)); a permissive one gets "
            + "\(permissive.version) with \(permissive.cipher)"
        if permissive.version == "TLSv1" || permissive.version == "TLSv1.1" {
            return finding(.tlsProtocolUnsupported, evidence, .comparison)
        }
        return finding(
            failure.concern == .weakParameters ? .tlsWeakParameters : .tlsCipherMismatch, evidence,
            .comparison)
    }

    private func weakCipher(_ handshake: Handshake) -> [Finding] {
        guard let cipher = handshake.cipher else { return [] }
        let isBroken = ["_RC4_", "_3DES_", "_DES_", "_EXPORT_", "_NULL_"].contains {
            cipher.contains($0)
        }
        guard isBroken || handshake.hasForwardSecrecy == false else { return [] }
        return [
            Finding(
                .tlsWeakCipher, .warning, confidence: .oneObservation, at: [result.place],
                ["\(cipher) was negotiated" + (isBroken ? "" : ", which has no forward secrecy")])
        ]
    }

    private func finding(
        _ failureClass: FailureClass, _ evidence: String,
        _ confidence: Finding.Confidence = .oneObservation
    ) -> Finding {
        Finding(
            failureClass, confidence: confidence, at: [result.place],
            ["\(result.place): \(evidence)"])
    }

    private func milliseconds(_ handshake: Handshake) -> Int {
        Int(handshake.duration / .milliseconds(1))
    }
}
