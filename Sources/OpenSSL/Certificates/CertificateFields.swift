import COpenSSL

extension Certificate {
    /// The subjectPublicKeyInfo in DER, what TLSA selector 1 covers (RFC 6698 2.1.2).
    package var publicKeyDER: [UInt8] {
        encoded { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) }
    }

    /// "rsa", "ecdsa", "ed25519", "ed448", "rsa_pss", "dsa" or "unknown".
    package var keyType: String { KeyText.type(of: X509_get0_pubkey(pointer)) }

    /// The size of the key; 0 when libcrypto does not know the algorithm.
    package var keyBits: Int { X509_get0_pubkey(pointer).map { Int(EVP_PKEY_get_bits($0)) } ?? 0 }

    /// "RSA 2048", "ECDSA P-256", "Ed25519", …
    package var keyDescription: String { KeyText.description(of: X509_get0_pubkey(pointer)) }

    /// OpenSSL's short name ("RSA-SHA256", "ecdsa-with-SHA256"), else the dotted OID.
    package var signatureAlgorithm: String {
        let identifier = X509_get_signature_nid(pointer)
        if identifier != NID_undef, let name = OBJ_nid2sn(identifier) {
            return String(cString: name)
        }
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_get0_signature(nil, &algorithm, pointer)
        var object: OpaquePointer?
        X509_ALGOR_get0(&object, nil, nil, algorithm)
        return dottedText(object)
    }

    /// The issuer is the subject, and the signature verifies with the certificate's own key.
    package var isSelfSigned: Bool {
        defer { ERR_clear_error() }
        return X509_self_signed(pointer, 1) == 1
    }

    /// The issuer is the subject, whoever signed.
    package var isSelfIssued: Bool {
        X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
    }

    package var isCA: Bool {
        defer { ERR_clear_error() }
        return X509_check_ca(pointer) > 0
    }

    /// An extension that chains are built by is broken or stands twice, so that OpenSSL finds no issuer for it.
    package var hasInvalidExtensions: Bool {
        defer { ERR_clear_error() }
        return X509_get_extension_flags(pointer) & UInt32(EXFLAG_INVALID) != 0
    }

    /// The TLS feature extension demands a stapled OCSP response (RFC 7633).
    package var hasMustStaple: Bool {
        guard let features = extensionValue(NID_tlsfeature) else { return false }
        defer { TLS_FEATURE_free(features) }
        return (0..<max(0, shim_features_num(features))).contains {
            ASN1_INTEGER_get(shim_features_value(features, $0)) == 5  // status_request
        }
    }

    /// Signed certificate timestamps are embedded (RFC 6962 3.3).
    package var hasEmbeddedTimestamps: Bool {
        X509_get_ext_by_NID(pointer, NID_ct_precert_scts, -1) >= 0
    }

    /// Decodes an extension into the object that the caller frees; nil when absent or malformed.
    func extensionValue(_ identifier: Int32) -> OpaquePointer? {
        defer { ERR_clear_error() }
        return X509_get_ext_d2i(pointer, identifier, nil, nil).map { OpaquePointer($0) }
    }
}

/// Unix seconds of an ASN.1 time; 0 when it holds no valid one.
func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
    guard let time else { return 0 }
    defer { ERR_clear_error() }
    var (then, epoch) = (tm(), tm())
    (epoch.tm_year, epoch.tm_mday) = (70, 1)
    var (days, rest): (Int32, Int32) = (0, 0)
    guard ASN1_TIME_to_tm(time, &then) == 1,
        OPENSSL_gmtime_diff(&days, &rest, &epoch, &then) == 1
    else { return 0 }
    return Int64(days) * 86_400 + Int64(rest)
}
