import Addresses
import OpenSSL
import Synchronization

/// Judges certificates by a trust store and by the intermediates known from elsewhere.
struct CertificateJudge: Sendable {
    let trust: TrustStore
    /// From the configuration.
    private let intermediates: [Certificate]
    private let seen = SeenIntermediates()

    init(trust: TrustStore, intermediates: [Certificate]) {
        (self.trust, self.intermediates) = (trust, intermediates)
    }

    /// Judges all endpoints of one probe together, each distinct chain once; `now` is in seconds since 1970.
    ///
    /// Only when all have been seen: what completes a chain must not hang on which server was quicker.
    func callAsFunction(_ sightings: [Sighting], at now: Int64) -> [EndpointResult] {
        let chains = Set(sightings.flatMap { [$0.sentChain, $0.otherChain] })
            .filter { !$0.isEmpty }
        let first = chains.reduce(into: [:]) { verdicts, chain in
            verdicts[chain] = trust.verify(chain[0], sent: chain, at: now)
        }
        for verification in first.values where verification.reachesTrust {
            seen.add(Array(verification.chain.dropFirst().dropLast()))
        }
        var completed: [[Certificate]: Bool] = [:]
        let helpless = first.filter { $0.value.lacksIssuer }.keys
        if !helpless.isEmpty {
            let known = intermediates + seen.all
            for chain in helpless {
                completed[chain] =
                    trust.verify(chain[0], sent: chain, intermediates: known, at: now)
                    .reachesTrust
            }
        }
        return sightings.map { sighting in
            var result = sighting.result
            func presented(_ chain: [Certificate], _ response: [UInt8]?) -> PresentedCertificate? {
                guard let verification = first[chain] else { return nil }
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
            presented.verification.chain.dropFirst().first
            ?? (intermediates + seen.all).first { leaf.issued(by: $0) }
            ?? (leaf.isSelfSigned ? leaf : nil)
        return OCSPStaple(der: response, leaf: leaf, issuer: issuer, at: now)
    }

    private static func presented(
        _ chain: [Certificate], for name: String, _ verification: Verification, _ completed: Bool?
    ) -> PresentedCertificate {
        let leaf = chain[0]
        return PresentedCertificate(
            leaf: leaf, sentChain: chain, verification: verification,
            completedByKnownIntermediates: completed, nameMatches: matches(leaf, name),
            matchingSiblings: siblings(leaf, name))
    }

    private static func matches(_ leaf: Certificate, _ name: String) -> Bool {
        if let address = IPAddress(name) { return leaf.matches(ipAddress: address.bytes) }
        return leaf.matches(host: name)
    }

    /// `www.` and the names above are mixed up most.
    private static func siblings(_ leaf: Certificate, _ name: String) -> [String] {
        guard IPAddress(name) == nil, !leaf.matches(host: name) else { return [] }
        var candidates = ["www." + name]
        var rest = name[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if rest.contains(".") { candidates.append(String(rest)) }
        }
        return candidates.filter(leaf.matches(host:))
    }
}

/// Intermediates that servers sent to this process, with which it can complete the chains of others.
final class SeenIntermediates: Sendable {
    private let certificates = Mutex<[Certificate]>([])
    private static let capacity = 256

    var all: [Certificate] { certificates.withLock { $0 } }

    /// Takes over parts of chains that lead to trust: nothing else is worth keeping.
    func add(_ more: [Certificate]) {
        certificates.withLock { certificates in
            for certificate in more where !certificates.contains(certificate) {
                if certificates.count >= Self.capacity { certificates.removeFirst() }
                certificates.append(certificate)
            }
        }
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
