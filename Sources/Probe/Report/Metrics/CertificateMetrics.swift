import Exposition
import OpenSSL

extension Report {
    /// The certificates that servers showed, present whether or not they are trusted.
    func certificateFamilies(_ endpoints: LabelledEndpoints) -> [MetricFamily] {
        let shown = endpoints.flatMap { result, labels in
            [result.handshake?.certificate, result.handshake?.otherCertificate].compactMap { $0 }
                .map { ($0, labels: labels + ["key_type": $0.leaf.keyType]) }
        }
        return dateFamilies(shown) + [
            MetricFamily(
                "trustpath_certificate_name_match", "Whether the certificate covers the name.",
                samples: shown.map { Sample($0.nameMatches, $1) }),
            MetricFamily(
                "trustpath_certificate_trusted",
                "Whether a chain leads to a trusted root; the name is judged apart.",
                samples: shown.map { Sample($0.verification.isTrusted, $1) }),
            MetricFamily(
                "trustpath_certificate_chain_complete",
                "Whether the server sends every intermediate certificate.",
                samples: shown.compactMap { certificate, labels in
                    certificate.isChainComplete.map { Sample($0, labels) }
                }),
            MetricFamily(
                "trustpath_certificate_info", "The server's certificate.",
                samples: shown.map { Sample(true, $1 + $0.leaf.identity) }),
        ]
    }

    private func dateFamilies(
        _ shown: [(PresentedCertificate, labels: Labels)]
    ) -> [MetricFamily] {
        let sets = shown.flatMap { certificate, labels in
            [
                (SetLabels.leaf, [certificate.leaf]),
                (SetLabels.sentChain, certificate.sentChain),
                (SetLabels.verifiedChain, certificate.verification.chain),
            ].compactMap { name, set in
                set.endingFirst.map { (first: $0, labels: labels + name) }
            }
        }
        return [
            MetricFamily(
                "trustpath_certificate_not_after_timestamp_seconds",
                "End of the certificate that ends first: the leaf, of all sent, of the chain built.",
                samples: sets.map { Sample(Double($0.first.notAfter), $0.labels) }),
            MetricFamily(
                "trustpath_certificate_not_before_timestamp_seconds",
                "Beginning of that same certificate.",
                samples: sets.filter { $0.first.notBefore != 0 }
                    .map { Sample(Double($0.first.notBefore), $0.labels) }),
        ]
    }
}

/// Made once for all reports.
private enum SetLabels {
    static let leaf: Labels = ["certificate": "leaf"]
    static let sentChain: Labels = ["certificate": "sent_chain"]
    static let verifiedChain: Labels = ["certificate": "verified_chain"]
}

extension [Certificate] {
    /// Nil where none has an end that can be read.
    var endingFirst: Certificate? {
        lazy.map { ($0, end: $0.notAfter) }.filter { $0.end != 0 }.min { $0.end < $1.end }?.0
    }
}

extension Certificate {
    /// A foreign number of 20 bytes at most, if it is as it should be (RFC 5280 4.1.2.2), is no reason for a long page.
    var serialText: String { serialNumber.plain(limit: 80) }

    fileprivate var identity: Labels {
        [
            "fingerprint_sha256": fingerprintSHA256, "subject": subject.plain(),
            "issuer": issuer.plain(), "serialnumber": serialText, "key": keyDescription,
            "signature": signatureAlgorithm,
        ]
    }
}
