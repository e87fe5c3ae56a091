import Peers
import Testing

/// Every query, as a real Prometheus answers it that scrapes the lab.
@Suite(
    .enabled(if: Program.arePresent("prometheus", "dig") && Program.isTrustpathExpected),
    .timeLimit(.minutes(5)))
struct DashboardQueriesTests {
    /// Queries that the lab gives nothing for, and why. One that does give something may not stand here.
    static let empty = [
        "trustpath-fleet: Signatures ending A":
            "A signature with little time left is not among the lab's; those that are over are not verified."
    ]

    @Test(arguments: Dashboard.names) func giveData(_ name: String) async throws {
        let lab = try await MonitoredLab.shared.value
        let dashboard = try Dashboard.read(name)
        let values = try await VariableValues(of: dashboard, in: lab)
        for query in dashboard.queries {
            // A count that is 0 where there is nothing to count shows nothing of its query.
            let expression = query.expression.replacing(" or vector(0)", with: "")
            var samples: [PrometheusServer.Sample] = []
            for chosen in values.choices where samples.isEmpty {
                samples = try await lab.query(values.fill(expression, chosen))
            }
            if let reason = Self.empty[query.name] {
                #expect(samples.isEmpty, "\(query.name) has data: \(reason)")
                continue
            }
            #expect(!samples.isEmpty, "\(query.name) has no data: \(expression)")
            #expect(samples.allSatisfy { $0.value.isFinite }, "\(query.name)")
            for label in PromQLText.labels(inLegend: query.legend) where !samples.isEmpty {
                #expect(samples.contains { $0.labels[label] != nil }, "\(query.name): {{\(label)}}")
            }
        }
    }

    /// The report that a link opens is that of the target; `${agent}` is what the user says of the agent's place.
    @Test(arguments: ["fleet", "target"]) func linksOpenReports(_ name: String) async throws {
        let lab = try await MonitoredLab.shared.value
        let links = read(Dashboard.path(name)).matches(of: #/"(\$\{agent\}/report[^"]+)"/#)
        #expect(!links.isEmpty)
        for link in Set(links.map { String($0.output.1) }) {
            let address = link.replacing("${agent}", with: lab.agent)
                .replacing(#/\$\{[A-Za-z_.]+:percentencode\}/#, with: "https%3A%2F%2Fhealthy.test")
            #expect(try await get(address).contains("https://healthy.test"), "\(address)")
        }
    }

    @Test func noExceptionIsForgotten() throws {
        let names = try Dashboard.names.flatMap { try Dashboard.read($0).queries.map(\.name) }
        #expect(Set(names).isSuperset(of: Self.empty.keys))
    }

    @Test(arguments: Dashboard.names) func groupByLabelsThatAreThere(_ name: String) async throws {
        let lab = try await MonitoredLab.shared.value
        let labels = try await lab.prometheus.labels(ofMetrics: ".+")
        for query in try Dashboard.read(name).queries {
            let text = PromQLText(query.expression)
            let known = text.metrics.reduce(text.addedLabels.union(Self.unset.keys)) {
                $0.union(labels[$1] ?? [])
            }
            #expect(text.groupingLabels.subtracting(known) == [], "\(query.name)")
            #expect(text.matchedLabels.subtracting(known) == [], "\(query.name)")
        }
    }

    /// Labels that are empty wherever the lab is probed, which is to Prometheus as if they were not there; and why.
    static let unset = ["alpn": "No server of the lab speaks ALPN."]

    /// The lab's targets give every family there is, and each is shown somewhere.
    @Test func everyFamilyIsShown() async throws {
        let lab = try await MonitoredLab.shared.value
        let given = Set(
            try await lab.prometheus.labels(ofMetrics: "(probe|trustpath|process)_.+").keys)
        let families = DocumentedFamily.all
        #expect(families.count > 60)
        let shown = try Dashboard.names.flatMap { try Dashboard.read($0).queries }
            .reduce(into: Set<String>()) { $0.formUnion(PromQLText($1.expression).metrics) }
        for family in families {
            #expect(family.isAmong(given), "\(family.name) is not in the lab's pages")
            #expect(
                family.isAmong(shown) != Self.notShown.keys.contains(family.name), "\(family.name)")
        }
    }

    /// Families that no dashboard shows, and why.
    static let notShown = [
        "probe_timeout_seconds": "a setting",
        "process_virtual_memory_bytes": "of no use: what is resident counts",
        "probe_dns_lookup_time_seconds": "the stage resolve",
        "probe_ip_protocol": "of one endpoint; all are shown",
        "probe_ip_addr_hash": "of one endpoint; the answer's hash is shown",
        "probe_ssl_earliest_cert_expiry": "of one endpoint; all are shown",
        "probe_ssl_last_chain_expiry_timestamp_seconds": "of one endpoint; all are shown",
        "probe_ssl_last_chain_info": "of one endpoint; all are shown",
        "probe_tls_version_info": "of one endpoint; all are shown",
        "probe_tls_cipher_info": "of one endpoint; all are shown",
    ]
}
