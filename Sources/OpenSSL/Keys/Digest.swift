import COpenSSL

/// The hash functions of DNSSEC signatures, DS digests and TLSA records.
package enum Digest: Hashable, Sendable, CaseIterable {
    case sha1, sha256, sha384, sha512

    /// Hashes the bytes: 20, 32, 48 or 64 bytes.
    package func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        guard let algorithm else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var size: UInt32 = 0
            let isDone = EVP_Digest(
                bytes, bytes.count, buffer.baseAddress, &size, algorithm, nil)
            count = isDone == 1 ? Int(size) : 0
        }
    }

    /// The EVP_MD, fetched once: an implicit fetch would cost more than hashing a short message.
    var algorithm: OpaquePointer? {
        switch self {
        case .sha1: Self.fetched.sha1
        case .sha256: Self.fetched.sha256
        case .sha384: Self.fetched.sha384
        case .sha512: Self.fetched.sha512
        }
    }

    private static let fetched = Algorithms()
}

/// Owns the fetched algorithms for the life of the process.
///
/// Unchecked: an EVP_MD does not change after its fetch.
private final class Algorithms: @unchecked Sendable {
    let sha1, sha256, sha384, sha512: OpaquePointer?

    init() {
        _ = Library.isReady
        sha1 = EVP_MD_fetch(nil, "SHA1", nil)
        sha256 = EVP_MD_fetch(nil, "SHA256", nil)
        sha384 = EVP_MD_fetch(nil, "SHA384", nil)
        sha512 = EVP_MD_fetch(nil, "SHA512", nil)
    }

    deinit { [sha1, sha256, sha384, sha512].forEach(EVP_MD_free) }
}
