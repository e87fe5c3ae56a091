package import OpenSSL

extension PresentedCertificate {
    package var isTrusted: Bool { verification.isTrusted }

    /// No CA's certificate came with the leaf.
    package var isLeafAlone: Bool { !sentChain.dropFirst().contains(where: \.isCA) }

    /// Whether the server sent every intermediate, whatever else is wrong; nil where nothing known tells.
    package var isChainComplete: Bool? {
        guard verification.lacksIssuer else { return true }
        return completedByKnownIntermediates == true || isLeafAlone ? false : nil
    }

    /// The metrics' `key_type`.
    package var keyType: String { leaf.keyType }

    /// Nil where no chain verifies.
    package var verifiedChain: [Certificate]? { isTrusted ? verification.chain : nil }
}

extension Certificate {
    /// Seconds from the beginning of its validity to the end.
    package var lifetime: Int64 { notAfter - notBefore }

    /// Less than a fifth of its life and less than 30 days are left; `now` is in seconds since 1970.
    package func isExpiring(at now: Int64) -> Bool {
        let left = notAfter - now
        return left > 0 && left * 5 < lifetime && left < 30 * 86400
    }
}
