import DNS
import DNSSEC

extension Diagnosis {
    /// The decision table over what all stages saw. `now` is in seconds since 1970.
    init(
        _ path: PathOfHost, _ mail: MailReport? = nil, expectations: [ExpectationResult] = [],
        requiresDNSSEC: Bool, at now: Int64
    ) {
        let resolution = path.resolution
        var findings = ExpectationRules(results: expectations, host: resolution.host).findings
        var own = Self.name(path, requiresDNSSEC: requiresDNSSEC, at: now)
        // A domain whose mail is asked for needs no address of its own.
        if mail != nil { own.removeAll { $0.failureClass == .nameNoAddress } }
        findings += own
        var endpoints = path.endpoints
        findings += AuthorizationRules(path).findings
        if let mail {
            if let validation = mail.validation {
                findings +=
                    ValidationRules(
                        result: validation, resolution: resolution, isRequired: requiresDNSSEC,
                        now: now
                    ).findings(beside: findings)
            }
            for path in mail.paths {
                findings += Self.name(path, requiresDNSSEC: requiresDNSSEC, at: now).filter {
                    !MailRules.targetClasses.contains($0.failureClass)
                }
                findings += AuthorizationRules(path).findings
                endpoints += path.endpoints
            }
            findings +=
                MailRules(domain: resolution, mail: mail, endpoints: endpoints).findings
        }
        findings +=
            EndpointRules(endpoints, at: now, demands: MailDemands(mail, of: resolution.host))
            .findings
        self.init(findings: findings)
        // A domain's own address is for its mail only where no MX record leads elsewhere.
        let isOwnAsked = mail.map { $0.exchanges.outcome == .none } ?? true
        let unexplained = ((isOwnAsked ? [path] : []) + (mail?.paths ?? [])).map(\.resolution)
            .filter(\.leadsNowhere)
        guard primary == nil, !unexplained.isEmpty else { return }
        // Nothing above may be claimed on this evidence, and yet the clients get no address.
        self.init(findings: findings + unexplained.map(Self.unexplained))
    }

    /// What DNS and DNSSEC show of one name.
    private static func name(
        _ path: PathOfHost, requiresDNSSEC: Bool, at now: Int64
    ) -> [Finding] {
        let (resolution, validation) = (path.resolution, path.validation)
        var findings: [Finding] = []
        // What DNS says today is not judged where something else is supposed in its place.
        if !resolution.supposes {
            findings +=
                ResolutionRules(
                    resolution: resolution, endpoints: path.endpoints,
                    isBogus: validation?.status == .bogus, now: now
                ).findings
        }
        if let validation {
            findings +=
                ValidationRules(
                    result: validation, resolution: resolution, isRequired: requiresDNSSEC, now: now
                ).findings(beside: findings)
            findings += TLSALookupRules(path, validation, isRequired: requiresDNSSEC).findings
        }
        if validation == nil, !resolution.supposes { findings += judgedByResolvers(resolution) }
        return findings
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

extension Resolution {
    /// Clients get no address, whatever the reason.
    fileprivate var leadsNowhere: Bool {
        let isClientsViewEmpty =
            resolvers.first.map { $0.isUp && (!$0.isDecisive || $0.deniesAll) } ?? false
        return name != nil && !supposes && (addresses.isEmpty || isClientsViewEmpty)
    }
}
