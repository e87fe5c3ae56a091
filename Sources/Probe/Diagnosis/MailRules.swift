import Addresses
import DNS
import DNSSEC

/// What a domain's mail records show, beside what their hosts lead to.
struct MailRules {
    let domain: Resolution
    let mail: MailReport

    /// That were shaken hands with.
    let endpoints: [EndpointResult]

    var findings: [Finding] { exchanges + targets + texts + policy }

    /// What stands for a host of an MX record is told by `mx_target_invalid`, and not as a target's own fault.
    static let targetClasses: Set<FailureClass> = [.nameNotFound, .nameNoAddress, .cnameBroken]

    private var place: [String] { ["name \(domain.host)"] }

    private var exchanges: [Finding] {
        switch mail.exchanges.outcome {
        case .records where mail.exchanges.isNull:
            return [
                Finding(
                    .mxNull, .warning, confidence: .oneObservation, at: place,
                    ["\(domain.host) has the MX record 0 \".\": it takes no mail (RFC 7505)"])
            ]
        case .records, .nameError: return []
        case .none:
            return [missing]
        // A bogus answer is told by its fault.
        case .unknown where mail.validation?.status == .bogus: return []
        case .unknown(let clause):
            return [
                Finding(
                    .unknown, confidence: .oneObservation, at: place,
                    ["the MX records of \(domain.host) could not be had: \(clause)"])
            ]
        }
    }

    private var missing: Finding {
        let (severity, rest): (Finding.Severity, String) =
            switch domain.outcome {
            case .addresses: (.warning, "its own addresses stand in for them (RFC 5321 5.1)")
            case .nameError, .noAddress, .brokenAlias: (.failure, "and no address either")
            // Why not has a finding of its own.
            case .failed, .cutShort, .unavailable: (.warning, "its addresses are not known")
            }
        return Finding(
            .mxMissing, severity, confidence: .oneObservation, at: place,
            ["\(domain.host) has no MX record; \(rest)"])
    }

    private var targets: [Finding] {
        guard !mail.exchanges.isNull else { return [] }
        return Set(mail.exchanges.records.map(\.exchange)).sorted().compactMap(literal)
            + mail.paths.compactMap(target)
    }

    /// RFC 5321 5.1 and RFC 7505 3: a name of a host, and a dot only where it stands alone.
    private func literal(_ exchange: Name) -> Finding? {
        if exchange == .root {
            return invalid("an MX record of \(domain.host) names \".\" beside others", exchange)
        }
        guard IPAddress(exchange.text) != nil else { return nil }
        return invalid(
            "an MX record of \(domain.host) names the address \(exchange.text), and not a host",
            exchange)
    }

    private func target(_ path: PathOfHost) -> Finding? {
        let (resolution, host) = (path.resolution, path.resolution.host)
        let clause: String
        switch resolution.outcome {
        case .nameError: clause = "which does not exist"
        case .noAddress: clause = "which has no address"
        case .brokenAlias(let detail): clause = "an alias that leads nowhere: \(detail)"
        case .addresses:
            guard let alias = resolution.aliases.first else { return nil }
            return invalid(
                "an MX record of \(domain.host) names \(host), an alias of "
                    + "\(alias.target.text) (RFC 2181 10.3)", resolution.name, .warning)
        case .failed, .cutShort, .unavailable: return nil
        }
        return invalid("an MX record of \(domain.host) names \(host), \(clause)", resolution.name)
    }

    private func invalid(
        _ evidence: String, _ host: Name?, _ severity: Finding.Severity = .failure
    ) -> Finding {
        Finding(
            .mxTargetInvalid, severity, confidence: .oneObservation,
            at: ["name \(host?.text ?? domain.host)"], [evidence])
    }

    private var policy: [Finding] {
        guard let sts = mail.sts else { return [] }
        return MTASTSRules(
            domain: domain.host, sts: sts, exchanges: mail.exchanges.named(or: domain.name),
            endpoints: endpoints
        ).findings
    }

    private var texts: [Finding] {
        guard !mail.texts.faults.isEmpty else { return [] }
        return [
            Finding(
                .mailTXTInvalid, .warning, confidence: .oneObservation, at: place,
                mail.texts.faults)
        ]
    }
}
