/// The NIST curves of ECDSA in DNSSEC (RFC 6605) and in most certificates.
package enum Curve: Hashable, Sendable, CaseIterable {
    case p256, p384

    /// "P-256" or "P-384".
    package var name: String { self == .p256 ? "P-256" : "P-384" }

    /// Bytes of a coordinate, and of each half of a raw signature: 32 or 48.
    package var width: Int { self == .p256 ? 32 : 48 }
}

/// The curves of EdDSA in DNSSEC (RFC 8080).
package enum EdwardsCurve: Hashable, Sendable, CaseIterable {
    case ed25519, ed448

    /// "ED25519" or "ED448".
    package var name: String { self == .ed25519 ? "ED25519" : "ED448" }

    /// Bytes of a public key: 32 or 57.
    package var keyWidth: Int { self == .ed25519 ? 32 : 57 }

    /// Bytes of a signature: 64 or 114.
    package var signatureWidth: Int { 2 * keyWidth }
}

/// The three families of keys that DNSSEC and the lab use.
enum KeyFamily: Hashable, Sendable {
    case rsa
    case ecdsa(Curve)
    case edwards(EdwardsCurve)
}
