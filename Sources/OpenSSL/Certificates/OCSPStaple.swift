import COpenSSL

/// What an OCSP response says of one certificate, and whether that may be believed (RFC 6960).
package struct OCSPStaple: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case good, revoked, unknown
        /// It says nothing of this certificate that could be believed.
        case invalid
    }

    /// Why a client must not go by it; a revocation is no trouble of the response.
    package enum Trouble: Hashable, Sendable {
        case malformed
        /// An error instead of an answer, by its name: "trylater" (RFC 6960 4.2.1).
        case refused(String)
        case anotherCertificate
        /// Neither the issuer nor a responder that it delegated to signed it; OpenSSL's reason.
        case wrongSignature(String)
        case notYetValid
        case stale
        /// The responder does not know the certificate.
        case unknownCertificate
        /// The issuer is not at hand, so that nothing could be checked: no fault of the response.
        case unknownIssuer
    }

    package let status: Status
    /// Unix seconds; nil where it has none.
    package var thisUpdate: Int64?
    package var nextUpdate: Int64?
    /// Unix seconds, and OpenSSL's name of the reason: "keyCompromise".
    package var revokedAt: Int64?
    package var revocationReason: String?
    package var hasTimestamps = false
    package let trouble: Trouble?

    fileprivate init(_ status: Status, _ trouble: Trouble?) {
        (self.status, self.trouble) = (status, trouble)
    }

    /// Judges a DER response about `leaf` at `time` (Unix seconds).
    package init(der: [UInt8], leaf: Certificate, issuer: Certificate?, at time: Int64) {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let response = OCSPReading(der) else {
            self.init(.invalid, .malformed)
            return
        }
        guard response.code == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            let name = OCSP_response_status_str(Int(response.code)).map { String(cString: $0) }
            self.init(.invalid, .refused(name ?? "status \(response.code)"))
            return
        }
        guard let basic = response.basic else {
            self.init(.invalid, .malformed)
            return
        }
        guard let issuer else {
            self.init(.invalid, .unknownIssuer)
            return
        }
        guard let answer = Self.answer(in: basic, leaf, issuer) else {
            self.init(.invalid, .anotherCertificate)
            return
        }
        if let reason = Self.signatureFault(of: basic, issuer, at: time) {
            self.init(.invalid, .wrongSignature(reason))
            return
        }
        self.init(answer, at: time)
    }

    /// Reads one answer of a response whose signature is good.
    private init(_ answer: OpaquePointer, at time: Int64) {
        var reason: Int32 = -1
        var (revoked, this, next): (Time, Time, Time) = (nil, nil, nil)
        let code = OCSP_single_get0_status(answer, &reason, &revoked, &this, &next)
        let status: Status =
            switch code {
            case V_OCSP_CERTSTATUS_GOOD: .good
            case V_OCSP_CERTSTATUS_REVOKED: .revoked
            default: .unknown
            }
        let (begin, end) = (seconds(this), next.map { seconds($0) })
        let trouble: Trouble? =
            if begin == 0 || end == 0 {
                .malformed
            } else if begin > time + Self.skew {
                .notYetValid
            } else if let end, end < time - Self.skew {
                .stale
            } else {
                status == .unknown ? .unknownCertificate : nil
            }
        self.init(status, trouble)
        (thisUpdate, nextUpdate) = (begin == 0 ? nil : begin, end == 0 ? nil : end)
        hasTimestamps = OCSP_SINGLERESP_get_ext_by_NID(answer, NID_ct_cert_scts, -1) >= 0
        guard status == .revoked else { return }
        revokedAt = revoked.map { seconds($0) }
        if reason >= 0 {
            revocationReason = OCSP_crl_reason_str(Int(reason)).map { String(cString: $0) }
        }
    }

    private typealias Time = UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?

    /// The answer about `leaf`, whatever hash the responder names certificates by.
    private static func answer(
        in basic: OpaquePointer, _ leaf: Certificate, _ issuer: Certificate
    ) -> OpaquePointer? {
        for index in 0..<min(most, max(0, OCSP_resp_count(basic))) {
            guard let answer = OCSP_resp_get0(basic, index),
                let theirs = OCSP_SINGLERESP_get0_id(answer)
            else { continue }
            var hash: OpaquePointer?
            OCSP_id_get0_info(nil, &hash, nil, nil, theirs)
            guard let digest = EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(hash))),
                let ours = OCSP_cert_to_id(digest, leaf.pointer, issuer.pointer)
            else { continue }
            defer { OCSP_CERTID_free(ours) }
            if OCSP_id_cmp(ours, theirs) == 0 { return answer }
        }
        return nil
    }

    /// Nil where the issuer, or a responder that it delegated to, signed it (RFC 6960 4.2.2.2).
    private static func signatureFault(
        of basic: OpaquePointer, _ issuer: Certificate, at time: Int64
    ) -> String? {
        guard let store = X509_STORE_new() else { return "no memory" }
        defer { X509_STORE_free(store) }
        X509_STORE_add_cert(store, issuer.pointer)
        let parameters = X509_STORE_get0_param(store)
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_time(parameters, Int(time))
        ErrorQueue.clear()
        let isGood = withStack(of: [issuer]) { OCSP_basic_verify(basic, $0, store, 0) == 1 }
        return isGood ? nil : ErrorQueue.drain().last?.text ?? "no reason given"
    }

    /// Seconds that clocks may differ.
    private static let skew: Int64 = 300
    /// Answers of one response that are looked at.
    private static let most: Int32 = 100
}

/// The parsed response, freed with its reader.
private final class OCSPReading {
    private let response: OpaquePointer
    let basic: OpaquePointer?
    let code: Int32

    /// Nil where the bytes are not exactly one response.
    init?(_ der: [UInt8]) {
        let parsed = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            guard let response = d2i_OCSP_RESPONSE(nil, &cursor, bytes.count) else { return nil }
            guard let start = bytes.baseAddress, cursor == start + bytes.count else {
                OCSP_RESPONSE_free(response)
                return nil
            }
            return response
        }
        guard let parsed else { return nil }
        response = parsed
        code = OCSP_response_status(parsed)
        basic = OCSP_response_get1_basic(parsed)
    }

    deinit {
        OCSP_BASICRESP_free(basic)
        OCSP_RESPONSE_free(response)
    }
}
