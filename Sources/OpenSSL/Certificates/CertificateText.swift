import COpenSSL

/// What reports tell of a certificate, the same in many places.
struct CertificateText {
    let subject, issuer, serialNumber, fingerprintSHA256: String
    let malformedExtensions: [String]

    init(_ certificate: Certificate) {
        let pointer = certificate.pointer
        subject = Self.line(X509_get_subject_name(pointer))
        issuer = Self.line(X509_get_issuer_name(pointer))
        serialNumber = Self.digits(X509_get0_serialNumber(pointer))
        fingerprintSHA256 = Digest.sha256(certificate.der).hexadecimal
        malformedExtensions = Self.malformedExtensions(of: pointer)
    }

    private static func line(_ name: OpaquePointer?) -> String {
        let bytes = written { X509_NAME_print_ex($0, name, 0, shim_name_flags()) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digits(_ serial: UnsafePointer<ASN1_INTEGER>?) -> String {
        guard let number = ASN1_INTEGER_to_BN(serial, nil) else { return "" }
        defer { BN_free(number) }
        let sign = BN_is_negative(number) == 1 ? "-" : ""
        let bytes: [UInt8] = BigNumber.bytes(number)
        return sign + (bytes.isEmpty ? "00" : bytes.hexadecimal)
    }

    private static func malformedExtensions(of pointer: OpaquePointer) -> [String] {
        defer { ERR_clear_error() }
        let count = min(100, max(0, X509_get_ext_count(pointer)))
        let malformed = (0..<count).lazy.compactMap { index -> String? in
            guard let found = X509_get_ext(pointer, index),
                shim_extension_is_readable(found) == 0
            else { return nil }
            let identifier = OBJ_obj2nid(X509_EXTENSION_get_object(found))
            return OBJ_nid2sn(identifier).map { String(cString: $0) }
        }
        return Array(malformed.prefix(8))
    }
}

extension Certificate {
    /// One line in the form of RFC 2253: "CN=example.com,O=Example".
    package var subject: String { text.subject }

    /// One line in the form of RFC 2253.
    package var issuer: String { text.issuer }

    /// Lowercase hexadecimal without separators; a leading "-" when negative.
    package var serialNumber: String { text.serialNumber }

    /// SHA-256 of the DER in lowercase hexadecimal.
    package var fingerprintSHA256: String { text.fingerprintSHA256 }

    /// Extensions that OpenSSL knows and cannot read, by its short names; a few at most.
    ///
    /// Verification looks at some of them only: a broken list of timestamps is no fault to it, and to others it is.
    package var malformedExtensions: [String] { text.malformedExtensions }
}
