import DNS
import DNSSEC

/// TLSA records that are to be there or not, and nobody can tell (RFC 7672 2.1).
struct TLSALookupRules {
    private let path: PathOfHost
    private let validation: DNSSECResult
    private let isRequired: Bool

    init(_ path: PathOfHost, _ validation: DNSSECResult, isRequired: Bool) {
        (self.path, self.validation, self.isRequired) = (path, validation, isRequired)
    }

    var findings: [Finding] { validation.tlsa.compactMap(finding) }

    /// To a sender with DANE a failed lookup is no absence: it keeps the mail (RFC 7672 2.1.2). Nobody else is hit.
    private func finding(_ published: PublishedTLSA) -> Finding? {
        guard let fault = published.fault, !isKnown(fault),
            let failureClass = FailureClass(rawValue: fault.kind.rawValue)
        else { return nil }
        let isMail = path.endpoints.contains {
            $0.endpoint.port.number == published.port && $0.endpoint.port.service == .smtp
        }
        let isFailure = isMail && (isRequired || failureClass != .dnssecIndeterminate)
        let rest =
            isMail
            ? "; senders with DANE keep mail for \(path.resolution.host) back (RFC 7672 2.1.2)" : ""
        return Finding(
            failureClass, isFailure ? .failure : .warning, confidence: .oneObservation,
            at: ["zone \(fault.zone.text)"],
            [
                "whether \(published.owner.text) has TLSA records cannot be told: "
                    + "\(fault.detail)\(rest)"
            ])
    }

    /// The host's own addresses show the same fault of the zone.
    private func isKnown(_ fault: Fault) -> Bool {
        validation.validations.contains {
            $0.fault?.kind == fault.kind && $0.fault?.zone == fault.zone
        }
    }
}
