import Foundation
import Peers

/// The lab, with a real blackbox_exporter and trustpath before the same endpoints of it, and one Prometheus that scrapes
/// both: the jobs are `blackbox` and `trustpath`, `instance` is the same in both. Endpoints on which the two differ have
/// jobs of their own, so that aggregations are over the healthy ones.
final class BlackboxWorld: Sendable {
    static let shared = Task { try await BlackboxWorld() }

    let lab: LabAgent
    let blackbox: BlackboxExporter
    let prometheus: PrometheusServer
    private let forwarder: Daemon

    /// A moment at which every endpoint was scraped by both.
    let moment: Int
    /// What the pages of each job say of each instance at that moment.
    let verdicts: [String: [String: Difference.Verdict]]

    private init() async throws {
        lab = try await LabAgent.shared.value
        let resolver = try await Ground.shared.value.freshAddress()
        forwarder = try await lab.forwarder(at: resolver)
        blackbox = try await BlackboxExporter(
            configuration: Self.modules.replacing("CA_FILE", with: lab.rootCertificate),
            resolver: resolver)
        prometheus = try await PrometheusServer(
            configuration: Self.configuration(lab, blackbox))
        // The most that one of the two may need for a server that is silent is the scrape's timeout.
        let (healthy, others) = (ProbedEndpoint.healthy.count, Difference.documented.count)
        _ = try await prometheus.wait(
            for: "count(up == 1 and on (job, instance) probe_success)", seconds: 90
        ) { $0.first?.value == Double(2 * (healthy + others)) }
        // A first scrape may come before everything has warmed up.
        _ = try await prometheus.wait(
            for: "count(probe_success{job=~\"blackbox|trustpath\"} == 1)", seconds: 60
        ) { $0.first?.value == Double(2 * healthy) }
        moment = Int(Date.now.timeIntervalSince1970)
        verdicts = try await Self.verdicts(prometheus, at: moment)
    }

    private static func verdicts(
        _ prometheus: PrometheusServer, at moment: Int
    ) async throws -> [String: [String: Difference.Verdict]] {
        let place = { (sample: PrometheusServer.Sample) in
            [sample.labels["job"] ?? "", sample.labels["instance"] ?? ""]
        }
        let failures = try await prometheus.query("trustpath_failure == 1", at: moment)
        let classes = Dictionary(
            failures.map { (place($0), $0.labels["class"] ?? "") }, uniquingKeysWith: { $0 + $1 })
        let certificates = Set(
            try await prometheus.query("probe_ssl_earliest_cert_expiry", at: moment).map(place))
        let success = try await prometheus.query("probe_success", at: moment)
        return Dictionary(grouping: success) { $0.labels["job"] ?? "" }.mapValues { samples in
            Dictionary(
                uniqueKeysWithValues: samples.map { sample in
                    let verdict = Difference.Verdict(
                        success: Int(sample.value), failureClass: classes[place(sample)],
                        hasCertificate: certificates.contains(place(sample)))
                    return (sample.labels["instance"] ?? "", verdict)
                })
        }
    }

    /// What an expression of a dashboard gives for one of the jobs, without the label that tells them apart, at the one
    /// moment; the value by the labels.
    func evaluate(_ expression: String, job: String) async throws -> [[String: String]: Double] {
        let text = expression.replacing("$job", with: job).replacing("$instance", with: ".+")
        let samples = try await prometheus.query(text, at: moment)
        return Dictionary(
            samples.map { sample in
                // blackbox_exporter has the serial number from 0.26 on.
                (sample.labels.filter { !["job", "serialnumber"].contains($0.key) }, sample.value)
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func configuration(_ lab: LabAgent, _ blackbox: BlackboxExporter) -> String {
        """
        global: {scrape_interval: 6s, scrape_timeout: 6s}
        scrape_configs:
        \(job("blackbox", ProbedEndpoint.healthy) { $0.blackbox(at: blackbox.place, lab) })
        \(job("trustpath", ProbedEndpoint.healthy) { $0.trustpath(at: lab.agent.place, lab) })
        \(job("blackbox-differs", Difference.endpoints) { $0.blackbox(at: blackbox.place, lab) })
        \(job("trustpath-differs", Difference.endpoints) { $0.trustpath(at: lab.agent.place, lab) })
        """
    }

    private static func job(
        _ name: String, _ endpoints: [ProbedEndpoint], _ line: (ProbedEndpoint) -> String
    ) -> String {
        (["  - job_name: \(name)", "    metrics_path: /probe", "    static_configs:"]
            + endpoints.map(line)).joined(separator: "\n")
    }

    /// As in the document's "before", with the lab's root.
    static let modules = """
        modules:
          tls:
            prober: tcp
            tcp: {tls: true, tls_config: {ca_file: CA_FILE}}
          http_2xx:
            prober: http
            http: {tls_config: {ca_file: CA_FILE}}
          smtp_starttls:
            prober: tcp
            timeout: 5s
            tcp:
              query_response:
                - expect: "^220 "
                - send: "EHLO prober\\r"
                - expect: "^250[- ]STARTTLS"
                - send: "STARTTLS\\r"
                - expect: "^220"
                - starttls: true
              tls_config: {ca_file: CA_FILE}
          imap_starttls:
            prober: tcp
            timeout: 5s
            tcp:
              query_response:
                - expect: "^[*] OK"
                - send: "a CAPABILITY\\r"
                - expect: "STARTTLS"
                - expect: "^a OK"
                - send: "b STARTTLS\\r"
                - expect: "^b OK"
                - starttls: true
              tls_config: {ca_file: CA_FILE}
          insecure:
            prober: tcp
            tcp: {tls: true, tls_config: {insecure_skip_verify: true}}
        """
}
