import Peers
import Testing

extension PathTests {
    /// Resolvers with a policy against one name.
    @Suite struct FilterTests {
        private enum Kind: String, CaseIterable { case unbound, bind, knot }

        @Test(arguments: ["unbound", "bind", "knot"])
        func deniedByPolicy(_ kind: String) async throws {
            let world = try await PathWorld.shared.value
            let host = 75 + (Kind.allCases.firstIndex { $0.rawValue == kind } ?? 0)
            let daemon = try await Self.start(try #require(Kind(rawValue: kind)), at: host, world)
            let words = [
                world.place.address(host), "NXDOMAIN", world.place.address(PathWorld.web),
                "ns1.steady.test",
            ]
            try await world.probe("blocked.steady.test", host).expect(
                "resolver_filtered", "failure", mentions: words)
            // Who asks that resolver is hit, also where it is only compared with.
            try await world.probe("blocked.steady.test", PathWorld.resolver, host).expect(
                "resolver_filtered", "failure", mentions: words)
            try await world.probe("www.steady.test", host).expectHealthy()
            await daemon.stop()
        }

        /// An address that the resolver's operator gave the name differs, however long it may be kept; it is not old.
        @Test func localData() async throws {
            let world = try await PathWorld.shared.value
            let other = world.place.address(PathWorld.otherWeb)
            let daemon = try await PathResolvers.unbound(
                at: 84, hints: world.hints,
                settings: ["local-data: \"www.steady.test. 7200 A \(other)\""], on: world.place)
            try await world.probe("www.steady.test", 84).expectHealthy(
                except: ["resolver_disagreement"])
            await daemon.stop()
        }

        private static func start(_ kind: Kind, at host: Int, _ world: PathWorld) async throws
            -> Daemon
        {
            let policy = try world.place.ground.newDirectory("policy") + "/zone"
            try write(
                """
                $TTL 60
                @ SOA localhost. root.localhost. 1 3600 600 86400 60
                @ NS localhost.
                blocked.steady.test CNAME .

                """, to: policy)
            switch kind {
            case .unbound:
                return try await PathResolvers.unbound(
                    at: host, hints: world.hints, modules: "respip iterator",
                    clauses: "rpz:\n    name: rpz.local\n    zonefile: \"\(policy)\"",
                    on: world.place)
            case .bind:
                return try await PathResolvers.bind(
                    [
                        host: """
                        response-policy { zone "rpz.local"; } qname-wait-recurse no;
                        zone "rpz.local" { type primary; file "\(policy)"; allow-query { none; }; };
                        """
                    ], hints: world.hints, on: world.place)
            case .knot:
                return try await PathResolvers.knot(
                    at: host, hints: world.hints,
                    settings:
                        "policy.add(policy.suffix(policy.DENY, {todname('blocked.steady.test')}))",
                    on: world.place)
            }
        }
    }
}
