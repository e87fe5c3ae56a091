import Addresses
import OpenSSL
import Synchronization

/// Judges certificates by a trust store and by the intermediates known from elsewhere.
struct CertificateJudge: Sendable {
    let trust: TrustStore
    /// From the configuration.
    let intermediates: [Certificate]
    private let seen = SeenIntermediates()

    init(trust: TrustStore, intermediates: [Certificate]) {
        (self.trust, self.intermediates) = (trust, intermediates)
    }

    /// The verdicts of one probe; each distinct chain is verified once in it. `now` is in seconds since 1970.
    func forOneProbe(at now: Int64) -> ProbeVerdicts {
        ProbeVerdicts(trust: trust, intermediates: intermediates, seen: seen, now: now)
    }
}

/// Intermediates that servers sent to this process, with which it can complete the chains of others.
final class SeenIntermediates: Sendable {
    private let certificates = Mutex<[Certificate]>([])
    private static let capacity = 256

    var all: [Certificate] { certificates.withLock { $0 } }

    /// Takes over what is a CA's and part of a chain that verified: nothing else is worth keeping.
    func add(_ more: [Certificate]) {
        certificates.withLock { certificates in
            for certificate in more where !certificates.contains(certificate) {
                if certificates.count >= Self.capacity { certificates.removeFirst() }
                certificates.append(certificate)
            }
        }
    }
}

final class ProbeVerdicts: Sendable {
    private struct Verdict {
        let verification: Verification
        let completed: Bool?
    }

    private let trust: TrustStore
    private let intermediates: [Certificate]
    private let seen: SeenIntermediates
    private let now: Int64
    private let verdicts = Mutex<[[Certificate]: Verdict]>([:])

    init(trust: TrustStore, intermediates: [Certificate], seen: SeenIntermediates, now: Int64) {
        (self.trust, self.intermediates, self.seen, self.now) = (trust, intermediates, seen, now)
    }

    /// Trust and name apart; `name` is a host name or an address.
    func judge(_ leaf: Certificate, sent: [Certificate], for name: String) -> PresentedCertificate {
        let verdict = verdict(leaf, sent)
        return PresentedCertificate(
            leaf: leaf, sentChain: sent, verification: verdict.verification,
            completedByKnownIntermediates: verdict.completed,
            nameMatches: Self.matches(leaf, name), matchingSiblings: Self.siblings(leaf, name))
    }

    private func verdict(_ leaf: Certificate, _ sent: [Certificate]) -> Verdict {
        if let known = verdicts.withLock({ $0[sent] }) { return known }
        let verification = trust.verify(leaf, sent: sent, at: now)
        if verification.isTrusted {
            seen.add(Array(verification.chain.dropFirst().dropLast()))
        }
        let verdict = Verdict(
            verification: verification, completed: completed(leaf, sent, verification))
        verdicts.withLock { $0[sent] = verdict }
        return verdict
    }

    /// Only a missing issuer can be helped by more certificates.
    private func completed(
        _ leaf: Certificate, _ sent: [Certificate], _ verification: Verification
    ) -> Bool? {
        guard verification.faults.contains(where: { X509Fault.missingIssuer.contains($0.code) })
        else {
            return nil
        }
        let second = trust.verify(
            leaf, sent: sent, intermediates: intermediates + seen.all, at: now)
        return !second.faults.contains {
            X509Fault.missingIssuer.contains($0.code) || $0.code == .selfSignedCertInChain
        }
    }

    private static func matches(_ leaf: Certificate, _ name: String) -> Bool {
        if let address = IPAddress(name) { return leaf.matches(ipAddress: address.bytes) }
        return leaf.matches(host: name)
    }

    /// `www.` and the apex are mixed up most.
    private static func siblings(_ leaf: Certificate, _ name: String) -> [String] {
        guard IPAddress(name) == nil, !leaf.matches(host: name) else { return [] }
        var candidates = ["www." + name]
        if let dot = name.firstIndex(of: ".") {
            candidates.append(String(name[name.index(after: dot)...]))
        }
        return candidates.filter { $0.contains(".") && leaf.matches(host: $0) }
    }
}

extension X509Fault {
    /// The codes for "no further certificate was found".
    static let missingIssuer: Set<X509Fault> = [
        .unableToGetIssuerCert, .unableToGetIssuerCertLocally, .unableToVerifyLeafSignature,
    ]
}
