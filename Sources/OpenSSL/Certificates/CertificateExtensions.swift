import COpenSSL

extension Certificate {
    /// An extension that chains are built by is broken or stands twice, so that OpenSSL finds no issuer for it.
    package var hasInvalidExtensions: Bool {
        X509_get_extension_flags(pointer) & UInt32(EXFLAG_INVALID) != 0
    }

    /// Extensions that OpenSSL knows and cannot read, by its short names; a few at most.
    ///
    /// Verification looks at some of them only: a broken list of timestamps is no fault to it, and to others it is.
    package var malformedExtensions: [String] {
        defer { ERR_clear_error() }
        let count = min(100, max(0, X509_get_ext_count(pointer)))
        let malformed = (0..<count).lazy.compactMap { index -> String? in
            guard let found = X509_get_ext(self.pointer, index),
                shim_extension_is_readable(found) == 0
            else { return nil }
            let identifier = OBJ_obj2nid(X509_EXTENSION_get_object(found))
            return OBJ_nid2sn(identifier).map { String(cString: $0) }
        }
        return Array(malformed.prefix(8))
    }
}
