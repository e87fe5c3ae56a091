@testable import DNS
import DNSSEC
import Lab
import OpenSSL

/// The keys of a zone, and the DS records that its parent shall have.
struct Keyring {
    /// Those that sign.
    var signing: [SigningKey]
    /// Those that only stand in the DNSKEY RRset.
    var published: [DNSKEY] = []
    var delegationSigners: [DS]

    init(for zone: PlannedZone) throws {
        func key(_ flags: UInt16 = 257, _ algorithm: SecurityAlgorithm? = nil) throws -> SigningKey
        {
            let label: SecurityAlgorithm? =
                zone.delegation == .unsupportedAlgorithm ? SecurityAlgorithm(rawValue: 200) : nil
            return try SigningKey(
                algorithm ?? zone.algorithm, flags: flags, labelled: label, bits: 1024)
        }
        let entry = try key()
        signing = [entry]
        if zone.keys != .combined { signing.append(try key(256)) }
        var named = [entry.dnskey]
        switch zone.keys {
        case .combined, .split: break
        case .standbyKey: published = [try key().dnskey]
        case .standbyDS: named.append(try key().dnskey)
        case .secondKey:
            signing.append(try key())
            named.append(signing[2].dnskey)
        case .twoAlgorithms:
            let other: SecurityAlgorithm =
                zone.algorithm == .ed25519 ? .ecdsaP256SHA256 : .ed25519
            signing += [try key(257, other), try key(256, other)]
            named.append(signing[2].dnskey)
        case .revokedKey: signing.append(try key(257 | DNSKEY.revokedFlag))
        }
        let digests =
            zone.delegation == .unsupportedDigest ? [DigestType(rawValue: 200)] : zone.digests
        delegationSigners = named.flatMap { key in
            digests.map { digest in
                DS(of: key, zone: zone.apex, digestType: digest)
                    ?? DS(
                        keyTag: key.keyTag, algorithm: key.algorithm, digestType: digest,
                        digest: Array(repeating: 1, count: 32))
            }
        }
        if [.island, .unsigned].contains(zone.delegation) { delegationSigners = [] }
    }
}

extension SigningKey {
    /// The key as the signers of BIND and ldns keep it: the base of two file names, and their texts.
    func files(in zone: Name) -> (base: String, key: String, secret: String) {
        let algorithm = Int(dnskey.algorithm.rawValue)
        let number = String(algorithm + 1000).dropFirst()
        let tag = String(Int(dnskey.keyTag) + 100_000).dropFirst()
        let record = Record(owner: zone, type: .dnskey, ttl: 300, data: .dnskey(dnskey))
        return (
            "K\(zone.lowercased)+\(number)+\(tag)", "\(record)\n",
            "Private-key-format: v1.3\nAlgorithm: \(algorithm) (\(mnemonic))\nPrivateKey: \(secret)\n"
        )
    }

    private var mnemonic: String {
        switch dnskey.algorithm {
        case .ecdsaP256SHA256: "ECDSAP256SHA256"
        case .ecdsaP384SHA384: "ECDSAP384SHA384"
        default: "ED25519"
        }
    }

    /// In base 64; of the curves only, whose PKCS #8 form (RFC 5915, RFC 8410) has it at a fixed place.
    private var secret: String {
        let lines = String(decoding: key.pem, as: UTF8.self).split(separator: "\n")
        let der = TextEncoding.decodeBase64(lines.filter { !$0.hasPrefix("-") }.joined().utf8) ?? []
        switch dnskey.algorithm {
        case .ecdsaP256SHA256: return TextEncoding.base64(Array(der[36..<68]))
        case .ecdsaP384SHA384: return TextEncoding.base64(Array(der[35..<83]))
        default: return TextEncoding.base64(der.suffix(32))
        }
    }
}
