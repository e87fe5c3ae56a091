import COpenSSL

/// What is known of a session, while it runs, when it is done, and after it failed.
extension TLSSession {
    /// The negotiated version, "TLSv1.3"; nil before a ServerHello was accepted.
    package var version: String? {
        SSL_get_current_cipher(pointer) == nil ? nil : String(cString: SSL_get_version(pointer))
    }

    /// The version that the ServerHello chose, also one that we refuse; nil for unknown numbers.
    package var versionOffered: TLSVersion? {
        record.versionOffered.flatMap { TLSVersion(rawValue: $0) }
    }

    /// OpenSSL's name: "ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256".
    package var cipher: String? {
        SSL_get_current_cipher(pointer).map { String(cString: SSL_CIPHER_get_name($0)) }
    }

    /// The name of IANA's registry: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".
    package var cipherStandardName: String? {
        SSL_get_current_cipher(pointer).flatMap { SSL_CIPHER_standard_name($0) }
            .map { String(cString: $0) }
    }

    /// The cipher hides past traffic from whoever learns the server's key later.
    package var hasForwardSecrecy: Bool? {
        SSL_get_current_cipher(pointer).map { SSL_CIPHER_get_kx_nid($0) != NID_kx_rsa }
    }

    /// The group of the key exchange: "X25519", "P-256", "DH 2048"; nil without one (RSA).
    package var group: String? {
        var key: OpaquePointer?
        guard shim_SSL_get_peer_temporary_key(pointer, &key) == 1, let key else { return nil }
        defer { EVP_PKEY_free(key) }
        if EVP_PKEY_get_base_id(key) == EVP_PKEY_EC { return KeyText.group(of: key) }
        return KeyText.description(of: key)
    }

    /// The signature scheme of the peer by IANA's name: "ecdsa_secp256r1_sha256".
    package var signature: String? {
        var kind: Int32 = 0
        guard SSL_get_peer_signature_type_nid(pointer, &kind) == 1 else { return nil }
        var hash: Int32 = 0
        _ = shim_SSL_get_peer_signature_digest(pointer, &hash)
        let digest = OBJ_nid2sn(hash).map { String(cString: $0).lowercased() } ?? "unknown"
        switch kind {
        case EVP_PKEY_ED25519: return "ed25519"
        case EVP_PKEY_ED448: return "ed448"
        case EVP_PKEY_RSA: return "rsa_pkcs1_\(digest)"
        case EVP_PKEY_RSA_PSS:
            return "rsa_pss_\(leaf?.keyType == "rsa_pss" ? "pss" : "rsae")_\(digest)"
        case EVP_PKEY_EC:
            let curves = ["sha256": "_secp256r1", "sha384": "_secp384r1", "sha512": "_secp521r1"]
            return "ecdsa\(curves[digest] ?? "")_\(digest)"
        default: return nil
        }
    }

    /// Failed at a key that only a session that is not quick may read: another one is to be asked.
    package var mayHaveMissedKey: Bool {
        context.readsKeysQuickly
            && failure?.reason?.code == SSL_R_UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS
    }

    /// The application protocol that the server chose.
    package var alpn: String? {
        var (start, count): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
        SSL_get0_alpn_selected(pointer, &start, &count)
        return count == 0 ? nil : String(decoding: copy(start, Int(count)), as: UTF8.self)
    }

    /// The certificate that the peer claims as its own; also after a handshake that failed later.
    package var leaf: Certificate? {
        SSL_get0_peer_certificate(pointer).map { Certificate(sharing: $0) }
    }

    /// What the server sent, in its order, the leaf included; at most 100 certificates.
    package var sentChain: [Certificate] { sharing(SSL_get_peer_cert_chain(pointer)) }

    /// The stapled OCSP response in DER (RFC 6066 8).
    package var ocspResponse: [UInt8]? {
        var start: UnsafePointer<UInt8>?
        let count = shim_SSL_get_ocsp_response(pointer, &start)
        return count > 0 && start != nil ? copy(start, count) : nil
    }

    /// Signed certificate timestamps came in the TLS extension for them (RFC 6962 3.3.1).
    package var hasTimestampExtension: Bool {
        defer { ERR_clear_error() }
        guard let timestamps = SSL_get0_peer_scts(pointer) else { return false }
        return (0..<max(0, shim_timestamps_num(timestamps))).contains {
            SCT_get_source(shim_timestamps_value(timestamps, $0)) == SCT_SOURCE_TLS_EXTENSION
        }
    }

    /// The server echoed the server_name extension (RFC 6066 3).
    package var serverNameAcknowledged: Bool { record.serverNameAcknowledged }
    package var serverHelloSeen: Bool { record.serverHelloSeen }
    /// Bytes of the first ClientHello, its record included; nil before it was sent.
    package var clientHelloSize: Int? { record.clientHelloSize }
    package var clientCertificateRequested: Bool { record.clientCertificateRequested }
    /// A NewSessionTicket came: in TLS 1.3 the server has accepted our Finished.
    package var sessionTicketSeen: Bool { record.sessionTicketSeen }
    /// The last alert of each direction; close_notify and warnings count.
    package var alertReceived: TLSAlert? { record.alertReceived }
    package var alertSent: TLSAlert? { record.alertSent }
}
