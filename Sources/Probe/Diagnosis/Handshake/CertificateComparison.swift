import OpenSSL

/// What the certificates at the addresses of one port of one host show, side by side.
struct CertificateComparison {
    typealias Shown = (result: EndpointResult, certificate: PresentedCertificate)

    private let groups: [[Shown]]
    private let demands: MailDemands

    init(_ results: [Shown], _ demands: MailDemands) {
        var groups: [[Shown]] = []
        for one in results {
            let index = groups.firstIndex {
                $0[0].result.endpoint.host == one.result.endpoint.host
                    && $0[0].result.endpoint.port.number == one.result.endpoint.port.number
            }
            if let index { groups[index].append(one) } else { groups.append([one]) }
        }
        (self.groups, self.demands) = (groups, demands)
    }

    var findings: [Finding] {
        groups.flatMap(wrongHost) + groups.compactMap(Self.disagreement)
    }

    /// One address shows foreign names only, another one ours: the record leads to a wrong server. Where mail servers
    /// look at no certificate (RFC 7435) this is no proof that the mail goes wrong.
    private func wrongHost(_ shown: [Shown]) -> [Finding] {
        guard let good = shown.first(where: { $0.certificate.nameMatches }) else { return [] }
        return shown.filter {
            $0.certificate.isForeign && !MailTrust($0.result).dismisses(.certNameMismatch)
        }.map { bad in
            Finding(
                .recordPointsToWrongHost,
                MailTrust(bad.result, demands).isOpportunistic ? .warning : .failure,
                confidence: .comparison, at: [bad.result.place],
                [
                    "\(bad.result.place) presents a certificate for \(bad.certificate.leaf.namesText) only, "
                        + "while \(good.result.place) presents one for \(good.result.endpoint.host)"
                ])
        }
    }

    private static func disagreement(_ shown: [Shown]) -> Finding? {
        guard
            let newest = shown.max(by: {
                $0.certificate.leaf.notAfter < $1.certificate.leaf.notAfter
            })
        else { return nil }
        let others = shown.filter { differs($0.certificate.leaf, newest.certificate.leaf) }
        guard !others.isEmpty else { return nil }
        return Finding(
            .endpointCertDisagreement, .warning, confidence: .comparison,
            at: others.map(\.result.place),
            (others + [newest]).map { one in
                let leaf = one.certificate.leaf
                return "\(one.result.place) presents \(leaf.subjectText) for \(leaf.namesText), "
                    + "by \(leaf.issuer.plain(limit: 256)), until \(leaf.notAfter.timeText)"
            })
    }

    /// RSA and ECDSA certificates of one server are a pair as long as all else is equal.
    private static func differs(_ one: Certificate, _ other: Certificate) -> Bool {
        one != other
            && (one.notAfter != other.notAfter || one.issuer != other.issuer
                || one.names != other.names)
    }
}

extension PresentedCertificate {
    /// It names somebody, and neither the host nor a sibling of it.
    var isForeign: Bool {
        !nameMatches && matchingSiblings.isEmpty && !leaf.names.isEmpty
    }
}
