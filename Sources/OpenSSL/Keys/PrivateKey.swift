import COpenSSL

/// A private key that signs zones and certificates.
///
/// Unchecked: an EVP_PKEY is not changed after its creation, and libcrypto locks its caches.
package final class PrivateKey: @unchecked Sendable {
    package enum Kind: Hashable, Sendable {
        case rsa(bits: Int)
        case ecdsa(Curve)
        case edwards(EdwardsCurve)
    }

    let pointer: OpaquePointer
    private let family: KeyFamily

    private init(owned pointer: OpaquePointer, family: KeyFamily) {
        (self.pointer, self.family) = (pointer, family)
    }

    deinit { EVP_PKEY_free(pointer) }

    package static func generate(_ kind: Kind) throws(OpenSSLError) -> PrivateKey {
        let key = try ErrorQueue.pointer("generate a key") {
            switch kind {
            case .rsa(let bits): shim_generate_rsa(max(0, bits))
            case .ecdsa(let curve): shim_generate_ec(curve.name)
            case .edwards(let curve): shim_generate_edwards(curve.name)
            }
        }
        switch kind {
        case .rsa: return PrivateKey(owned: key, family: .rsa)
        case .ecdsa(let curve): return PrivateKey(owned: key, family: .ecdsa(curve))
        case .edwards(let curve): return PrivateKey(owned: key, family: .edwards(curve))
        }
    }

    /// Reads an unencrypted key of one of the kinds above; anything else is nil.
    package convenience init?(pem: [UInt8]) {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        // A callback that gives no passphrase, or OpenSSL would ask the terminal.
        let key = try? reading(pem) { source throws(OpenSSLError) in
            PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key else { return nil }
        guard let family = Self.family(of: key) else {
            EVP_PKEY_free(key)
            return nil
        }
        self.init(owned: key, family: family)
    }

    /// EdDSA hashes by itself.
    var isEdwards: Bool { if case .edwards = family { true } else { false } }

    /// PKCS #8 in PEM, unencrypted.
    package var pem: [UInt8] {
        written { PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }

    package var publicKey: PublicKey {
        EVP_PKEY_up_ref(pointer)
        return PublicKey(owned: pointer, family: family)
    }

    /// Signs: PKCS #1 v1.5 for RSA, raw r || s for ECDSA; `digest` is nil for EdDSA only.
    package func sign(_ message: [UInt8], digest: Digest?) throws(OpenSSLError) -> [UInt8] {
        let context = try ErrorQueue.pointer("sign") { EVP_MD_CTX_new() }
        defer { EVP_MD_CTX_free(context) }
        try ErrorQueue.success("sign with this digest") {
            EVP_DigestSignInit(context, nil, digest?.algorithm, nil, pointer)
        }
        var size = 0
        try ErrorQueue.success("sign") {
            EVP_DigestSign(context, nil, &size, message, message.count)
        }
        var signature = [UInt8](repeating: 0, count: size)
        try ErrorQueue.success("sign") {
            EVP_DigestSign(context, &signature, &size, message, message.count)
        }
        signature.removeLast(signature.count - size)
        guard case .ecdsa(let curve) = family else { return signature }
        guard let raw = ECDSASignature.raw(der: signature, width: curve.width) else {
            throw .refused("split an ECDSA signature", [])
        }
        return raw
    }

    private static func family(of key: OpaquePointer) -> KeyFamily? {
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return .rsa
        case EVP_PKEY_ED25519: return .edwards(.ed25519)
        case EVP_PKEY_ED448: return .edwards(.ed448)
        case EVP_PKEY_EC:
            let name = KeyText.group(of: key)
            return Curve.allCases.first { $0.name == name }.map { .ecdsa($0) }
        default: return nil
        }
    }
}

extension PrivateKey {
    /// The public half in the layouts that `PublicKey` takes.
    package enum PublicParts: Hashable, Sendable {
        case rsa(exponent: [UInt8], modulus: [UInt8])
        case ecdsa(Curve, point: [UInt8])
        case edwards(EdwardsCurve, bytes: [UInt8])
    }

    package var publicParts: PublicParts {
        switch family {
        case .rsa:
            return .rsa(
                exponent: number(OSSL_PKEY_PARAM_RSA_E), modulus: number(OSSL_PKEY_PARAM_RSA_N))
        case .ecdsa(let curve):
            let width = curve.width
            let x = number(OSSL_PKEY_PARAM_EC_PUB_X, width: width)
            let y = number(OSSL_PKEY_PARAM_EC_PUB_Y, width: width)
            return .ecdsa(curve, point: x + y)
        case .edwards(let curve):
            var (bytes, size) = ([UInt8](repeating: 0, count: curve.keyWidth), curve.keyWidth)
            EVP_PKEY_get_raw_public_key(pointer, &bytes, &size)
            return .edwards(curve, bytes: bytes)
        }
    }

    /// The public key field of a DNSKEY record (RFC 3110 2, RFC 6605 4, RFC 8080 3).
    package var publicKeyBytes: [UInt8] {
        switch publicParts {
        case .rsa(let exponent, let modulus):
            let length =
                exponent.count < 256
                ? [UInt8(exponent.count)]
                : [0, UInt8(exponent.count >> 8 & 0xff), UInt8(exponent.count & 0xff)]
            return length + exponent + modulus
        case .ecdsa(_, let point): return point
        case .edwards(_, let bytes): return bytes
        }
    }

    private func number(_ name: String, width: Int? = nil) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { return [] }
        defer { BN_free(number) }
        return width.map { BigNumber.bytes(number, width: $0) ?? [] } ?? BigNumber.bytes(number)
    }
}
