/// A delegation signer (RFC 4034 5.1).
package struct DS: Hashable, Sendable {
    package var keyTag: UInt16
    package var algorithm: SecurityAlgorithm
    package var digestType: DigestType
    package var digest: [UInt8]

    package init(
        keyTag: UInt16, algorithm: SecurityAlgorithm, digestType: DigestType, digest: [UInt8]
    ) {
        (self.keyTag, self.algorithm) = (keyTag, algorithm)
        (self.digestType, self.digest) = (digestType, digest)
    }
}

/// A zone's public key (RFC 4034 2.1).
package struct DNSKEY: Hashable, Sendable {
    package var flags: UInt16
    /// 3 in every key that may be used.
    package var `protocol`: UInt8
    package var algorithm: SecurityAlgorithm
    package var publicKey: [UInt8]

    package init(
        flags: UInt16, protocol: UInt8 = 3, algorithm: SecurityAlgorithm, publicKey: [UInt8]
    ) {
        (self.flags, self.protocol) = (flags, `protocol`)
        (self.algorithm, self.publicKey) = (algorithm, publicKey)
    }

    package static let zoneKeyFlag: UInt16 = 0x0100
    package static let revokedFlag: UInt16 = 0x0080
    package static let secureEntryPointFlag: UInt16 = 0x0001

    package var isZoneKey: Bool { flags & Self.zoneKeyFlag != 0 && `protocol` == 3 }
    /// RFC 5011 2.1.
    package var isRevoked: Bool { flags & Self.revokedFlag != 0 }
    package var isSecureEntryPoint: Bool { flags & Self.secureEntryPointFlag != 0 }

    /// RFC 4034 appendix B; algorithm 1 has another rule, and is not supported.
    package var keyTag: UInt16 {
        var sum: UInt32 = 0
        for (index, byte) in RecordData.dnskey(self).wire.enumerated() {
            sum += index & 1 == 0 ? UInt32(byte) << 8 : UInt32(byte)
        }
        return UInt16(truncatingIfNeeded: sum + sum >> 16)
    }
}

/// A signature over an RRset (RFC 4034 3.1).
package struct RRSIG: Hashable, Sendable {
    package var typeCovered: RecordType
    package var algorithm: SecurityAlgorithm
    /// The owner's labels, neither root nor a leading `*` counted.
    package var labels: UInt8
    package var originalTTL: UInt32
    /// Seconds since 1970 modulo 2^32, to be compared by serial arithmetic (RFC 4034 3.1.5).
    package var expiration: UInt32
    package var inception: UInt32
    package var keyTag: UInt16
    package var signer: Name
    package var signature: [UInt8]

    package init(
        typeCovered: RecordType, algorithm: SecurityAlgorithm, labels: UInt8, originalTTL: UInt32,
        expiration: UInt32, inception: UInt32, keyTag: UInt16, signer: Name, signature: [UInt8]
    ) {
        (self.typeCovered, self.algorithm, self.labels) = (typeCovered, algorithm, labels)
        (self.originalTTL, self.expiration, self.inception) = (originalTTL, expiration, inception)
        (self.keyTag, self.signer, self.signature) = (keyTag, signer, signature)
    }

    /// The RDATA without the signature, in canonical form: what a signature covers first (RFC 4034
    /// 3.1.8.1).
    package var signedPrefix: [UInt8] {
        var unsigned = self
        unsigned.signature = []
        return RecordData.rrsig(unsigned).canonicalWire
    }
}

/// RFC 4034 4.1.
package struct NSEC: Hashable, Sendable {
    package var nextName: Name
    package var types: TypeBitmap

    package init(nextName: Name, types: TypeBitmap) {
        (self.nextName, self.types) = (nextName, types)
    }
}

/// RFC 5155 3.1.
package struct NSEC3: Hashable, Sendable {
    /// 1 is SHA-1, the only one there is.
    package var hashAlgorithm: UInt8
    package var flags: UInt8
    /// Additional rounds; RFC 9276 wants 0.
    package var iterations: UInt16
    package var salt: [UInt8]
    package var nextHash: [UInt8]
    package var types: TypeBitmap

    package init(
        hashAlgorithm: UInt8, flags: UInt8, iterations: UInt16, salt: [UInt8], nextHash: [UInt8],
        types: TypeBitmap
    ) {
        (self.hashAlgorithm, self.flags, self.iterations) = (hashAlgorithm, flags, iterations)
        (self.salt, self.nextHash, self.types) = (salt, nextHash, types)
    }

    package var isOptOut: Bool { flags & 1 != 0 }
}

/// RFC 5155 4.1.
package struct NSEC3PARAM: Hashable, Sendable {
    package var hashAlgorithm: UInt8
    package var flags: UInt8
    package var iterations: UInt16
    package var salt: [UInt8]

    package init(hashAlgorithm: UInt8, flags: UInt8, iterations: UInt16, salt: [UInt8]) {
        (self.hashAlgorithm, self.flags) = (hashAlgorithm, flags)
        (self.iterations, self.salt) = (iterations, salt)
    }
}

/// A DNSSEC algorithm number (IANA "DNS Security Algorithm Numbers").
package struct SecurityAlgorithm: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let rsaSHA1 = SecurityAlgorithm(rawValue: 5)
    package static let rsaSHA1NSEC3 = SecurityAlgorithm(rawValue: 7)
    package static let rsaSHA256 = SecurityAlgorithm(rawValue: 8)
    package static let rsaSHA512 = SecurityAlgorithm(rawValue: 10)
    package static let ecdsaP256SHA256 = SecurityAlgorithm(rawValue: 13)
    package static let ecdsaP384SHA384 = SecurityAlgorithm(rawValue: 14)
    package static let ed25519 = SecurityAlgorithm(rawValue: 15)
    package static let ed448 = SecurityAlgorithm(rawValue: 16)

    /// The mnemonic, or the number where there is none.
    package var description: String { Self.mnemonics[rawValue] ?? String(rawValue) }

    /// Takes the number or the mnemonic.
    package init?(text: String) {
        if let number: UInt8 = number(text) {
            self.init(rawValue: number)
        } else if let known = Self.mnemonics.first(where: { $1 == text.uppercased() }) {
            self.init(rawValue: known.key)
        } else {
            return nil
        }
    }

    private static let mnemonics: [UInt8: String] = [
        1: "RSAMD5", 2: "DH", 3: "DSA", 5: "RSASHA1", 6: "DSA-NSEC3-SHA1", 7: "NSEC3RSASHA1",
        8: "RSASHA256", 10: "RSASHA512", 12: "ECC-GOST", 13: "ECDSAP256SHA256",
        14: "ECDSAP384SHA384",
        15: "ED25519", 16: "ED448", 252: "INDIRECT", 253: "PRIVATEDNS", 254: "PRIVATEOID",
    ]
}

/// A DS digest type (IANA "Delegation Signer (DS) Resource Record (RR) Type Digest Algorithms").
package struct DigestType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let sha1 = DigestType(rawValue: 1)
    package static let sha256 = DigestType(rawValue: 2)
    package static let sha384 = DigestType(rawValue: 4)

    package var description: String {
        switch self {
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        default: String(rawValue)
        }
    }
}
