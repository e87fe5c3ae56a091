import Peers

/// What well-known dashboards and alerts for blackbox_exporter ask Prometheus for, in the words of theirs that concern
/// TLS; where they select nothing, `job` is added, since both exporters are in one Prometheus here.
struct DashboardExpression: Sendable, CustomStringConvertible {
    enum Result: Sendable {
        /// The same series and the same values.
        case same
        /// As before, and of these endpoints and no other.
        case only(Set<String>)
        /// The same series; their values are times that each measured itself, so that a comparison is left out.
        case measured
    }

    let text: String
    let result: Result

    init(_ text: String, _ result: Result = .same) { (self.text, self.result) = (text, result) }

    var description: String { text }

    static let all = mixin + collected + gallery + certificates + details

    /// The alerts and panels of the blackbox-exporter mixin.
    private static let mixin: [DashboardExpression] = [
        .init(#"probe_success{job=~"$job"} == 0"#, .only([])),
        .init(#"avg_over_time(probe_success{job=~"$job"}[30d]) * 100 < 99.9"#, .only([])),
        .init(#"probe_ssl_earliest_cert_expiry{job=~"$job"} - time() < 21 * 24 * 3600"#, expiring),
        .init(#"max by (instance) (probe_success{job=~"$job"})"#),
        .init(#"count(probe_success{job=~"$job", instance=~"$instance"} == 1) > 10"#),
        .init(
            #"(count(probe_success{job=~"$job"} == 1) OR vector(0)) / count(probe_success{job=~"$job"}) > bool 0.2"#
        ),
        .init(#"avg(probe_duration_seconds{job=~"$job"})"#, .measured),
        .init(
            #"max by (instance,version) (probe_tls_version_info{job=~"$job", instance=~"$instance"})"#
        ),
        .init(
            #"min by (instance) (probe_ssl_earliest_cert_expiry{job=~"$job", instance=~"$instance"} - time())"#
        ),
        .init(
            #"avg by (instance) (probe_dns_lookup_time_seconds{job=~"$job", instance=~"$instance"})"#,
            .measured),
    ]

    /// The collection "awesome-prometheus-alerts".
    private static let collected: [DashboardExpression] = [
        .init(#"avg_over_time(probe_duration_seconds{job=~"$job"}[1m]) > 1"#, .measured),
        .init(
            #"3 <= round((last_over_time(probe_ssl_earliest_cert_expiry{job=~"$job"}[10m]) - time()) / 86400, 0.1) < 20"#,
            .only(expiringNames)),
        .init(
            #"0 <= round((last_over_time(probe_ssl_earliest_cert_expiry{job=~"$job"}[10m]) - time()) / 86400, 0.1) < 3"#,
            .only([])),
        .init(
            #"round((last_over_time(probe_ssl_earliest_cert_expiry{job=~"$job"}[10m]) - time()) / 86400, 0.1) < 0"#,
            .only(["cross-signed.test:443"])),
    ]

    /// The dashboards 7587, 13659 and 14928 of Grafana's gallery.
    private static let gallery: [DashboardExpression] = [
        .init(#"probe_success{instance=~"$instance", job=~"$job"}"#),
        .init(#"probe_duration_seconds{instance=~"$instance", job=~"$job"}"#, .measured),
        .init(#"probe_ssl_earliest_cert_expiry{instance=~"$instance", job=~"$job"} - time()"#),
        .init(
            #"avg(probe_dns_lookup_time_seconds{instance=~"$instance", job=~"$job"})"#, .measured),
        .init(#"(probe_ssl_earliest_cert_expiry{job=~"$job"} - time()) / 3600 / 24"#),
        .init(#"count by (version) (probe_tls_version_info{job=~"$job", instance=~"$instance"})"#),
        .init(#"sum(probe_success{job=~"$job"}) / count(probe_success{job=~"$job"})"#),
    ]

    /// Expiry, as the dashboard 13230 and many rules ask for it.
    private static let certificates: [DashboardExpression] =
        [14, 30].map { days in
            .init(
                "probe_ssl_earliest_cert_expiry{job=~\"$job\"} - time() < 86400 * \(days)", expiring
            )
        } + [
            .init(
                #"probe_ssl_last_chain_expiry_timestamp_seconds{job=~"$job"} - time() < 86400 * 14"#,
                .only(expiringNames)),
            .init(
                #"count(probe_ssl_last_chain_expiry_timestamp_seconds{job=~"$job"} - time() < 86400 * 30)"#
            ),
            .init(
                #"sort(min by (instance) (probe_ssl_last_chain_expiry_timestamp_seconds{job=~"$job"}) - time())"#
            ),
            // A certificate that ends, of a chain that does not need it.
            .init(
                #"probe_ssl_last_chain_expiry_timestamp_seconds{job=~"$job"} > probe_ssl_earliest_cert_expiry"#,
                .only(["cross-signed.test:443"])),
            .init(
                #"(probe_ssl_earliest_cert_expiry{job=~"$job"} - time()) * on (instance, job) group_left (subject, issuer) probe_ssl_last_chain_info"#
            ),
        ]

    private static let details: [DashboardExpression] = [
        .init(#"probe_ssl_last_chain_info{job=~"$job"}"#),
        .init(
            #"count by (fingerprint_sha256, subject, subjectalternative) (probe_ssl_last_chain_info{job=~"$job"})"#
        ),
        .init(
            #"probe_ssl_last_chain_info{job=~"$job", issuer!~"CN=Trustpath Lab Intermediate"}"#,
            .only([])),
        .init(#"probe_tls_version_info{job=~"$job", version=~"TLS 1.[01]"}"#, .only([])),
        .init(#"probe_tls_version_info{job=~"$job"}"#),
        .init(
            #"probe_ip_protocol{job=~"$job"} == 6"#,
            .only(
                Ground.hasIPv6
                    ? [
                        "healthy.test:443", "healthy.test:993", "healthy.test:465",
                        "www.healthy.test:443", "https://healthy.test",
                    ] : [])),
        .init(#"probe_ip_protocol{job=~"$job"}"#),
        .init(#"probe_ip_addr_hash{job=~"$job"}"#),
        .init(#"changes(probe_ip_addr_hash{job=~"$job"}[1h]) > 0"#, .only([])),
        .init(#"changes(probe_ssl_earliest_cert_expiry{job=~"$job"}[1d]) > 0"#, .only([])),
        .init(
            #"absent(probe_ssl_earliest_cert_expiry{job=~"$job", instance="healthy.test:443"})"#,
            .only([])),
    ]

    private static let expiringNames: Set = [
        "expiring.test:443", "expiring.test:465", "https://expiring.test",
    ]
    /// The one certificate among the healthy ones that ends soon, and one that ended and is not needed.
    private static let expiring = Result.only(
        expiringNames.union(["cross-signed.test:443"]))
}
