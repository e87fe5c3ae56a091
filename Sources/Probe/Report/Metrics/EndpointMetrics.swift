import Addresses
import Exposition

extension Report {
    /// Connections and handshakes.
    func endpointFamilies(_ endpoints: LabelledEndpoints) -> [MetricFamily] {
        [
            MetricFamily(
                "trustpath_endpoint_up", "Whether TCP connects.",
                samples: endpoints.samples { result, labels in
                    result.connection.isUp.map { Sample($0, labels) }
                }),
            MetricFamily(
                "trustpath_endpoint_connect_duration_seconds", "Time until TCP stood.",
                samples: endpoints.samples { result, labels in
                    guard case .connected(let duration) = result.connection else { return nil }
                    return Sample(duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_endpoint_starttls_duration_seconds",
                "Time from the connection to the go-ahead for TLS.",
                samples: endpoints.samples { result, labels in
                    guard let startTLS = result.startTLS, startTLS.isReady else { return nil }
                    return Sample(startTLS.duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_endpoint_handshake_duration_seconds",
                "Time that the TLS handshake took.",
                samples: endpoints.samples { result, labels in
                    guard let handshake = result.handshake, handshake.isCompleted else {
                        return nil
                    }
                    return Sample(handshake.duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_tls_handshake_success",
                "Whether the TLS handshake completes; certificates are judged apart.",
                samples: endpoints.samples { result, labels in
                    result.handshake?.outcome.isSuccess.map { Sample($0, labels) }
                }),
            MetricFamily(
                "trustpath_tls_info", "What the TLS handshake agreed on.",
                samples: endpoints.samples { result, labels in
                    guard let handshake = result.handshake, let version = handshake.version
                    else { return nil }
                    return Sample(true, labels + handshake.agreed(version))
                }),
            MetricFamily(
                "trustpath_tls_version_offered", "Whether the server takes this version.",
                samples: endpoints.flatMap { result, labels in
                    (result.handshake?.offers?.versions ?? [:]).sorted { $0.key < $1.key }.map {
                        Sample($0.value, labels + ["version": $0.key.text])
                    }
                }),
            MetricFamily(
                "trustpath_tlsa_match",
                "Whether the chain sent matches a secure and usable TLSA record.",
                samples: endpoints.samples { result, labels in
                    result.handshake?.dane?.matches.map { Sample($0, labels) }
                }),
        ]
    }
}

/// The endpoints of a report, each with the labels that all families have of it.
struct LabelledEndpoints {
    private let results: [EndpointResult]
    private let labels: [Labels]

    init(_ results: [EndpointResult]) {
        self.results = results
        labels = results.map(\.endpoint.labels)
    }

    /// One sample for each endpoint that has it.
    func samples(_ sample: (EndpointResult, Labels) -> Sample?) -> [Sample] {
        zip(results, labels).compactMap { sample($0, $1) }
    }

    func flatMap<Item>(_ items: (EndpointResult, Labels) -> [Item]) -> [Item] {
        zip(results, labels).flatMap { items($0, $1) }
    }
}

extension Endpoint {
    fileprivate var labels: Labels {
        ["host": host.plain(), "address": address.description, "port": String(port.number)]
    }
}

extension Handshake {
    fileprivate func agreed(_ version: String) -> Labels {
        [
            "version": versionText(version).plain(), "cipher": (cipher ?? "").plain(),
            "group": (group ?? "").plain(), "signature": (signature ?? "").plain(),
            "alpn": (alpn ?? "").plain(),
        ]
    }
}
