import Addresses
import Exposition

extension Report {
    /// Connections and handshakes.
    var endpointFamilies: [MetricFamily] {
        [
            MetricFamily(
                "trustpath_endpoint_up", "Whether TCP connects.",
                samples: samples { result, labels in
                    result.connection.isUp.map { Sample($0, labels) }
                }),
            MetricFamily(
                "trustpath_endpoint_connect_duration_seconds", "Time until TCP stood.",
                samples: samples { result, labels in
                    guard case .connected(let duration) = result.connection else { return nil }
                    return Sample(duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_endpoint_starttls_duration_seconds",
                "Time from the connection to the go-ahead for TLS.",
                samples: samples { result, labels in
                    guard let startTLS = result.startTLS, startTLS.isReady else { return nil }
                    return Sample(startTLS.duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_endpoint_handshake_duration_seconds",
                "Time that the TLS handshake took.",
                samples: samples { result, labels in
                    guard let handshake = result.handshake, handshake.isCompleted else {
                        return nil
                    }
                    return Sample(handshake.duration.seconds, labels)
                }),
            MetricFamily(
                "trustpath_tls_handshake_success",
                "Whether the TLS handshake completes; certificates are judged apart.",
                samples: samples { result, labels in
                    result.handshake?.outcome.isSuccess.map { Sample($0, labels) }
                }),
            MetricFamily(
                "trustpath_tls_info", "What the TLS handshake agreed on.",
                samples: samples { result, labels in
                    guard let handshake = result.handshake, let version = handshake.version
                    else { return nil }
                    return Sample(true, labels + handshake.agreed(version))
                }),
            MetricFamily(
                "trustpath_tls_version_offered", "Whether the server takes this version.",
                samples: endpoints.flatMap { result in
                    (result.handshake?.offers?.versions ?? [:]).sorted { $0.key < $1.key }.map {
                        Sample($0.value, result.endpoint.labels + [("version", $0.key.text)])
                    }
                }),
            MetricFamily(
                "trustpath_tlsa_match",
                "Whether the chain sent matches a secure and usable TLSA record.",
                samples: samples { result, labels in
                    result.handshake?.dane?.matches.map { Sample($0, labels) }
                }),
        ]
    }

    /// One sample for each endpoint that has it, labelled with the endpoint.
    func samples(_ sample: (EndpointResult, [Sample.Label]) -> Sample?) -> [Sample] {
        endpoints.compactMap { sample($0, $0.endpoint.labels) }
    }
}

extension Endpoint {
    var labels: [Sample.Label] {
        [("host", host.plain()), ("address", address.description), ("port", String(port.number))]
    }
}

extension Handshake {
    fileprivate func agreed(_ version: String) -> [Sample.Label] {
        [
            ("version", versionText(version)), ("cipher", cipher ?? ""), ("group", group ?? ""),
            ("signature", signature ?? ""), ("alpn", alpn ?? ""),
        ].map { ($0.0, $0.1.plain()) }
    }
}
