import COpenSSL

/// An OCSP response to be made: what the lab's servers staple.
package struct OCSPBuilder: Sendable {
    package enum Answer: Hashable, Sendable {
        case good, unknown
        /// Unix seconds.
        case revoked(at: Int64)
    }

    package var answer: Answer
    /// Unix seconds.
    package var thisUpdate: Int64
    package var nextUpdate: Int64?

    /// The TLS form of signed certificate timestamps to go with it (RFC 6962 3.3).
    package var timestamps: [UInt8]?

    package init(_ answer: Answer, thisUpdate: Int64, nextUpdate: Int64?) {
        (self.answer, self.thisUpdate, self.nextUpdate) = (answer, thisUpdate, nextUpdate)
    }

    /// Makes the response about `leaf` in DER, signed by `signer`: its issuer, or a delegate of it.
    package func response(
        about leaf: Certificate, issuedBy issuer: Certificate, signer: Certificate, key: PrivateKey
    ) throws(OpenSSLError) -> [UInt8] {
        let basic = try ErrorQueue.pointer("make an OCSP response") { OCSP_BASICRESP_new() }
        defer { OCSP_BASICRESP_free(basic) }
        try ErrorQueue.success("answer for a certificate") { add(to: basic, leaf, issuer) }
        try ErrorQueue.success("sign an OCSP response") {
            OCSP_basic_sign(
                basic, signer.pointer, key.pointer, key.isEdwards ? nil : EVP_sha256(), nil, 0)
        }
        let response = try ErrorQueue.pointer("make an OCSP response") {
            OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
        }
        defer { OCSP_RESPONSE_free(response) }
        return encoded { i2d_OCSP_RESPONSE(response, $0) }
    }

    private func add(
        to basic: OpaquePointer, _ leaf: Certificate, _ issuer: Certificate
    ) -> Int32 {
        let subject = OCSP_cert_to_id(EVP_sha1(), leaf.pointer, issuer.pointer)
        defer { OCSP_CERTID_free(subject) }
        let this = ASN1_TIME_set(nil, Int(thisUpdate))
        let next = nextUpdate.flatMap { ASN1_TIME_set(nil, Int($0)) }
        defer { [this, next].forEach { ASN1_STRING_free($0) } }
        var (status, reason) = (V_OCSP_CERTSTATUS_GOOD, Int32(-1))
        var revoked: UnsafeMutablePointer<ASN1_TIME>?
        defer { ASN1_STRING_free(revoked) }
        switch answer {
        case .good: break
        case .unknown: status = V_OCSP_CERTSTATUS_UNKNOWN
        case .revoked(let time):
            (status, reason) = (V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_KEYCOMPROMISE)
            revoked = ASN1_TIME_set(nil, Int(time))
        }
        let added = OCSP_basic_add1_status(basic, subject, status, reason, revoked, this, next)
        guard let added, let timestamps else { return added == nil ? 0 : 1 }
        let list = [4, UInt8(truncatingIfNeeded: timestamps.count)] + timestamps
        guard let object = OBJ_nid2obj(NID_ct_cert_scts), let value = ASN1_OCTET_STRING_new()
        else { return 0 }
        defer { ASN1_OCTET_STRING_free(value) }
        guard ASN1_OCTET_STRING_set(value, list, Int32(clamping: list.count)) == 1,
            let made = X509_EXTENSION_create_by_OBJ(nil, object, 0, value)
        else { return 0 }
        defer { X509_EXTENSION_free(made) }
        return OCSP_SINGLERESP_add_ext(added, made, -1)
    }
}
