import OpenSSL

/// Whether CAA records allow the authorities that issued the certificates shown.
struct AuthorizationRules {
    let endpoints: [EndpointResult]
    let authorizations: Authorizations

    init(_ path: PathOfHost) {
        (endpoints, authorizations) = (path.endpoints, path.authorizations)
    }

    /// None where nobody was asked.
    var findings: [Finding] {
        authorizations.found.isEmpty ? [] : endpoints.flatMap(findings)
    }

    private func findings(of result: EndpointResult) -> [Finding] {
        result.certificates.compactMap { certificate in
            guard let domains = authorizations.issuers.domains(of: certificate),
                let covered = CoveredName(of: certificate, for: result.serverName),
                let found = authorizations.found.first(where: { $0.name == covered.name }),
                case .found(let set) = found.outcome,
                !set.permits(domains, wildcard: covered.isWildcard)
            else { return nil }
            let names = domains.sorted().prefix(3).joined(separator: ", ")
            return Finding(
                .caaMismatch, .warning, confidence: .comparison, at: [result.place],
                [
                    "\(result.place): the certificate\(covered.isWildcard ? " for a wildcard" : "") is "
                        + "from \(certificate.issuer.plain(limit: 256)), known in CAA records as \(names), and "
                        + "\(set.owner) has \(set.texts.joined(separator: "; "))"
                ])
        }
    }
}
