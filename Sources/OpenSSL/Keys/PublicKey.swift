import COpenSSL
import Synchronization

/// A public key that checks signatures.
///
/// Unchecked: an EVP_PKEY is not changed after its creation, and libcrypto locks its caches.
package final class PublicKey: @unchecked Sendable {
    let pointer: OpaquePointer
    let family: KeyFamily
    private let prepared = Mutex<[Digest: PreparedContext]>([:])

    /// Owns `pointer`.
    init(owned pointer: OpaquePointer, family: KeyFamily) {
        (self.pointer, self.family) = (pointer, family)
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Takes both numbers big-endian; nil when libcrypto refuses, or above 4096 bits (RFC 5702 2).
    package convenience init?(rsaExponent: [UInt8], modulus: [UInt8]) {
        let significant = modulus.drop { $0 == 0 }
        guard (1...512).contains(significant.count), (1...512).contains(rsaExponent.count),
            let e = BN_bin2bn(rsaExponent, Int32(rsaExponent.count), nil)
        else { return nil }
        defer { BN_free(e) }
        guard let n = BN_bin2bn(modulus, Int32(modulus.count), nil) else { return nil }
        defer { BN_free(n) }
        let key = Self.make("RSA", shim_rsa_parameters(n, e))
        guard let key else { return nil }
        self.init(owned: key, family: .rsa)
    }

    /// Takes x || y of 64 or 96 bytes (RFC 6605 4); nil unless the point lies on the curve.
    package convenience init?(ecdsa curve: Curve, point: [UInt8]) {
        guard point.count == 2 * curve.width else { return nil }
        let uncompressed = [4] + point
        let key = Self.make(
            "EC", shim_ec_parameters(curve.name, uncompressed, uncompressed.count))
        guard let key else { return nil }
        self.init(owned: key, family: .ecdsa(curve))
    }

    /// Takes 32 bytes for Ed25519, 57 for Ed448 (RFC 8080 3).
    package convenience init?(edwards curve: EdwardsCurve, bytes: [UInt8]) {
        guard bytes.count == curve.keyWidth else { return nil }
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let key = EVP_PKEY_new_raw_public_key_ex(nil, curve.name, nil, bytes, bytes.count)
        else { return nil }
        self.init(owned: key, family: .edwards(curve))
    }

    package var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// Checks an RSA PKCS #1 v1.5, raw r || s or EdDSA signature; anything odd is false.
    ///
    /// `digest` is nil for EdDSA, which hashes by itself, and only for it.
    package func verifies(
        _ signature: [UInt8], of message: [UInt8], digest: Digest?
    ) -> Bool {
        let wire: [UInt8]
        switch family {
        case .rsa:
            guard digest != nil else { return false }
            wire = signature
        case .ecdsa(let curve):
            guard digest != nil, let der = ECDSASignature.der(raw: signature, width: curve.width)
            else { return false }
            wire = der
        case .edwards(let curve):
            guard digest == nil, signature.count == curve.signatureWidth else { return false }
            wire = signature
        }
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return prepare(context, digest)
            && EVP_DigestVerify(context, wire, wire.count, message, message.count) == 1
    }

    /// Makes a context ready to verify. OpenSSL looks an algorithm up by its name each time, so that copying what it
    /// found costs a tenth; OpenSSL 3.0 copies no context without a digest.
    private func prepare(_ context: OpaquePointer, _ digest: Digest?) -> Bool {
        guard let digest else { return EVP_DigestVerifyInit(context, nil, nil, nil, pointer) == 1 }
        let original = prepared.withLock { prepared in
            if prepared[digest] == nil { prepared[digest] = PreparedContext(pointer, digest) }
            return prepared[digest]
        }
        return original.map { EVP_MD_CTX_copy_ex(context, $0.pointer) == 1 } ?? false
    }

    /// Takes over `parameters`.
    private static func make(
        _ kind: String, _ parameters: UnsafeMutablePointer<OSSL_PARAM>?
    ) -> OpaquePointer? {
        guard let parameters else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, kind, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, shim_public_selection(), parameters) == 1
        else {
            EVP_PKEY_free(key)
            return nil
        }
        return key
    }
}

/// A context that a key's checks begin as copies of.
///
/// Unchecked: it is not changed after its creation.
private final class PreparedContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init?(_ key: OpaquePointer, _ digest: Digest) {
        guard let context = EVP_MD_CTX_new() else { return nil }
        guard EVP_DigestVerifyInit(context, nil, digest.algorithm, nil, key) == 1 else {
            EVP_MD_CTX_free(context)
            return nil
        }
        pointer = context
    }

    deinit { EVP_MD_CTX_free(pointer) }
}
