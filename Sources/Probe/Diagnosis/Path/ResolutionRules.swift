import Addresses
import DNS
import OpenSSL

/// What resolvers and authorities show, beside one another and beside what the addresses do.
struct ResolutionRules {
    let resolution: Resolution
    let endpoints: [EndpointResult]
    /// The zone's DNSSEC is at fault, so that a resolver's SERVFAIL is its right.
    var isBogus = false
    /// Seconds since 1970.
    let now: Int64

    var findings: [Finding] {
        guard let answers = resolution.authorityAnswers else { return [] }
        let health = AddressHealth(endpoints)
        return NameRules(resolution: resolution, endpoints: endpoints).findings
            + ResolverRules(resolution: resolution).findings
            + TransportRules(resolution: resolution).findings
            + AnswerRules(
                resolution: resolution, answers: answers, health: health, isBogus: isBogus
            ).findings
            + resolution.zones.flatMap { view in
                DelegationRules(view: view, resolution: resolution, health: health, now: now)
                    .findings
            }
    }
}

/// Which addresses serve, as the name's users would find them; what is optional does not count.
struct AddressHealth {
    /// With a clause on what fails there.
    let failing: [IPAddress: String]
    let passing: Set<IPAddress>

    init(_ results: [EndpointResult]) {
        var failing: [IPAddress: String] = [:]
        var passing: Set<IPAddress> = []
        for result in results where result.endpoint.port.isRequired {
            let address = result.endpoint.address
            if let clause = result.userTrouble {
                failing[address] = failing[address] ?? clause
            } else if result.handshake?.isCompleted == true {
                passing.insert(address)
            }
        }
        self.failing = failing
        self.passing = passing.subtracting(failing.keys)
    }
}

extension EndpointResult {
    /// What keeps a user from being served, one clause; nil where nothing does or nothing is known.
    fileprivate var userTrouble: String? {
        if isTargetFault { return "\(endpoint.port.number): \(failureText)" }
        guard let handshake, handshake.outcome != .cutShort else { return nil }
        if !handshake.isCompleted {
            return "\(endpoint.port.number): \(handshake.outcome.trouble ?? "no handshake")"
        }
        guard let certificate = handshake.certificate else { return nil }
        guard !certificate.nameMatches || !certificate.verification.isTrusted else { return nil }
        return "\(endpoint.port.number): \(certificate.judgementWords)"
    }
}
