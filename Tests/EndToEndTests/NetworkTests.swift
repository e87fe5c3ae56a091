import Peers
import Testing

/// What ICMP and routes say, in a network of the test's own.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(if: Program.arePresent("ip", "openssl"), "needs root, iproute2 and openssl"),
    .enabled("network namespaces are not allowed here") { await Namespaces.areAllowed.value })
struct NetworkTests {
    private struct Row {
        let arguments: [String]
        let expected: String?
        let status: Int32

        init(_ arguments: String..., expected: String?, status: Int32? = nil) {
            (self.arguments, self.expected) = (arguments, expected)
            self.status = status ?? (expected == nil ? 0 : 1)
        }
    }

    /// Carried by the far host: each row that port 444 refuses has one of its own.
    private static let good = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4"]
    private static let good6 = "2001:db8:1::1"
    private static let unreachable = ["198.51.100.11", "198.51.100.12", "198.51.100.13"]
    private static let unreachable6 = "2001:db8:1::2"
    private static let prohibited = ["198.51.100.21", "198.51.100.22"]
    private static let prohibited6 = "2001:db8:1::3"

    private static let rows = [
        Row(good[0], "--ports", "443", expected: nil),
        Row("[\(good6)]:443", expected: nil),
        Row(good[0], "--ports", "9", expected: "tcp_connection_refused"),
        Row(unreachable[0], expected: "host_unreachable"),
        Row("[\(unreachable6)]:443", expected: "host_unreachable"),
        // No port of the address answers: the host is what cannot be reached, whoever forbids it.
        Row(prohibited[0], expected: "host_unreachable"),
        Row("[\(prohibited6)]:443", expected: "host_unreachable"),
        Row(good[1], "--ports", "444", expected: "host_unreachable"),
        Row(good[2], "--ports", "444,443", expected: "port_blocked"),
        Row(good6, "--ports", "443,444", expected: "port_blocked"),
        // RST is an answer, too.
        Row(good[3], "--ports", "444,9", expected: "port_blocked"),
        Row(
            good[0], "--address", good[0], "--address", unreachable[1], "--ports", "443",
            expected: "endpoint_partial_outage"),
        Row(
            good[0], "--address", good[0], "--address", unreachable6, "--ports", "443",
            expected: "address_family_broken"),
        Row(
            "example.test", "--resolver", unreachable[2], "--resolver", prohibited[1],
            expected: "dns_blocked", status: 3),
    ]

    private static let withoutRoutes = [
        Row("198.51.100.99", expected: "probe_local_error", status: 3),
        Row("[\(good6)]:443", expected: "probe_local_error", status: 3),
        // A route of this host's own that says no is no message of the network's.
        Row("203.0.113.1", expected: "probe_local_error", status: 3),
        Row("203.0.113.129", expected: "probe_local_error", status: 3),
        Row(
            "example.test", "--resolver", "198.51.100.99", expected: "probe_local_error",
            status: 3),
    ]

    @Test func networkAndRoutes() async throws {
        let network = try await Namespaces("probe")
        let world = try await World(network)
        try await world.check(Self.rows)
        // ICMP may come back while `connect` still holds the socket; it must count all the same.
        try await world.check(Array(repeating: Self.rows[4], count: 12))

        // IPv6 is gone: its addresses are not tried, and that is a warning.
        try await network.configure(network.near, "-6 route del default")
        let both = [Self.good[0], "--address", Self.good[0], "--address", Self.good6]
        let report = try ReportText(await world.probe(both))
        #expect(report.class == nil)
        #expect(report.findings.map(\.class) == ["probe_local_error"])
        #expect(report.findings.map(\.severity) == ["warning"])
        let page = MetricsPage(try await world.probe(both, output: "metrics").output)
        #expect(page.addresses == [Self.good[0]])

        try await network.configure(
            network.near, "route del default", "route add unreachable 203.0.113.0/25",
            "route add prohibit 203.0.113.128/25")
        try await world.check(Self.withoutRoutes)
        for server in world.servers { await server.stop() }
        try await network.remove()
    }

    /// A TLS server in the far namespace, and a configuration that trusts it.
    private struct World: Sendable {
        let network: Namespaces
        let servers: [Daemon]
        let configuration: String

        init(_ network: Namespaces) async throws {
            self.network = network
            for address in good { try await network.host(address + "/32") }
            try await network.host(good6 + "/128")
            for address in unreachable { try await network.refuse(address + "/32", "unreachable") }
            try await network.refuse(unreachable6 + "/128", "unreachable")
            for address in prohibited { try await network.refuse(address + "/32", "prohibit") }
            try await network.refuse(prohibited6 + "/128", "prohibit")
            for address in good + unreachable + prohibited {
                let host = address.split(separator: ".").last.flatMap { Int($0) }
                try await network.useOwnSource(towards: #require(host))
            }
            try await network.prohibit(port: 444)
            let authority = try await CertificateAuthority()
            let identity = try await authority.issue(["far.test"])
            servers = try await together(["-4", "-6"]) { family in
                try await network.start(
                    "openssl",
                    [
                        "s_server", "-www", family, "-accept", "443", "-cert", identity.chain,
                        "-cert_chain", authority.intermediate, "-key", identity.key,
                    ], inside: network.far, until: "ACCEPT")
            }
            configuration = authority.directory + "/trustpath.yml"
            try write(
                """
                modules:
                  default:
                    dnssec: {mode: disabled}
                    ports: [443]
                    tls: {ca_file: \(authority.root), server_name: far.test}

                """, to: configuration)
        }

        func probe(_ arguments: [String], output: String = "json") async throws -> CommandResult {
            try await network.run(
                trustpathBinary(),
                ["probe"] + arguments + ["--config.file", configuration, "--output", output])
        }

        /// Records each row that comes out otherwise.
        func check(_ rows: [Row]) async throws {
            let results = try await together(rows) { try await probe($0.arguments) }
            for (row, result) in zip(rows, results) {
                let report = try ReportText(result)
                let words = row.arguments.joined(separator: " ")
                #expect(report.class == row.expected, "\(words): \(result.output)")
                #expect(result.status == row.status, "\(words)")
            }
        }
    }
}
