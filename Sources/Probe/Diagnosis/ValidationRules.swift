import Configuration
import DNS
import DNSSEC

/// What DNSSEC validation shows.
struct ValidationRules {
    let result: DNSSECResult
    let resolution: Resolution
    let isRequired: Bool
    /// Seconds since 1970.
    let now: Int64

    /// `path` are the findings on the resolvers: what they explain is not the zone's.
    func findings(beside path: [Finding]) -> [Finding] {
        let zones = result.zones
        return verdict + contradictions(beside: path) + unsupported(zones) + expiring(zones)
    }

    /// A resolver whose data do not validate while another's do; unless its answers are known to be wrong.
    private func contradictions(beside path: [Finding]) -> [Finding] {
        result.contradictions.compactMap { contradiction in
            let place = "resolver \(contradiction.resolver)"
            let isExplained = path.contains {
                Self.wrongAnswers.contains($0.failureClass) && $0.places.contains(place)
            }
            guard !isExplained,
                let failureClass = FailureClass(rawValue: contradiction.fault.kind.rawValue)
            else { return nil }
            let isClientsView = resolution.resolvers.first?.resolver == contradiction.resolver
            return Finding(
                failureClass, isClientsView ? .failure : .warning, confidence: .comparison,
                at: [place],
                [
                    "by \(contradiction.resolver): \(contradiction.fault.detail)",
                    "by another resolver the zone is \(result.status.rawValue)",
                ])
        }
    }

    private static let wrongAnswers: Set<FailureClass> = [
        .resolverFiltered, .resolverStaleAnswer, .resolverCachedError,
    ]

    private var verdict: [Finding] {
        let faults = result.validations.compactMap(\.fault)
        guard let fault = result.fault else { return [] }
        switch result.status {
        case .secure: return []
        case .bogus:
            return faults.filter { $0.kind.status == .bogus }.compactMap { fault in
                FailureClass(rawValue: fault.kind.rawValue).map {
                    Finding(
                        $0, confidence: $0 == .dnssecBogus ? .comparison : .oneObservation,
                        at: [fault.place], [fault.detail])
                }
            }
        case .insecure:
            guard isRequired else { return [] }
            return [
                Finding(
                    .dnssecInsecure, confidence: .expectation, at: [fault.place],
                    ["DNSSEC is required by the configuration, but \(fault.detail)"])
            ]
        case .indeterminate: return [undecided(fault)]
        }
    }

    /// Where we cannot tell, a resolver that refuses the data only as long as it checks has told.
    private func undecided(_ fault: Fault) -> Finding {
        let refusing = resolution.resolvers.first { view in
            view.unchecked.contains { $0.response?.responseCode == .noError }
        }
        if let resolver = refusing {
            return Finding(
                .dnssecBogus, confidence: .comparison, at: [fault.place],
                [
                    "\(resolver.resolver) answers SERVFAIL, and gives the data when asked not to check (CD=1)",
                    fault.detail,
                ])
        }
        return Finding(
            .dnssecIndeterminate, isRequired ? .failure : .warning, confidence: .oneObservation,
            at: [fault.place], [fault.detail])
    }

    private func unsupported(_ zones: [ZoneReport]) -> [Finding] {
        zones.compactMap(\.fault).filter { $0.kind == .algorithmUnsupported }.map {
            Finding(
                .dnssecAlgorithmUnsupported, .warning, confidence: .oneObservation, at: [$0.place],
                [$0.detail])
        }
    }

    /// Less than a tenth of the signature's life left, or less than the longest TTL of the zone.
    private func expiring(_ zones: [ZoneReport]) -> [Finding] {
        zones.compactMap { zone in
            guard zone.status == .secure, let window = zone.earliestSignature,
                window.expiration >= now
            else { return nil }
            let (life, left) = (window.expiration - window.inception, window.expiration - now)
            guard left * 10 < life || left < Int64(zone.longestTTL) else { return nil }
            return Finding(
                .dnssecSignatureExpiring, .warning, confidence: .oneObservation,
                at: ["zone \(zone.zone.text)"],
                [
                    "the signature over the \(window.typeCovered) records of \(zone.zone.text) ends at "
                        + "\(CivilTime(secondsSince1970: window.expiration).rfc3339), in \(left) s of a life of \(life) s"
                ])
        }
    }
}

extension Fault {
    fileprivate var place: String { "zone \(zone.text)" }
}
