import Exposition
import OpenSSL

extension Report {
    /// The OCSP responses that came with certificates.
    func stapleFamilies(_ endpoints: LabelledEndpoints) -> [MetricFamily] {
        [
            MetricFamily(
                "trustpath_ocsp_staple_info",
                "What the stapled OCSP response says: good, revoked, unknown or invalid.",
                samples: endpoints.samples { result, labels in
                    result.staple.map { Sample(true, labels + ["status": $0.status.rawValue]) }
                }),
            MetricFamily(
                "trustpath_ocsp_this_update_timestamp_seconds",
                "Since when the stapled OCSP response holds.",
                samples: endpoints.samples { result, labels in
                    result.staple?.thisUpdate.map { Sample(Double($0), labels) }
                }),
            MetricFamily(
                "trustpath_ocsp_next_update_timestamp_seconds",
                "Until when the stapled OCSP response holds.",
                samples: endpoints.samples { result, labels in
                    result.staple?.nextUpdate.map { Sample(Double($0), labels) }
                }),
        ]
    }
}

extension EndpointResult {
    fileprivate var staple: OCSPStaple? { handshake?.certificate?.staple }
}
