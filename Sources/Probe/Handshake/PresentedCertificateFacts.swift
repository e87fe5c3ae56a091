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

    /// What the server should have sent and did not, as far as it is known.
    package var missing: [Certificate] {
        (completion ?? []).dropFirst().dropLast().filter { !sentChain.contains($0) }
    }

    /// Sent beside the path that was built, each once: an old cross-signature, another site's intermediate.
    package var unused: [Certificate] {
        var unused: [Certificate] = []
        for certificate in sentChain
        where !verification.chain.contains(certificate) && !unused.contains(certificate) {
            unused.append(certificate)
        }
        return unused
    }

    /// A root came with the chain: clients have it already, or do not trust it.
    package var sendsRoot: Bool { sentChain.dropFirst().contains(where: \.isSelfIssued) }

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
        return left > 0 && left < 30 * 86400 && left * 5 < lifetime
    }
}
