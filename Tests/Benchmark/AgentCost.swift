import Addresses
import Glibc
import Peers
import Sockets

/// A target of three ports of one address beside blackbox_exporter's three tcp probes with TLS of the same endpoints:
/// CPU and peak memory of both, by turns in one run. DNSSEC is on our side only.
enum AgentCost {
    /// With `alone` only our side runs, that many rounds, to be profiled.
    static func run(_ program: String, alone: Int? = nil) async throws {
        let ground = try await Ground.shared.value
        let authority = try await CertificateAuthority()
        let site = TLSServers.Site(name, try await authority.issue([name]))
        let address = ground.freshAddress()
        let server = try await TLSServers.nginx([address], [site], ports: ports)
        let tree = try await SignedTree([
            ZonePlan("hosts.test.", extra: "web A \(address)\n", cases: [])
        ])
        let pages = ports.map { "/probe?module=tls&target=\(name):\($0)" }
        let page = "/probe?target=\(name)&ports=" + ports.map { "\($0)" }.joined(separator: ",")
        let our = try await Scraped(
            "trustpath", program, ["--config.file"], ours(tree, authority), tree, [page],
            healthy: ["probe_success 1", "trustpath_dnssec_status{status=\"secure\"} 1"])
        if let alone {
            for _ in 0..<alone { _ = try await our.cost(of: count, atATime: concurrency) }
            print("memory", our.peak)
            await our.stop()
            return await server.stop()
        }
        let agents = [
            our,
            try await Scraped(
                "blackbox_exporter", "prometheus-blackbox-exporter", ["--config.file"],
                theirs(authority), tree, pages, healthy: ["probe_success 1"]),
        ]
        print(heading(try Program.path("prometheus-blackbox-exporter")))
        var costs: [[Double]] = [[], []]
        for round in 0...rounds {
            for (index, agent) in agents.enumerated() {
                let cost = try await agent.cost(of: count, atATime: concurrency)
                if round > 0 { costs[index].append(cost) }  // the first one fills the caches
            }
        }
        let medians = costs.map { $0.sorted()[$0.count / 2] }
        let peaks = agents.map(\.peak)
        for (index, agent) in agents.enumerated() {
            print(
                agent.name + String(repeating: " ", count: 24 - agent.name.count),
                decimal((costs[index].min() ?? .nan) / 1000), decimal(medians[index] / 1000),
                decimal(peaks[index] / 1024), separator: "     ")
        }
        let least = costs.map { $0.min() ?? .nan }
        print(
            "ratio" + String(repeating: " ", count: 19), decimal(least[0] / least[1]),
            decimal(medians[0] / medians[1]), decimal(peaks[0] / peaks[1]), separator: "     ")
        for agent in agents { await agent.stop() }
        await server.stop()
    }

    private static let name = "web.hosts.test"
    private static let ports = [443, 8443, 9443]
    private static let concurrency = 16
    private static let rounds = 7
    private static let count = 160

    private static func ours(_ tree: SignedTree, _ authority: CertificateAuthority) -> String {
        """
        modules:
          default:
            resolvers: [system]
            dnssec: {trust_anchors: \(tree.trustAnchors)}
            tls: {ca_file: \(authority.root)}
            addresses: {allow: [127.0.0.0/8]}

        """
    }

    private static func theirs(_ authority: CertificateAuthority) -> String {
        """
        modules:
          tls:
            prober: tcp
            tcp: {tls: true, preferred_ip_protocol: ip4, tls_config: {ca_file: \(authority.root)}}

        """
    }

    private static func heading(_ blackbox: String) -> String {
        """

        CPU (user and system) per target of three ports of one address, milliseconds, and peak resident memory (VmHWM),
        MB; \(rounds) rounds a side by turns, \(count) targets each, \(concurrency) at a time, every one an HTTP request.
          trustpath            one /probe: resolver and authorities asked, DNSSEC validated, TLSA, three handshakes
          blackbox_exporter    \(blackbox), three /probe of its tcp prober with TLS
          both ask one Unbound by /etc/resolv.conf, in mount namespaces of their own, and one nginx

        program                  CPU: min       median     memory
        """
    }
}

/// One of the programs, on a port of its own, with the name servers of the tree as its system's.
private final class Scraped: Sendable {
    let name: String
    private let daemon: Daemon
    private let process: Int
    private let server: SocketAddress
    private let pages: [String]
    private let healthy: [String]

    init(
        _ name: String, _ program: String, _ flags: [String], _ configuration: String,
        _ tree: SignedTree, _ pages: [String], healthy: [String]
    ) async throws {
        (self.name, self.pages, self.healthy) = (name, pages, healthy)
        let directory = try await Ground.shared.value.newDirectory(name)
        try write(configuration, to: directory + "/config.yml")
        try write("nameserver \(tree.resolver)\n", to: directory + "/resolv.conf")
        let port = freePort()
        guard let server = SocketAddress("127.0.0.1:\(port)") else { throw PeerError("no port") }
        self.server = server
        let script = """
            mount --bind resolv.conf /etc/resolv.conf
            echo $$ >pid
            exec "$@"
            """
        daemon = try await Daemon(
            "unshare",
            ["--mount", "bash", "-ec", script, name, try Program.path(program)] + flags
                + ["config.yml", "--web.listen-address", "127.0.0.1:\(port)"],
            in: directory, until: .port("127.0.0.1", port))
        guard let process = Int(read(directory + "/pid").dropLast()) else {
            throw PeerError("\(name) has no process")
        }
        self.process = process
    }

    func stop() async { await daemon.stop() }

    /// CPU time of the program for one target, microseconds; throws where one is not healthy.
    func cost(of count: Int, atATime concurrency: Int) async throws -> Double {
        let start = cpu
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= concurrency { try await group.next() }
                group.addTask { [self] in for page in pages { try await probe(page) } }
            }
            try await group.waitForAll()
        }
        return (cpu - start) / Double(count)
    }

    /// The most memory that was ever resident, kilobytes.
    var peak: Double {
        let line = read("/proc/\(process)/status").split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap(Double.init)
            ?? .nan
    }

    /// Microseconds in user and system mode, in steps of a clock tick.
    private var cpu: Double {
        // The name of the program, in parentheses, may hold anything.
        let fields =
            read("/proc/\(process)/stat").split(separator: ")").last?
            .split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return .nan }
        return (user + system) * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func probe(_ page: String) async throws {
        let deadline = Deadline.now + .seconds(20)
        let connection = try await TCPConnection.connect(to: server, by: deadline)
        defer { connection.close() }
        let request = """
            GET \(page) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r
            X-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n
            """
        try await connection.write(Array(request.utf8), by: deadline)
        var body: [UInt8] = []
        while case let bytes = try await connection.read(atMost: 65_536, by: deadline),
            !bytes.isEmpty
        { body += bytes }
        let text = String(decoding: body, as: UTF8.self)
        guard healthy.allSatisfy({ text.contains("\n\($0)\n") }) else {
            throw PeerError("\(name) \(page):\n\(text)\n\(daemon.log)")
        }
    }
}
