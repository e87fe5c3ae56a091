/// Root, `test.`, a few zones and an Unbound in a far network namespace behind a packet filter; the
/// program runs in the near one. Addresses are 198.51.100.x.
package final class FilteredNetwork: Sendable {
    package let place: PathPlace
    private let network: Namespaces
    /// A hints file that names the root server.
    package let hints: String
    private let root: String
    private let servers: [PathAuthority]
    private let daemons: [Daemon]

    /// The last parts of addresses: the web server, authorities of `open.test.`, `walled.test.` and `datagram.test.`,
    /// and Unbound, which answers at all of `resolvers`.
    package static let (web, open, walled, datagram) = (22, 35, 36, 37)
    /// Another address of the web server, from a block that is not routed outside.
    package static let inside = "10.53.0.1"
    package static let resolvers = 61...70
    /// An Unbound whose policy gives other addresses to `nowhere.open.test` and `inside.open.test`.
    package static let rewriting = 71

    /// `rules` are lines of the input and output chains of the far side, in nft's language.
    package init(_ name: String, input: [String], output: [String] = []) async throws {
        let network = try await Namespaces(name)
        let place = try await PathPlace(namespace: network.far)
        for host in [Self.web] + Self.resolvers + [Self.rewriting] { try await place.carry(host) }
        try await network.host(Self.inside + "/32")
        // As most hosts are: nameservers have IPv6 addresses, and this host has none.
        try await network.configure(network.near, "-6 route del default")
        let hints = try place.ground.newDirectory("path") + "/hints"
        try write(". 3600 NS ns1.\nns1. 3600 A \(place.address(20))\n", to: hints)
        let authority = try await CertificateAuthority()
        let identity = try await authority.issue(
            ["open", "walled", "datagram", "dual", "sibling"].map { "*.\($0).test" })
        async let web = network.start(
            "openssl",
            [
                "s_server", "-www", "-accept", "443", "-cert", identity.chain, "-cert_chain",
                authority.intermediate, "-key", identity.key,
            ], inside: network.far, until: "ACCEPT")
        async let authorities = PathAuthority.bind(Self.zones(place), on: place)
        async let unbound = PathResolvers.unbound(
            at: Self.resolvers.lowerBound, hints: hints,
            settings: Self.resolvers.dropFirst().map { "interface: \(place.address($0))" },
            on: place)
        async let rewriting = PathResolvers.unbound(
            at: Self.rewriting, hints: hints, modules: "respip iterator",
            clauses: Self.policy(on: place), on: place)
        servers = try await [authorities]
        daemons = try await [web, unbound, rewriting]
        (self.network, self.place, root) = (network, place, authority.root)
        self.hints = hints
        let rules = """
            table inet path {
                chain input {
                    type filter hook input priority 0; policy accept;
                    \(input.map { "iifname \"veth\" \($0);" }.joined(separator: "\n        "))
                }
                chain output {
                    type filter hook output priority 0; policy accept;
                    \(output.map { "oifname \"veth\" \($0);" }.joined(separator: "\n        "))
                }
            }

            """
        try await network.filter(rules)
    }

    /// What `trustpath probe` in the near namespace reports of a name.
    package func probe(_ name: String, _ resolvers: [Int], _ settings: String = "") async throws
        -> CommandResult
    {
        try await network.run(
            trustpathBinary(),
            [
                "probe", name, "--config.file", configuration(resolvers, settings), "--output",
                "json",
            ])
    }

    /// `trustpath serve` in the near namespace, on its port 10853.
    package func agent(_ resolvers: [Int]) async throws -> Daemon {
        try await network.start(
            trustpathBinary(),
            [
                "serve", "--config.file", configuration(resolvers), "--web.listen-address",
                "127.0.0.1:10853",
            ], inside: network.near, until: "msg=listening")
    }

    /// What the agent reports of a name.
    package func report(_ name: String) async throws -> CommandResult {
        try await network.run(
            "curl",
            [
                "--silent", "--show-error", "--noproxy", "*", "--header",
                "Accept: application/json", "http://127.0.0.1:10853/report?target=\(name)",
            ])
    }

    /// Drops whatever comes to port 53 from now on.
    package func block() async throws {
        try await network.filter(
            "add rule inet path input iifname veth meta l4proto { tcp, udp } th dport 53 drop\n")
    }

    private func configuration(_ resolvers: [Int], _ settings: String = "") throws -> String {
        let file = try place.ground.newDirectory("module") + "/trustpath.yml"
        try write(
            """
            modules:
              default:
                timeout: 6s
                resolvers: [\(resolvers.map { place.address($0) }.joined(separator: ", "))]
                ports: [443]
                dnssec: {mode: disabled}
                tls: {ca_file: \(root)}
                \(settings)

            """, to: file)
        return file
    }

    package func stop() async throws {
        for server in servers { await server.stop() }
        for daemon in daemons { await daemon.stop() }
        try await network.remove()
    }

    private static func zones(_ place: PathPlace) -> [Int: [PathZone]] {
        let web = place.address(web)
        // Five long aliases make an answer of more than 512 bytes.
        let labels = (0...5).map { "\($0)" + String(repeating: "x", count: 60) }
        let chain = zip(labels, labels.dropFirst()).map { "\($0) CNAME \($1)\n" }.joined()
        let open = PathZone(
            "open.test.", servers: PathZone.servers(Self.open),
            records: """
                www A \(web)
                nowhere A \(web)
                inside A \(web)
                office A \(Self.inside)
                ns1 3600 AAAA 2001:db8:1::35
                large CNAME \(labels[0])
                \(chain)\(labels[5]) A \(web)
                """)
        let walled = PathZone(
            "walled.test.", servers: PathZone.servers(Self.walled), records: "www A \(web)")
        let datagram = PathZone(
            "datagram.test.", servers: PathZone.servers(Self.datagram), records: "www A \(web)")
        // The parent knows one of two addresses of their nameserver, which is in one of them.
        let dual = PathZone(
            "dual.test.", servers: PathZone.servers(38),
            records: "www A \(web)\nns1 3600 AAAA 2001:db8:1::38")
        let sibling = PathZone(
            "sibling.test.", servers: [.init("ns1.dual.test.", 38)], records: "www A \(web)")
        // Nothing is at that address.
        let dead = PathZone("dead.test.", servers: PathZone.servers(39), records: "")
        let test = PathZone(
            "test.", servers: PathZone.servers(21),
            records: [open, walled, datagram, dual, sibling, dead].map { $0.delegation(on: place) }
                .joined()
                + "ns1.open.test. 3600 AAAA 2001:db8:1::35\n")
        let root = PathZone(
            ".", servers: PathZone.servers(20), records: test.delegation(on: place))
        return [
            20: [root], 21: [test], Self.open: [open], Self.walled: [walled],
            Self.datagram: [datagram], 38: [dual, sibling],
        ]
    }

    private static func policy(on place: PathPlace) throws -> String {
        let file = try place.ground.newDirectory("policy") + "/zone"
        try write(
            """
            $TTL 60
            @ SOA localhost. root.localhost. 1 3600 600 86400 60
            @ NS localhost.
            nowhere.open.test A 0.0.0.0
            nowhere.open.test AAAA ::
            inside.open.test A 10.1.2.3

            """, to: file)
        return "rpz:\n    name: rpz.local\n    zonefile: \"\(file)\""
    }
}

extension Namespaces {
    /// Gives the far side's packet filter commands in nft's language.
    fileprivate func filter(_ commands: String) async throws {
        try await check(
            "ip", ["netns", "exec", far, try Program.path("nft"), "-f", "-"], input: commands)
    }
}
