import COpenSSL

/// A certificate to be made: the lab's roots, intermediates and leaves, sound or faulty.
package struct CertificateBuilder: Sendable {
    package enum ExtendedUsage: String, Sendable {
        case server = "serverAuth"
        case client = "clientAuth"
        case codeSigning
        case ocspSigning = "OCSPSigning"
    }

    package var commonName: String
    package var dnsNames: [String] = []
    /// 4 or 16 bytes each, network order.
    package var ipAddresses: [[UInt8]] = []
    /// Unix seconds.
    package var notBefore: Int64
    package var notAfter: Int64
    package var isCA = false
    package var pathLength: Int?
    package var serialNumber: UInt64 = 1
    /// Of the signature; an EdDSA issuer has none to choose.
    package var digest = Digest.sha256
    package var extendedUsages: [ExtendedUsage] = []
    package var hasMustStaple = false
    /// URLs of the authority information access extension and of a revocation list.
    package var ocspResponder: String?
    package var issuerLocation: String?
    package var revocationList: String?
    /// Further extensions: a dotted OID and the DER of its value, which nobody looks at.
    package var others: [(identifier: String, value: [UInt8])] = []
    /// Name constraints of a CA: the only DNS subtrees it may issue for.
    package var permittedNames: [String] = []

    package init(commonName: String, notBefore: Int64, notAfter: Int64) {
        (self.commonName, self.notBefore, self.notAfter) = (commonName, notBefore, notAfter)
    }

    package func selfSigned(with key: PrivateKey) throws(OpenSSLError) -> Certificate {
        try make(for: key.pointer, issuer: nil, signer: key)
    }

    package func issued(
        by issuer: Certificate, key signer: PrivateKey, for key: PrivateKey
    ) throws(OpenSSLError) -> Certificate {
        try make(for: key.pointer, issuer: issuer, signer: signer)
    }

    private func make(
        for key: OpaquePointer, issuer: Certificate?, signer: PrivateKey
    ) throws(OpenSSLError) -> Certificate {
        let draft = try ErrorQueue.pointer("make a certificate") { X509_new() }
        defer { X509_free(draft) }
        try ErrorQueue.success("fill a certificate") { fill(draft, key: key, issuer: issuer) }
        for (identifier, value) in extensions {
            try add(identifier, value, to: draft, issuer: issuer?.pointer ?? draft)
        }
        for other in others {
            try ErrorQueue.success("add an extension") { Self.add(other, to: draft) }
        }
        let algorithm = signer.isEdwards ? nil : digest.algorithm
        try ErrorQueue.success("sign a certificate") {
            X509_sign(draft, signer.pointer, algorithm)
        }
        // Parsed anew: a built one keeps caches of its unfinished state.
        guard let certificate = Certificate(der: encoded({ i2d_X509(draft, $0) })) else {
            throw .refused("read its own certificate", [])
        }
        return certificate
    }

    private func fill(_ draft: OpaquePointer, key: OpaquePointer, issuer: Certificate?) -> Int32 {
        let name = X509_get_subject_name(draft)
        let common = Array(commonName.utf8)
        guard X509_set_version(draft, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(draft), serialNumber) == 1,
            common.isEmpty
                || X509_NAME_add_entry_by_NID(
                    name, NID_commonName, MBSTRING_UTF8, common, Int32(clamping: common.count),
                    -1, 0) == 1,
            X509_set_issuer_name(
                draft, issuer.map { X509_get_subject_name($0.pointer) } ?? name) == 1,
            ASN1_TIME_set(X509_getm_notBefore(draft), Int(notBefore)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(draft), Int(notAfter)) != nil
        else { return 0 }
        return X509_set_pubkey(draft, key)
    }

    /// Extensions in OpenSSL's configuration syntax (x509v3_config(5)).
    private var extensions: [(Int32, String)] {
        var list = [(NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid")]
        let path = pathLength.map { ",pathlen:\($0)" } ?? ""
        list.append((NID_basic_constraints, isCA ? "critical,CA:TRUE\(path)" : "CA:FALSE"))
        if isCA { list.append((NID_key_usage, "critical,keyCertSign,cRLSign")) }
        let names = dnsNames.map { "DNS:" + $0 } + ipAddresses.map { "IP:" + Self.text($0) }
        if !names.isEmpty { list.append((NID_subject_alt_name, names.joined(separator: ","))) }
        if !extendedUsages.isEmpty {
            let usages = extendedUsages.map(\.rawValue).joined(separator: ",")
            list.append((NID_ext_key_usage, usages))
        }
        if hasMustStaple { list.append((NID_tlsfeature, "status_request")) }
        let access =
            (ocspResponder.map { ["OCSP;URI:" + $0] } ?? [])
            + (issuerLocation.map { ["caIssuers;URI:" + $0] } ?? [])
        if !access.isEmpty { list.append((NID_info_access, access.joined(separator: ","))) }
        if let revocationList {
            list.append((NID_crl_distribution_points, "URI:" + revocationList))
        }
        if !permittedNames.isEmpty {
            let permitted = permittedNames.map { "permitted;DNS:" + $0 }
            list.append((NID_name_constraints, "critical," + permitted.joined(separator: ",")))
        }
        return list
    }

    private func add(
        _ identifier: Int32, _ value: String, to draft: OpaquePointer, issuer: OpaquePointer
    ) throws(OpenSSLError) {
        let added = try ErrorQueue.pointer("make the extension \(value)") {
            shim_extension(issuer, draft, identifier, value)
        }
        defer { X509_EXTENSION_free(added) }
        try ErrorQueue.success("add an extension") { X509_add_ext(draft, added, -1) }
    }

    private static func add(
        _ other: (identifier: String, value: [UInt8]), to draft: OpaquePointer
    ) -> Int32 {
        guard let object = OBJ_txt2obj(other.identifier, 1), let value = ASN1_OCTET_STRING_new()
        else { return 0 }
        defer {
            ASN1_OBJECT_free(object)
            ASN1_OCTET_STRING_free(value)
        }
        guard
            ASN1_OCTET_STRING_set(value, other.value, Int32(clamping: other.value.count)) == 1,
            let made = X509_EXTENSION_create_by_OBJ(nil, object, 0, value)
        else { return 0 }
        defer { X509_EXTENSION_free(made) }
        return X509_add_ext(draft, made, -1)
    }

    private static func text(_ address: [UInt8]) -> String {
        if address.count == 4 { return address.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: address.count - 1, by: 2).map {
            String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }
}
