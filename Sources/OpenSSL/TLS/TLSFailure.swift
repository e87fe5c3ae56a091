import COpenSSL

/// How a handshake or a connection ended badly.
package struct TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a retry with the permissive profile could explain.
    package enum Concern: String, Hashable, Sendable {
        case version, cipher, weakParameters, certificate, other
    }

    /// The reason of libssl, else the first of the queue; nil at an end of stream.
    package let reason: OpenSSLReason?
    /// The number of the fatal alert that the peer sent, or 0 (close_notify) where a handshake was due.
    package let alertReceived: UInt8?
    /// The number of the fatal alert that we sent.
    package let alertSent: UInt8?
    /// What the first bytes of the peer look like.
    package let opening: Opening
    /// The peer closed the connection without a word of TLS.
    package let isEndOfStream: Bool
    /// The peer sent more than this session takes; it is not read further.
    package let isOverLimit: Bool
    /// A ServerHello came before the failure.
    package let serverHelloSeen: Bool

    package init(
        reason: OpenSSLReason? = nil, alertReceived: UInt8? = nil, alertSent: UInt8? = nil,
        opening: Opening = .tls, isEndOfStream: Bool = false, isOverLimit: Bool = false,
        serverHelloSeen: Bool = false
    ) {
        (self.reason, self.alertReceived, self.alertSent) = (reason, alertReceived, alertSent)
        (self.opening, self.isEndOfStream) = (opening, isEndOfStream)
        (self.isOverLimit, self.serverHelloSeen) = (isOverLimit, serverHelloSeen)
    }

    /// Plaintext came where the ServerHello was due.
    package var isNotTLS: Bool { opening.isNotTLS && !serverHelloSeen }

    package var concern: Concern {
        if let alertReceived { return Self.alerts[alertReceived] ?? .other }
        // bad_certificate: libssl could not read it; what it shows is judged elsewhere.
        if alertSent == 42 { return .certificate }
        guard let reason, reason.isTLS else { return .other }
        return Self.reasons[reason.code] ?? .other
    }

    package var description: String {
        if isOverLimit { return "the peer sent more than a handshake may hold" }
        if isNotTLS { return "the peer does not speak TLS: it sent \(opening.words)" }
        if let alertReceived {
            return "the peer sent alert \(TLSAlert(level: .fatal, number: alertReceived))"
        }
        if isEndOfStream { return "the peer closed the connection" }
        return reason?.text ?? "the connection failed for no reason that OpenSSL gives"
    }

    private static let alerts: [UInt8: Concern] = [
        70: .version, 71: .weakParameters, 42: .certificate, 43: .certificate, 44: .certificate,
        45: .certificate, 46: .certificate, 48: .certificate, 116: .certificate,
    ]

    private static let reasons: [Int32: Concern] = [
        SSL_R_UNSUPPORTED_PROTOCOL: .version, SSL_R_WRONG_SSL_VERSION: .version,
        SSL_R_VERSION_TOO_LOW: .version, SSL_R_VERSION_TOO_HIGH: .version,
        SSL_R_WRONG_VERSION_NUMBER: .version, SSL_R_NO_PROTOCOLS_AVAILABLE: .version,
        SSL_R_UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS: .certificate,
        SSL_R_UNKNOWN_CERTIFICATE_TYPE: .certificate, SSL_R_WRONG_CERTIFICATE_TYPE: .certificate,
        SSL_R_NO_SHARED_CIPHER: .cipher, SSL_R_WRONG_CIPHER_RETURNED: .cipher,
        SSL_R_UNKNOWN_CIPHER_RETURNED: .cipher, SSL_R_NO_CIPHERS_AVAILABLE: .cipher,
        SSL_R_DH_KEY_TOO_SMALL: .weakParameters, SSL_R_EE_KEY_TOO_SMALL: .weakParameters,
        SSL_R_WRONG_SIGNATURE_TYPE: .weakParameters, SSL_R_WRONG_CURVE: .weakParameters,
        SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM: .weakParameters,
        SSL_R_UNKNOWN_DIGEST: .weakParameters, SSL_R_BAD_DH_VALUE: .weakParameters,
    ]
}
