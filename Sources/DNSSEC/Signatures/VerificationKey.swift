package import DNS
package import OpenSSL
import Synchronization

/// A DNSKEY ready to verify with; its public key is made once, when first used.
final class VerificationKey: Sendable {
    let dnskey: DNSKEY
    let keyTag: UInt16
    private let publicKey = Mutex<PublicKey??>(nil)
    /// Digests of what was seen to verify: a name that is probed every minute brings the same signatures for days, and
    /// whether a key made one does not change. Names and windows are looked at each time.
    private let verified = Mutex<Set<[UInt8]>>([])

    init(_ dnskey: DNSKEY) {
        self.dnskey = dnskey
        keyTag = dnskey.keyTag
    }

    /// Whether this key may sign zone data at all (RFC 4034 2.1.1, 2.1.2; RFC 5011 2.1).
    var isUsable: Bool { dnskey.isZoneKey && !dnskey.isRevoked && dnskey.algorithm.isSupported }

    /// False on anything odd about key or signature.
    func verifies(_ signature: [UInt8], of data: [UInt8]) -> Bool {
        let length = [
            UInt8(truncatingIfNeeded: signature.count >> 8),
            UInt8(truncatingIfNeeded: signature.count),
        ]
        let digest = Digest.sha256(length + signature + data)
        if verified.withLock({ $0.contains(digest) }) { return true }
        guard verifiesAnew(signature, of: data) else { return false }
        guard !digest.isEmpty else { return true }  // libcrypto could not hash
        verified.withLock { verified in
            if verified.count >= Self.mostVerified { verified = [] }
            verified.insert(digest)
        }
        return true
    }

    private func verifiesAnew(_ signature: [UInt8], of data: [UInt8]) -> Bool {
        let key = publicKey.withLock { cached in
            if cached == nil { cached = .some(Self.publicKey(of: dnskey)) }
            return cached ?? nil
        }
        return key?.verifies(signature, of: data, digest: dnskey.algorithm.digest) ?? false
    }

    /// Some hundred names of a zone; 40 kB at the very most.
    private static let mostVerified = 512

    private static func publicKey(of key: DNSKEY) -> PublicKey? {
        switch key.algorithm {
        case .rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256, .rsaSHA512: rsaKey(key.publicKey)
        case .ecdsaP256SHA256: PublicKey(ecdsa: .p256, point: key.publicKey)
        case .ecdsaP384SHA384: PublicKey(ecdsa: .p384, point: key.publicKey)
        case .ed25519: PublicKey(edwards: .ed25519, bytes: key.publicKey)
        case .ed448: PublicKey(edwards: .ed448, bytes: key.publicKey)
        default: nil
        }
    }

    /// Exponent length in one byte, or in two behind a zero; exponent; modulus (RFC 3110 2).
    private static func rsaKey(_ bytes: [UInt8]) -> PublicKey? {
        guard let first = bytes.first, bytes.count >= 3 else { return nil }
        let isLong = first == 0
        let length = isLong ? Int(bytes[1]) << 8 | Int(bytes[2]) : Int(first)
        let start = isLong ? 3 : 1
        guard length > 0, bytes.count > start + length else { return nil }
        return PublicKey(
            rsaExponent: Array(bytes[start..<(start + length)]),
            modulus: Array(bytes[(start + length)...]))
    }
}

extension SecurityAlgorithm {
    /// The algorithms that are validated; 5 and 7 still are, as by other validators of today (RFC 9905).
    package var isSupported: Bool { Self.supported.contains(self) }

    private static let supported: Set<SecurityAlgorithm> = [
        .rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256, .rsaSHA512, .ecdsaP256SHA256, .ecdsaP384SHA384,
        .ed25519,
        .ed448,
    ]

    /// Whether its signatures rest on SHA-1, which RFC 9905 deprecates.
    var usesSHA1: Bool { digest == .sha1 }

    /// Nil where the algorithm hashes by itself (RFC 8080).
    package var digest: Digest? {
        switch self {
        case .rsaSHA1, .rsaSHA1NSEC3: .sha1
        case .rsaSHA256, .ecdsaP256SHA256: .sha256
        case .ecdsaP384SHA384: .sha384
        case .rsaSHA512: .sha512
        default: nil
        }
    }
}

extension DS {
    /// Whether this DS is the digest of that key of `zone` (RFC 4034 5.1.4).
    package func matches(_ key: DNSKEY, of zone: Name) -> Bool {
        guard algorithm == key.algorithm, keyTag == key.keyTag, let hash = digestType.digest else {
            return false
        }
        return hash(zone.lowercased.wire + RecordData.dnskey(key).wire) == digest
    }

    /// The DS of a key.
    package init?(of key: DNSKEY, zone: Name, digestType: DigestType) {
        guard let hash = digestType.digest else { return nil }
        self.init(
            keyTag: key.keyTag, algorithm: key.algorithm, digestType: digestType,
            digest: hash(zone.lowercased.wire + RecordData.dnskey(key).wire))
    }

    var isSupported: Bool { algorithm.isSupported && digestType.digest != nil }
}

extension DigestType {
    /// Nil for a type that is not supported.
    package var digest: Digest? {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha384: .sha384
        default: nil
        }
    }
}
