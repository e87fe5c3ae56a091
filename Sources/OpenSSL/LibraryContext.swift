import COpenSSL

/// Where libcrypto looks algorithms up.
enum LibraryContext {
    /// Reads the public keys of certificates in a third of the time, of RSA, RSA-PSS, EC, Ed25519 and Ed448; nil where
    /// this libcrypto does not take it, so that the default context serves all.
    ///
    /// Certificates with other keys have none here: `Certificate(sharing:)` reads them again. It lives as long as the
    /// process.
    nonisolated(unsafe) static let quick: OpaquePointer? = {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let library = shim_library_of_clients() else { return nil }
        // The second time beside the curve that the first one left.
        let keys = (1...2).map { _ in
            sample.withUnsafeBufferPointer { bytes in
                var cursor = bytes.baseAddress
                return d2i_PUBKEY_ex(nil, &cursor, bytes.count, library, nil)
            }
        }
        defer { for key in keys { EVP_PKEY_free(key) } }
        return EVP_PKEY_eq(keys[0], keys[1]) == 1 ? library : nil
    }()

    /// Whether a curve is kept, so that keys on it are read beside it.
    static var keepsCurves: Bool { quick != nil && shim_keeps_curves() == 1 }

    /// A SubjectPublicKeyInfo: P-256 and its generator.
    private static let sample: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
        0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
        0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
        0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c,
        0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68,
        0x37, 0xbf, 0x51, 0xf5,
    ]
}
