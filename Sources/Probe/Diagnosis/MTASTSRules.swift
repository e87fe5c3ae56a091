import Addresses
import DNS
import OpenSSL

/// What a domain's MTA-STS policy shows against its mail exchanges (RFC 8461 5).
struct MTASTSRules {
    let domain: String
    let sts: MTASTSReport
    /// That the MX records name, or the domain that stands in for them.
    let exchanges: [Name]
    let endpoints: [EndpointResult]

    var findings: [Finding] { own + fetch + uncovered + failing }

    private var place: [String] { ["name \(domain)"] }

    private func invalid(
        _ severity: Finding.Severity = .failure, at places: [String], _ evidence: [String]
    ) -> Finding {
        Finding(.mtaSTSInvalid, severity, confidence: .comparison, at: places, evidence)
    }

    private var own: [Finding] { sts.faults.isEmpty ? [] : [invalid(at: place, sts.faults)] }

    /// What keeps senders from having a policy that the domain announces.
    private var fetch: [Finding] {
        switch sts.outcome {
        case .failed(let clause):
            [invalid(at: place, ["the MTA-STS policy of \(domain) cannot be had: \(clause)"])]
        case .fetched(let policy) where !policy.faults.isEmpty:
            [invalid(at: place, policy.faults.map { "the MTA-STS policy of \(domain): \($0)" })]
        case .forbidden(let addresses):
            [
                Finding(
                    .probeTargetRefused, .warning, confidence: .oneObservation,
                    at: addresses.map(\.description),
                    [
                        "the address policy of the configuration forbids the MTA-STS policy host "
                            + "of \(domain)"
                    ])
            ]
        case .cutShort:
            [
                Finding(
                    .probeDeadlineExceeded, confidence: .oneObservation, at: place,
                    ["the probe's time was over before the MTA-STS policy of \(domain) came"])
            ]
        case .fetched, nil: []
        }
    }

    /// Senders pass over an exchange that no pattern covers, and in mode testing only report it.
    private var uncovered: [Finding] {
        guard let policy = sts.policy, policy.mode != MTASTSPolicy.Mode.none else { return [] }
        let uncovered = exchanges.filter { !policy.covers($0) }
        guard !uncovered.isEmpty else { return [] }
        let rest = uncovered.count - Self.mostShown
        return [
            invalid(
                sts.isEnforced ? .failure : .warning, at: uncovered.map { "name \($0.text)" },
                uncovered.prefix(Self.mostShown).map { host in
                    "the MTA-STS policy of \(domain) (mode \(policy.modeText)) allows "
                        + "\(policy.patternsText), and not the mail exchange \(host.text)"
                } + (rest > 0 ? ["nor \(rest) more mail exchanges"] : []))
        ]
    }

    /// Mail exchanges that have a sentence each: an answer may name thousands.
    private static let mostShown = 8

    private var failing: [Finding] {
        guard let policy = sts.policy, sts.isEnforced else { return [] }
        let covered = Set(exchanges.filter(policy.covers).map(\.text))
        return endpoints.compactMap { result in
            guard result.endpoint.port.service == .smtp, covered.contains(result.endpoint.host),
                let presented = result.handshake?.certificate, let fault = presented.distrust
            else { return nil }
            // Without DANE a sender looks at names and dates whatever TLSA records say.
            let beside =
                result.handshake?.dane?.matches == true
                ? "; its TLSA records match, which only senders with DANE look at" : ""
            return invalid(
                at: [result.place],
                [
                    "\(result.place): the MTA-STS policy of \(domain) is enforced, and the "
                        + "certificate of \(result.endpoint.host) \(fault)\(beside)"
                ])
        }
    }
}

extension PresentedCertificate {
    /// Why a client refuses it, one clause; nil where none does.
    fileprivate var distrust: String? {
        if let fault = verification.faults.first { return "is not trusted (\(fault.code.text))" }
        return nameMatches ? nil : "is for \(leaf.namesText)"
    }
}

extension MTASTSPolicy {
    var modeText: String { mode?.rawValue ?? "unknown" }

    /// The first of its patterns.
    var patternsText: String {
        let shown = patterns.prefix(8).joined(separator: ", ").plain(limit: 512)
        return patterns.count > 8 ? "\(shown) and \(patterns.count - 8) more" : shown
    }
}
