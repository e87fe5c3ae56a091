import Addresses
import OpenSSL

/// Judges certificates by a trust store and by the intermediates known from elsewhere.
struct CertificateJudge: Sendable {
    let trust: TrustStore
    private let known: KnownIntermediates

    init(trust: TrustStore, intermediates: [Certificate]) {
        self.init(trust: trust, known: KnownIntermediates(intermediates))
    }

    init(trust: TrustStore, known: KnownIntermediates) {
        (self.trust, self.known) = (trust, known)
    }

    /// Judges all endpoints of one probe together, each distinct chain once; `now` is in seconds since 1970.
    ///
    /// Only when all have been seen: what completes a chain must not hang on which server was quicker. Beside the
    /// known intermediates `fetched` ones may complete it.
    func callAsFunction(
        _ sightings: [Sighting], with fetched: [Certificate] = [], at now: Int64
    ) -> [EndpointResult] {
        let chains = Set(sightings.flatMap { [$0.sentChain, $0.otherChain] })
            .filter { !$0.isEmpty }
        let first = chains.reduce(into: [:]) { verdicts, chain in
            verdicts[chain] = trust.verifyAnyPath(chain[0], through: chain, at: now)
        }
        for verification in first.values { known.add(between: verification) }
        let broken = first.filter { $0.value.mayBeCompleted }.keys
        let pool = broken.isEmpty ? [] : known.all + fetched
        let completed = broken.reduce(into: [:]) { verdicts, chain in
            verdicts[chain] = trust.verifyAnyPath(
                chain[0], through: chain + pool, prefersTrust: true, at: now)
        }
        for verification in completed.values { known.add(between: verification) }
        return sightings.map { sighting in
            var result = sighting.result
            func presented(_ sent: [Certificate], _ response: [UInt8]?) -> PresentedCertificate? {
                // Of equal chains all get the same one: what is read of a certificate is read once.
                guard let (chain, verification) = first.index(forKey: sent).map({ first[$0] })
                else { return nil }
                var presented = Self.presented(
                    chain, for: sighting.serverName, verification, completed[chain])
                presented.staple = response.map { staple(of: presented, $0, at: now) }
                return presented
            }
            result.handshake?.certificate = presented(sighting.sentChain, sighting.staple)
            result.handshake?.otherCertificate = presented(
                sighting.otherChain, sighting.otherStaple)
            return result
        }
    }

    private func staple(
        of presented: PresentedCertificate, _ response: [UInt8], at now: Int64
    ) -> OCSPStaple {
        let leaf = presented.leaf
        let issuer =
            (presented.completion ?? presented.verification.chain).dropFirst().first
            ?? known.all.first { leaf.issued(by: $0) }
            ?? (leaf.isSelfSigned ? leaf : nil)
        return OCSPStaple(der: response, leaf: leaf, issuer: issuer, at: now)
    }

    private static func presented(
        _ chain: [Certificate], for name: String, _ verification: Verification,
        _ completed: Verification?
    ) -> PresentedCertificate {
        let leaf = chain[0]
        let isOfName = matches(leaf, name)
        let isCompleted = completed.map {
            verification.lacksIssuer ? $0.reachesTrust : $0.isSoundAboveLeaf
        }
        var presented = PresentedCertificate(
            leaf: leaf, sentChain: chain, verification: verification,
            completedByKnownIntermediates: verification.lacksIssuer ? isCompleted : nil,
            nameMatches: isOfName, matchingSiblings: isOfName ? [] : siblings(leaf, name))
        if isCompleted == true { presented.completion = completed?.chain }
        return presented
    }

    private static func matches(_ leaf: Certificate, _ name: String) -> Bool {
        if let address = IPAddress(name) { return leaf.matches(ipAddress: address.bytes) }
        return leaf.matches(host: name)
    }

    /// `www.` and the names above are mixed up most.
    private static func siblings(_ leaf: Certificate, _ name: String) -> [String] {
        guard IPAddress(name) == nil else { return [] }
        var candidates = ["www." + name]
        var rest = name[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if rest.contains(".") { candidates.append(String(rest)) }
        }
        return candidates.filter(leaf.matches(host:))
    }
}

extension Verification {
    /// Another CA certificate could change it: one is missing, or one that was sent has ended.
    fileprivate var mayBeCompleted: Bool {
        lacksIssuer || faults.contains { $0.depth > 0 && $0.code == .certHasExpired }
    }
}
