import DNS
package import DNSSEC

/// Everything that one probe saw and concluded; all renderings are made from it.
package struct Report: Sendable {
    package var target: Target
    package var moduleName: String
    /// Seconds since 1970 at which validity was judged.
    package var at: Int64
    package var resolution: Resolution
    /// Nil where DNSSEC is disabled or there is no name to validate.
    package var validation: DNSSECResult?
    /// Of the target, or of the mail exchanges that it names.
    package var endpoints: [EndpointResult]
    /// Nil where the module does not expand MX records.
    package var mail: MailReport?
    /// What the configuration expects, beside what there is.
    package var expectations: [ExpectationResult]
    /// Of the names that certificates of known authorities were issued for.
    package var authorizations: [Authorization]
    package var diagnosis: Diagnosis
    package var durations: StageDurations
    /// The budget that the probe had.
    package var timeout: Duration

    package init(
        target: Target, moduleName: String, at: Int64, resolution: Resolution,
        validation: DNSSECResult?, endpoints: [EndpointResult],
        mail: MailReport? = nil, expectations: [ExpectationResult] = [], diagnosis: Diagnosis,
        durations: StageDurations,
        timeout: Duration, authorizations: [Authorization] = []
    ) {
        (self.target, self.moduleName, self.at) = (target, moduleName, at)
        (self.resolution, self.validation, self.endpoints) = (resolution, validation, endpoints)
        (self.mail, self.expectations) = (mail, expectations)
        self.authorizations = authorizations
        (self.diagnosis, self.durations, self.timeout) = (diagnosis, durations, timeout)
    }

    package var isSuccess: Bool { diagnosis.primary == nil }

    /// Of the target, then of its mail exchanges.
    var resolutions: [Resolution] { [resolution] + (mail?.paths.map(\.resolution) ?? []) }

    /// Over all of them; nil where nothing was validated.
    var wholeValidation: DNSSECResult? {
        let all = [validation, mail?.validation] + (mail?.paths.map(\.validation) ?? [])
        let validations = all.compactMap { $0 }.flatMap(\.validations)
        return validations.isEmpty ? nil : DNSSECResult(validations)
    }
}

/// The validation stage's outcome over the questions of one name, A and AAAA.
package struct DNSSECResult: Sendable {
    /// One for each question, in the order A, AAAA.
    package var validations: [Validation]

    /// Of each port; none where TLSA records would not count.
    package var tlsa: [PublishedTLSA] = []

    /// By whose data alone the name would be bogus.
    package var contradictions: [Contradiction] = []

    package init(_ validations: [Validation]) { self.validations = validations }

    /// A resolver that gives other data than those that validate.
    package struct Contradiction: Sendable {
        package var resolver: String
        package var fault: Fault
    }

    /// The worst of them.
    package var status: Status { validations.map(\.status).max() ?? .indeterminate }

    package var fault: Fault? { validations.max { $0.status < $1.status }?.fault }

    /// What else the validations tell, each once.
    package var notes: [String] {
        var seen: Set<String> = []
        return (validations.flatMap(\.notes) + zones.flatMap(\.notes)).filter {
            seen.insert($0).inserted
        }
    }

    /// TLSA records that nobody can be sure of, a line each.
    var tlsaWords: [String] {
        tlsa.compactMap { published in
            published.fault.map { "\(published.owner.text) TLSA not known, \($0.words)" }
        }
    }

    /// Every zone once, from the anchor down, with its worst status.
    package var zones: [ZoneReport] {
        // One validation tells of each once.
        var zones = validations.first?.zones ?? []
        for report in validations.dropFirst().lazy.flatMap(\.zones) {
            if let index = zones.firstIndex(where: { $0.zone == report.zone }) {
                zones[index].merge(report)
            } else {
                zones.append(report)
            }
        }
        return zones
    }
}

extension ZoneReport {
    /// Takes over what is worse or ends earlier in another look at the same zone.
    fileprivate mutating func merge(_ other: ZoneReport) {
        if other.status > status { (status, fault) = (other.status, other.fault) }
        longestTTL = max(longestTTL, other.longestTTL)
        if let window = other.earliestSignature,
            window.expiration < earliestSignature?.expiration ?? .max
        {
            earliestSignature = window
        }
    }
}

/// Wall-clock time of the stages; nil where a stage was not reached.
package struct StageDurations: Hashable, Sendable {
    package var resolve: Duration?
    package var validate: Duration?
    /// Of the slowest endpoint.
    package var connect: Duration?
    package var starttls: Duration?
    package var handshake: Duration?
    package var diagnose: Duration?
    package var total: Duration = .zero

    package init() {}
}
