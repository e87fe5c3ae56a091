import DNS
import DNSSEC
import OpenSSL
import Testing

/// The moment at which the tests judge, unless they say otherwise.
let now: Int64 = 1_700_000_000

func name(_ text: String) throws -> Name { try #require(Name(text), "\(text)") }

/// A key that signs RRsets, right or wrong in any field.
struct Key: Sendable {
    let secret: PrivateKey
    var dnskey: DNSKEY

    init(_ algorithm: SecurityAlgorithm, flags: UInt16 = 257) throws {
        secret = try PrivateKey.generate(#require(Self.kinds[algorithm]))
        dnskey = DNSKEY(flags: flags, algorithm: algorithm, publicKey: secret.publicKeyBytes)
    }

    /// The fields of a signature that a test may get wrong; nil for the right value.
    struct Fields: Sendable {
        var inception = now - 3600
        var expiration = now + 86400
        var labels: UInt8?
        var originalTTL: UInt32?
        var keyTag: UInt16?
        var algorithm: SecurityAlgorithm?
    }

    func sign(_ rrset: RRset, as signer: Name, _ fields: Fields = Fields()) throws -> Record {
        var signature = RRSIG(
            typeCovered: rrset.type, algorithm: fields.algorithm ?? dnskey.algorithm,
            labels: fields.labels ?? UInt8(rrset.owner.signedLabelCount),
            originalTTL: fields.originalTTL ?? rrset.ttl,
            expiration: UInt32(truncatingIfNeeded: fields.expiration),
            inception: UInt32(truncatingIfNeeded: fields.inception),
            keyTag: fields.keyTag ?? dnskey.keyTag, signer: signer, signature: [])
        signature.signature = try secret.sign(
            CanonicalForm.signedData(rrset, by: signature), digest: dnskey.algorithm.digest)
        return Record(
            owner: rrset.owner, type: .rrsig, ttl: rrset.ttl, data: .rrsig(signature))
    }

    /// Small RSA keys are quickly made, and good enough to be verified.
    private static let kinds: [SecurityAlgorithm: PrivateKey.Kind] = [
        .rsaSHA1: .rsa(bits: 1024), .rsaSHA1NSEC3: .rsa(bits: 1024),
        .rsaSHA256: .rsa(bits: 1024), .rsaSHA512: .rsa(bits: 1024),
        .ecdsaP256SHA256: .ecdsa(.p256), .ecdsaP384SHA384: .ecdsa(.p384),
        .ed25519: .edwards(.ed25519), .ed448: .edwards(.ed448),
    ]
}
