import OpenSSL

extension TrustStore {
    /// Verifies by the path that OpenSSL builds first, or where that fails by another one through `candidates`.
    ///
    /// OpenSSL looks for other issuers in its store only; browsers try every certificate sent, so that one expired
    /// cross-signature beside a good path leaves them whole. At each failure the topmost candidate of the failed chain
    /// is left out. Without a path that verifies the result is the first, or with `prefersTrust` the first to end in
    /// something trusted.
    func verifyAnyPath(
        _ leaf: Certificate, through candidates: [Certificate], prefersTrust: Bool = false,
        at now: Int64
    ) -> Verification {
        let first = verify(leaf, sent: candidates, at: now)
        var (rest, current, best) = (candidates, first, first)
        for _ in 0..<mostPaths where !current.isSoundAboveLeaf {
            guard let suspect = current.suspect(among: rest) else { break }
            rest.removeAll { $0 == suspect }
            current = verify(leaf, sent: rest, at: now)
            if current.isSoundAboveLeaf { return current }
            if prefersTrust, current.reachesTrust, !best.reachesTrust { best = current }
        }
        return best
    }
}

extension Verification {
    /// No further certificate was found, and the last one is not trusted.
    var lacksIssuer: Bool {
        faults.contains { X509Fault.missingIssuer.contains($0.code) }
    }

    /// The chain ends in something trusted, whatever else is wrong with it.
    var reachesTrust: Bool {
        !lacksIssuer && !faults.contains { X509Fault.strangers.contains($0.code) }
    }

    /// Nothing is wrong but, at most, with the leaf itself, which no other path could change.
    var isSoundAboveLeaf: Bool { reachesTrust && faults.allSatisfy { $0.depth == 0 } }

    /// The candidate without which another path would be built.
    fileprivate func suspect(among candidates: [Certificate]) -> Certificate? {
        let highest = reachesTrust ? faults.map(\.depth).max() ?? 0 : chain.count - 1
        guard highest > 0 else { return nil }
        return chain.prefix(highest + 1).dropFirst().last { candidates.contains($0) }
    }
}

extension X509Fault {
    fileprivate static let missingIssuer: Set<X509Fault> = [
        .unableToGetIssuerCert, .unableToGetIssuerCertLocally, .unableToVerifyLeafSignature,
    ]

    fileprivate static let strangers: Set<X509Fault> = [
        .selfSignedCertInChain, .depthZeroSelfSignedCert, .certUntrusted, .unspecified,
        .certSignatureFailure,
    ]
}

/// Paths that are tried beside the first: hostile chains must not cost more than a few verifications.
private let mostPaths = 8
