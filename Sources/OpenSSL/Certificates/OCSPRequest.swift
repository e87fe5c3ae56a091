import COpenSSL

/// The question to an OCSP responder about one certificate (RFC 6960 4.1).
package enum OCSPRequest {
    /// In DER, without nonce, so that a responder may answer what it has signed before; nil only where memory ends.
    package static func der(about leaf: Certificate, issuedBy issuer: Certificate) -> [UInt8]? {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let request = OCSP_REQUEST_new() else { return nil }
        defer { OCSP_REQUEST_free(request) }
        // By SHA-1, which every responder knows certificates by (RFC 5019 2.1.1).
        guard let subject = OCSP_cert_to_id(EVP_sha1(), leaf.pointer, issuer.pointer) else {
            return nil
        }
        guard OCSP_request_add0_id(request, subject) != nil else {
            OCSP_CERTID_free(subject)
            return nil
        }
        let bytes = encoded { i2d_OCSP_REQUEST(request, $0) }
        return bytes.isEmpty ? nil : bytes
    }
}
