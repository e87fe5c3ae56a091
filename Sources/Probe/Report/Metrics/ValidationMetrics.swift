import DNS
import DNSSEC
import Exposition

extension Report {
    /// What DNSSEC says of the name and of each zone on the way to it.
    var validationFamilies: [MetricFamily] {
        guard let validation = wholeValidation else { return [] }
        let zones = validation.zones.map { zone in
            (
                status: zone.status, window: zone.earliestSignature,
                labels: ["dns_zone": zone.zone.lowercased.text] as Labels
            )
        }
        let windows = zones.compactMap { zone in
            zone.window.map { (window: $0, labels: zone.labels) }
        }
        return [
            MetricFamily(
                "trustpath_dnssec_status",
                "1 for the state that the name's answers are in (RFC 4035 4.3).",
                samples: Self.states(validation.status, [:])),
            MetricFamily(
                "trustpath_dnssec_zone_status", "1 for the state that a zone on the way is in.",
                samples: zones.flatMap { Self.states($0.status, $0.labels) }),
            MetricFamily(
                "trustpath_dnssec_signature_expiry_timestamp_seconds",
                "When the zone's signature that ends first ends.",
                samples: windows.map { Sample(Double($0.window.expiration), $0.labels) }),
            MetricFamily(
                "trustpath_dnssec_signature_inception_timestamp_seconds",
                "When the zone's signature that ends first began.",
                samples: windows.map { Sample(Double($0.window.inception), $0.labels) }),
            MetricFamily(
                "trustpath_dnssec_earliest_signature_expiry_timestamp_seconds",
                "When the first of all signatures on the way ends.",
                value: windows.map(\.window.expiration).min().map { Double($0) }),
        ]
    }

    private static func states(_ status: Status, _ labels: Labels) -> [Sample] {
        labelsOfStates.map { Sample($0.status == status, labels + $0.labels) }
    }

    private static let labelsOfStates = [Status.secure, .insecure, .bogus, .indeterminate].map {
        (status: $0, labels: ["status": $0.rawValue] as Labels)
    }
}
