package import OpenSSL

extension PresentedCertificate {
    package var isTrusted: Bool { verification.isTrusted }

    /// Whether the server sent every intermediate, whatever else is wrong; nil where nothing known tells.
    package var isChainComplete: Bool? {
        guard verification.faults.contains(where: { X509Fault.missingIssuer.contains($0.code) })
        else {
            return true
        }
        return completedByKnownIntermediates == true || sentChain.count <= 1 ? false : nil
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
