/// What every path test stands on: the root and `test.`, authorities that stay as they are, a sound
/// resolver, and a TLS server at two addresses whose certificate covers every name.
package final class PathWorld: Sendable {
    /// On loopback, started at first use.
    package static let shared = Task { try await PathWorld() }

    package let place: PathPlace
    /// A hints file that names the root server.
    package let hints: String
    package let authority: CertificateAuthority
    /// The root, `test.` and the zones that stay; its log has a line for every question.
    package let authorities: PathAuthority
    /// The sound resolver; its log has a line for every question.
    package let resolver: Daemon
    private let daemons: [Daemon]

    /// The last parts of the addresses; at `noWeb` nothing listens. The sound resolver answers at three.
    package static let (web, otherWeb, noWeb) = (22, 23, 24)
    package static let (resolver, second, third) = (61, 62, 63)
    /// Where `dns.steady.test` is.
    package static let encrypted = 81
    /// Where `dnsdist` stands before the sound resolver.
    package static let (passes, dropsUDP, dropsAll, dropsTCP) = (51, 52, 53, 54)
    package static let (truncates, truncatesWithoutTCP) = (55, 56)
    package static let (refuses, implementsNothing, fails) = (57, 58, 59)

    private init() async throws {
        let place = try await PathPlace()
        let hints = try place.ground.newDirectory("path") + "/hints"
        try write(". 3600 NS ns1.\nns1. 3600 A \(place.address(20))\n", to: hints)
        let zones = PathZone.standing(place) + PathZone.changing(place)
        let authority = try await CertificateAuthority()
        let identity = try await authority.issue(
            zones.map { "*." + $0.name.dropLast() } + ["steady.test", "*.wild.steady.test"]
                + ["*.tree.steady.test"])
        async let web = TLSServers.nginx(
            [place.address(Self.web), place.address(Self.otherWeb)],
            [TLSServers.Site("all.test", identity)])
        async let authorities = PathAuthority.bind(Self.plan(on: place), on: place)
        async let resolver = PathResolvers.unbound(
            at: Self.resolver, hints: hints,
            settings: [Self.second, Self.third].map { "interface: \(place.address($0))" }, on: place
        )
        async let front = PathFront.dnsdist(Self.manners, before: Self.resolver, on: place)
        (self.authorities, self.resolver) = try await (authorities, resolver)
        daemons = try await [web, front]
        (self.place, self.hints, self.authority) = (place, hints, authority)
    }

    private static let manners: [Int: PathFront.Manner] = [
        passes: .passes, dropsUDP: .dropsUDP, dropsAll: .dropsAll, dropsTCP: .dropsTCP,
        truncates: .truncates, truncatesWithoutTCP: .truncatesWithoutTCP,
        refuses: .answers("REFUSED"), implementsNothing: .answers("NOTIMP"),
        fails: .answers("SERVFAIL"),
        // Authorities: one that is silent, and two whose answers are those of 46 or of 47.
        41: .dropsAll, 44: .sees(client: resolver, at: 46, others: 47), 45: .alternates(46, 47),
    ]

    /// Which address has which zone.
    private static func plan(on place: PathPlace) -> [Int: [PathZone]] {
        let delegations = (PathZone.standing(place) + PathZone.changing(place))
            .filter { $0.name != "shop.count.test." }.map { $0.delegation(on: place) }.joined()
        let test = PathZone("test.", servers: PathZone.servers(21), records: delegations)
        let root = PathZone(
            ".", servers: PathZone.servers(20), records: test.delegation(on: place))
        var zones = [20: [root], 21: [test]]
        for zone in PathZone.standing(place) {
            for host in Set((zone.servers + zone.delegated).map(\.host))
            where (35...38).contains(host) {
                zones[host, default: []].append(zone)
            }
        }
        // A server that has no zone of those that are delegated to it.
        zones[39] = []
        zones[40] = []
        return zones
    }
}

extension PathZone {
    /// Zones that one BIND serves at addresses 35 to 38. 39 and 40 answer and have none; 41 drops
    /// everything; nothing listens at 42.
    static func standing(_ place: PathPlace) -> [PathZone] {
        let web = place.address(PathWorld.web)
        let otherWeb = place.address(PathWorld.otherWeb)
        func zone(
            _ name: String, _ servers: [Server], delegated: [Server]? = nil, records: String? = nil
        ) -> PathZone {
            PathZone(
                name, servers: servers, delegated: delegated,
                records: records ?? "www A \(web)")
        }
        let counted = zone("shop.count.test.", servers(35, 36, 37, 38))
        return [
            zone(
                "steady.test.", servers(35, 36, 37, 38),
                records: """
                    @ A \(web)
                    www A \(web)
                    several A \(web)
                    several A \(otherWeb)
                    cdn CNAME edge.network.test.
                    blocked A \(web)
                    dns A \(place.address(PathWorld.encrypted))
                    *.wild A \(web)
                    brief 0 A \(web)
                    tree DNAME network.test.
                    chain CNAME edge.tree
                    into-lame CNAME www.all-lame.test.
                    into-nothing CNAME nothing.network.test.
                    """),
            zone(
                "network.test.", servers(36), records: "edge A \(web)\nedge A \(otherWeb)"),
            zone(
                "borrowed.test.", [Server("ns1.steady.test.", 35), Server("ns2.steady.test.", 36)]),
            zone("count.test.", servers(38), records: counted.delegation(on: place)),
            counted,
            zone("lame.test.", servers(35, 39)),
            zone("all-lame.test.", servers(39, 40)),
            zone("quiet.test.", servers(35, 41)),
            zone("closed.test.", servers(35, 42)),
            zone("all-quiet.test.", servers(41)),
            zone(
                "differs.test.", [Server("ns1", 35), Server("ns3", 37)],
                delegated: [Server("ns1", 35), Server("ns2", 36)]),
            zone(
                "glue.test.", [Server("ns1", 35), Server("ns2", 37)],
                delegated: [Server("ns1", 35), Server("ns2", 36)]),
        ]
    }

    /// Zones that servers of single suites serve, with nothing in them yet.
    static func changing(_ place: PathPlace) -> [PathZone] {
        // In the order of their servers' addresses.
        [
            PathZone("changed.test.", servers: servers(31), records: ""),
            PathZone("brief.test.", servers: servers(31), records: ""),
            PathZone("pending.test.", servers: servers(33, 34), records: ""),
            PathZone("lost.test.", servers: servers(43), records: ""),
            PathZone("geo.test.", servers: servers(44), records: ""),
            PathZone("rotating.test.", servers: servers(45), records: ""),
            PathZone("sample.test.", servers: servers(48), records: ""),
            PathZone("late.test.", servers: servers(49, 50), records: ""),
        ]
    }
}
