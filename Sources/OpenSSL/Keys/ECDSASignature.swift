import COpenSSL

/// ECDSA signatures between their two forms: r || s of fixed width (RFC 6605 4) and DER.
enum ECDSASignature {
    /// Takes exactly two halves of `width` bytes; another count is nil.
    static func der(raw: [UInt8], width: Int) -> [UInt8]? {
        guard raw.count == 2 * width, let signature = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(signature) }
        let r = BN_bin2bn(Array(raw[..<width]), Int32(width), nil)
        let s = BN_bin2bn(Array(raw[width...]), Int32(width), nil)
        guard ECDSA_SIG_set0(signature, r, s) == 1 else {  // takes both only when it succeeds
            BN_free(r)
            BN_free(s)
            return nil
        }
        let der = encoded { i2d_ECDSA_SIG(signature, $0) }
        return der.isEmpty ? nil : der
    }

    static func raw(der: [UInt8], width: Int) -> [UInt8]? {
        der.withUnsafeBufferPointer { bytes -> [UInt8]? in
            var cursor = bytes.baseAddress
            guard let signature = d2i_ECDSA_SIG(nil, &cursor, bytes.count) else { return nil }
            defer { ECDSA_SIG_free(signature) }
            guard let r = BigNumber.bytes(ECDSA_SIG_get0_r(signature), width: width),
                let s = BigNumber.bytes(ECDSA_SIG_get0_s(signature), width: width)
            else { return nil }
            return r + s
        }
    }
}

enum BigNumber {
    /// Big-endian, padded to `width`; nil when the number does not fit.
    static func bytes(_ number: OpaquePointer?, width: Int) -> [UInt8]? {
        guard let number else { return nil }
        var bytes = [UInt8](repeating: 0, count: width)
        return BN_bn2binpad(number, &bytes, Int32(width)) == Int32(width) ? bytes : nil
    }

    /// Big-endian without leading zeros.
    static func bytes(_ number: OpaquePointer) -> [UInt8] {
        bytes(number, width: (Int(BN_num_bits(number)) + 7) / 8) ?? []
    }
}
