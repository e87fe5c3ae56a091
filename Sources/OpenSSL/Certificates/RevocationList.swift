import COpenSSL

/// What a certificate revocation list says of one certificate, and whether that may be believed (RFC 5280 6.3).
package struct RevocationList: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case good, revoked
        /// It says nothing of this certificate that could be believed.
        case invalid
    }

    package let status: Status
    /// Unix seconds; nil where it has none.
    package private(set) var thisUpdate: Int64?
    package private(set) var nextUpdate: Int64?
    /// Unix seconds, and OpenSSL's name of the reason: "keyCompromise".
    package private(set) var revokedAt: Int64?
    package private(set) var revocationReason: String?
    /// Why a client must not go by it, one clause; a stale list still revokes.
    package let trouble: String?

    private init(_ status: Status, _ trouble: String?) {
        (self.status, self.trouble) = (status, trouble)
    }

    /// Judges a DER list about `leaf` at `time` (Unix seconds); its issuer must have signed it.
    package init(der: [UInt8], leaf: Certificate, issuer: Certificate, at time: Int64) {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let list = Self.parsed(der) else {
            self.init(.invalid, "it cannot be read")
            return
        }
        defer { X509_CRL_free(list) }
        let faults = Self.faults(of: leaf, by: list, issuer, at: time)
        let other = faults.filter { $0 != .certRevoked }
        let trouble = other.first?.text
        let isBelievable = other.allSatisfy { $0 == .crlHasExpired }
        if isBelievable, faults.contains(.certRevoked) {
            self.init(.revoked, trouble)
            note(list, leaf)
        } else {
            self.init(other.isEmpty ? .good : .invalid, trouble)
        }
        (thisUpdate, nextUpdate) = (
            Self.time(X509_CRL_get0_lastUpdate(list)), Self.time(X509_CRL_get0_nextUpdate(list))
        )
    }

    private mutating func note(_ list: OpaquePointer, _ leaf: Certificate) {
        var entry: OpaquePointer?
        guard X509_CRL_get0_by_cert(list, &entry, leaf.pointer) == 1, let entry else { return }
        revokedAt = Self.time(X509_REVOKED_get0_revocationDate(entry))
        guard let reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil) else { return }
        let number = reason.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { ASN1_ENUMERATED_free(number) }
        revocationReason = OCSP_crl_reason_str(ASN1_ENUMERATED_get(number))
            .map { String(cString: $0) }
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        let seconds = seconds(time)
        return seconds == 0 ? nil : seconds
    }

    /// Nil where the bytes are not exactly one list.
    private static func parsed(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            guard let list = d2i_X509_CRL(nil, &cursor, bytes.count) else { return nil }
            guard let start = bytes.baseAddress, cursor == start + bytes.count else {
                X509_CRL_free(list)
                return nil
            }
            return list
        }
    }

    /// What OpenSSL's own verification says of the list and, by it, of the certificate; nothing else of it counts.
    private static func faults(
        of leaf: Certificate, by list: OpaquePointer, _ issuer: Certificate, at time: Int64
    ) -> [X509Fault] {
        guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new(),
            let lists = shim_sk_X509_CRL_new(list)
        else { return [.unspecified] }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            shim_sk_X509_CRL_free(lists)
        }
        X509_STORE_add_cert(store, issuer.pointer)
        guard X509_STORE_CTX_init(context, store, leaf.pointer, nil) == 1,
            let parameters = X509_STORE_CTX_get0_param(context)
        else { return [.unspecified] }
        X509_STORE_CTX_set0_crls(context, lists)
        let flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK
        X509_VERIFY_PARAM_set_flags(parameters, UInt(flags))
        X509_VERIFY_PARAM_set_time(parameters, Int(time))
        let record = FaultRecord()
        _ = shim_set_app_data(context, Unmanaged.passUnretained(record).toOpaque())
        X509_STORE_CTX_set_verify_cb(context, recordFault)
        let isVerified = withExtendedLifetime((record, issuer, leaf)) {
            X509_verify_cert(context) == 1
        }
        let chain = sharing(X509_STORE_CTX_get0_chain(context))
        guard isVerified || !record.faults.isEmpty, chain.count > 1, chain[1] == issuer else {
            return [.unspecified]
        }
        return record.faults.filter { $0.depth == 0 }.map(\.code)
            .filter(X509Fault.ofRevocationLists.contains)
    }
}

extension X509Fault {
    fileprivate static let crlHasExpired = X509Fault(rawValue: X509_V_ERR_CRL_HAS_EXPIRED)

    fileprivate static let ofRevocationLists: Set<X509Fault> = Set(
        [
            X509_V_ERR_CERT_REVOKED, X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_NOT_YET_VALID,
            X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_SIGNATURE_FAILURE,
            X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
            X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
            X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
            X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_DIFFERENT_CRL_SCOPE,
            X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE, X509_V_ERR_CRL_PATH_VALIDATION_ERROR,
            X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
        ].map { X509Fault(rawValue: $0) })
}
