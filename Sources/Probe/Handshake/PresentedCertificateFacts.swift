package import OpenSSL

extension PresentedCertificate {
    package var isTrusted: Bool { verification.isTrusted }

    /// Nothing is missing between the leaf and a root, whatever else is wrong.
    package var isChainComplete: Bool {
        !verification.faults.contains { X509Fault.missingIssuer.contains($0.code) }
    }

    /// The metrics' `key_type`.
    package var keyType: String { leaf.keyType }

    /// Nil where no chain verifies.
    package var verifiedChain: [Certificate]? {
        isTrusted ? verification.chain : nil
    }
}

extension [Certificate] {
    /// The one that ends first.
    package var earliest: Certificate? { self.min { $0.notAfter < $1.notAfter } }
}
