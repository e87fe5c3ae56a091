import Peers

/// A name of the lab and one of its services, as both exporters are told of it.
struct ProbedEndpoint: Hashable, Sendable {
    enum Service: String, Sendable {
        case https, imaps, smtps, smtp, imap
        /// As `https`, by the http prober of theirs.
        case web
    }

    let name: String
    let service: Service

    init(_ name: String, _ service: Service = .https) {
        (self.name, self.service) = (name, service)
    }

    /// The label `instance`, with the port that the lab's port stands for.
    var instance: String {
        service == .web ? "https://\(name)" : "\(name):\(Self.ports[service] ?? 0)"
    }

    /// "NAME:PORT", as a label `instance` says it.
    init?(instance: String) {
        let parts = instance.split(separator: ":")
        guard parts.count == 2, let service = Self.ports.first(where: { "\($0.value)" == parts[1] })
        else { return nil }
        self.init(String(parts[0]), service.key)
    }

    private static let ports: [Service: Int] = [
        .https: 443, .imaps: 993, .smtps: 465, .smtp: 25, .imap: 143,
    ]

    /// Those that nothing is wrong with that a TLS client would notice.
    static let healthy =
        [
            "healthy.test", "www.healthy.test", "any.wildcard.test", "rsa.test", "ed25519.test",
            "unsigned.test", "web-only.test", "expiring.test", "tlsa.test",
            "unknown-algorithm.test",
            // Chains of three: with the root, in another order, with a cross-signature that ended.
            "root-sent.test", "misordered.test", "cross-signed.test",
        ].map { ProbedEndpoint($0) } + [
            ProbedEndpoint("healthy.test", .imaps), ProbedEndpoint("healthy.test", .smtps),
            ProbedEndpoint("rsa.test", .imaps), ProbedEndpoint("expiring.test", .smtps),
            ProbedEndpoint("starttls.test", .smtp), ProbedEndpoint("starttls-imap.test", .imap),
            ProbedEndpoint("healthy.test", .web), ProbedEndpoint("rsa.test", .web),
            ProbedEndpoint("expiring.test", .web),
        ]

    func blackbox(at place: String, _ lab: LabAgent) -> String {
        let module =
            switch service {
            case .https, .imaps, .smtps: "tls"
            case .smtp: "smtp_starttls"
            case .imap: "imap_starttls"
            case .web: "http_2xx"
            }
        let scheme = service == .web ? "https://" : ""
        return target(place, "\(scheme)\(name):\(port(lab))", ", __param_module: \(module)")
    }

    func trustpath(at place: String, _ lab: LabAgent) -> String {
        let scheme = service == .web ? "https" : service.rawValue
        return target(place, "\(scheme)://\(name):\(port(lab))")
    }

    private func target(_ place: String, _ target: String, _ more: String = "") -> String {
        "      - {targets: [\"\(place)\"],"
            + " labels: {instance: \"\(instance)\", __param_target: \"\(target)\"\(more)}}"
    }

    private func port(_ lab: LabAgent) -> Int {
        switch service {
        case .https, .web: lab.https
        case .imaps: lab.imaps
        case .smtps: lab.smtps
        case .smtp: lab.smtp
        case .imap: lab.imap
        }
    }
}
