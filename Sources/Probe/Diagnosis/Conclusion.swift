import DNS
import DNSSEC

extension Diagnosis {
    /// The decision table over what all stages saw. `now` is in seconds since 1970.
    init(
        _ resolution: Resolution, _ validation: DNSSECResult?, _ endpoints: [EndpointResult],
        expectations: [ExpectationResult] = [], requiresDNSSEC: Bool, at now: Int64
    ) {
        var findings = ExpectationRules(results: expectations, host: resolution.host).findings
        // What DNS says today is not judged where something else is supposed in its place.
        if !resolution.supposes {
            findings +=
                ResolutionRules(
                    resolution: resolution, endpoints: endpoints,
                    isBogus: validation?.status == .bogus, now: now
                ).findings
        }
        if let validation {
            findings +=
                ValidationRules(
                    result: validation, resolution: resolution, isRequired: requiresDNSSEC, now: now
                ).findings(beside: findings)
        }
        if validation == nil, !resolution.supposes {
            findings += Self.judgedByResolvers(resolution)
        }
        findings += EndpointRules(endpoints, at: now).findings
        self.init(findings: findings)
        let isClientsViewEmpty =
            resolution.resolvers.first.map { $0.isUp && (!$0.isDecisive || $0.deniesAll) } ?? false
        guard primary == nil, resolution.name != nil, !resolution.supposes,
            resolution.addresses.isEmpty || isClientsViewEmpty
        else { return }
        // Nothing above may be claimed on this evidence, and yet the clients get no address.
        self.init(findings: findings + [Self.unexplained(resolution)])
    }

    /// Where nothing is validated here, a resolver that hides data only as long as it checks has told.
    private static func judgedByResolvers(_ resolution: Resolution) -> [Finding] {
        guard let view = resolution.resolvers.first, view.hasUncheckedData else { return [] }
        return [
            Finding(
                .dnssecBogus, confidence: .comparison, at: ["resolver \(view.resolver)"],
                [
                    "\(view.resolver) answers SERVFAIL, and gives the data when asked not to check (CD=1)"
                ])
        ]
    }

    private static func unexplained(_ resolution: Resolution) -> Finding {
        let answers = resolution.resolvers.map { view in
            let code = view.responseCode?.description ?? view.failureText
            let errors = view.extendedErrors.map { ", \($0)" }.joined()
            return "\(view.resolver): \(code)\(errors)"
        }
        return Finding(
            .unknown, confidence: .oneObservation, at: ["name \(resolution.host)"],
            [
                "\(resolution.addresses.isEmpty ? "no address" : "no address by the first resolver") of "
                    + "\(resolution.host) could be found (\(answers.joined(separator: "; ")))"
            ]
        )
    }
}
