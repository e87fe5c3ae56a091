import COpenSSL

/// Words for a key, as reports and labels show them.
enum KeyText {
    /// "rsa", "ecdsa", "ed25519", …; lowercase, for the label `key_type`.
    static func type(of key: OpaquePointer?) -> String {
        guard let key else { return "unknown" }
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return "rsa"
        case EVP_PKEY_RSA_PSS: return "rsa_pss"
        case EVP_PKEY_EC: return "ecdsa"
        case EVP_PKEY_ED25519: return "ed25519"
        case EVP_PKEY_ED448: return "ed448"
        case EVP_PKEY_DSA: return "dsa"
        default: return "unknown"
        }
    }

    /// "RSA 2048", "ECDSA P-256", "Ed25519", …
    static func description(of key: OpaquePointer?) -> String {
        guard let key else { return "unknown" }
        let bits = EVP_PKEY_get_bits(key)
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return "RSA \(bits)"
        case EVP_PKEY_RSA_PSS: return "RSA-PSS \(bits)"
        case EVP_PKEY_EC: return "ECDSA \(group(of: key) ?? "\(bits)")"
        case EVP_PKEY_ED25519: return "Ed25519"
        case EVP_PKEY_ED448: return "Ed448"
        case EVP_PKEY_X25519: return "X25519"
        case EVP_PKEY_X448: return "X448"
        case EVP_PKEY_DSA: return "DSA \(bits)"
        case EVP_PKEY_DH, EVP_PKEY_DHX: return "DH \(bits)"
        default: return "unknown"
        }
    }

    /// The curve: its NIST name ("P-256") where it has one, else OpenSSL's ("brainpoolP256r1").
    static func group(of key: OpaquePointer) -> String? {
        var (name, size) = ([CChar](repeating: 0, count: 64), 0)
        guard EVP_PKEY_get_group_name(key, &name, name.count, &size) == 1, size < name.count
        else { return nil }
        return curve(OBJ_sn2nid(name))
            ?? String(decoding: name.prefix(size).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A curve by its NID.
    static func curve(_ identifier: Int32) -> String? {
        if let name = EC_curve_nid2nist(identifier) { return String(cString: name) }
        guard identifier != NID_undef, let name = OBJ_nid2sn(identifier) else { return nil }
        return String(cString: name)
    }
}
