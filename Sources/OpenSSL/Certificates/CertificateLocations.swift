import COpenSSL

/// Where a certificate says that more about it is to be fetched; foreign text in printable ASCII, a few of each at most.
extension Certificate {
    /// OCSP responders (RFC 5280 4.2.2.1).
    package var ocspResponders: [String] { accessLocations(NID_ad_OCSP) }

    /// The issuer's own certificate (RFC 5280 4.2.2.1).
    package var issuerLocations: [String] { accessLocations(NID_ad_ca_issuers) }

    /// Revocation lists of the issuer that cover every reason (RFC 5280 4.2.1.13).
    package var revocationListLocations: [String] {
        guard let points = extensionValue(NID_crl_distribution_points) else { return [] }
        defer { CRL_DIST_POINTS_free(points) }
        let names = (0..<max(0, shim_points_num(points))).lazy.compactMap {
            shim_point_names(points, $0)
        }
        return Self.few(
            names.flatMap { names in
                (0..<max(0, shim_names_num(names))).lazy.compactMap {
                    Self.location(shim_names_value(names, $0))
                }
            })
    }

    private func accessLocations(_ method: Int32) -> [String] {
        guard let access = extensionValue(NID_info_access) else { return [] }
        defer { AUTHORITY_INFO_ACCESS_free(access) }
        return Self.few(
            (0..<max(0, shim_access_num(access))).lazy.compactMap { index in
                shim_access_location(access, index, method).flatMap(Self.location)
            })
    }

    private static func few(_ locations: some Sequence<String>) -> [String] {
        Array(locations.prefix(8))
    }

    private static func location(_ name: UnsafeMutablePointer<GENERAL_NAME>?) -> String? {
        var kind: Int32 = 0
        guard let name, let value = GENERAL_NAME_get0_value(name, &kind), kind == GEN_URI else {
            return nil
        }
        let text = UnsafePointer<ASN1_STRING>(OpaquePointer(value))
        let bytes = copy(ASN1_STRING_get0_data(text), Int(ASN1_STRING_length(text)))
        guard (1...2048).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Certificate {
    /// Reads what a server of certificates sends: one in DER, a bundle of them in PKCS #7 (RFC 5280 4.2.2.1), or PEM.
    package static func list(fetched bytes: [UInt8]) -> [Certificate] {
        if let one = Certificate(der: bytes) { return [one] }
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        let bundle = bytes.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            return d2i_PKCS7(nil, &cursor, bytes.count)
        }
        guard let bundle else { return (try? list(pem: bytes)) ?? [] }
        defer { PKCS7_free(bundle) }
        return sharing(shim_PKCS7_certificates(bundle), limit: 16)
    }
}
