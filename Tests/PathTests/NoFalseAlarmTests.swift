import Peers
import Testing

extension PathTests {
    /// Answers that differ for good reasons, before Unbound, BIND, PowerDNS Recursor and dnsmasq.
    @Suite struct NoFalseAlarmTests {
        private struct Ground {
            let world: PathWorld
            let servers: [PathAuthority]
            let resolvers: [Daemon]

            static let shared = Task { try await Ground() }
            static let (bind, powerDNS, dnsmasq) = (78, 79, 80)

            init() async throws {
                let world = try await PathWorld.shared.value
                let place = world.place
                servers = try await together([46, 47]) { host in
                    let web = place.address(host == 46 ? PathWorld.web : PathWorld.otherWeb)
                    let zones = [("geo.test.", 44), ("rotating.test.", 45)].map {
                        PathZone($0, servers: PathZone.servers($1), records: "www A \(web)")
                    }
                    return try await PathAuthority.nsd(at: host, zones, on: place)
                }
                async let bind = PathResolvers.bind(
                    [Self.bind: ""], hints: world.hints, on: place)
                async let powerDNS = PathResolvers.powerDNS(
                    at: Self.powerDNS, hints: world.hints, on: place)
                async let dnsmasq = PathResolvers.dnsmasq(
                    at: Self.dnsmasq, before: PathWorld.resolver, on: place)
                resolvers = try await [bind, powerDNS, dnsmasq]
                self.world = world
            }

            func probe(_ name: String) async throws -> PathReport {
                try await world.probe(
                    name, PathWorld.resolver, Self.bind, Self.powerDNS, Self.dnsmasq)
            }
        }

        /// A sound name; several addresses in any order; an alias into another operator's zone, by a DNAME too; a
        /// wildcard; a record that nobody may keep; an apex; nameservers of another zone.
        @Test(arguments: [
            "www.steady.test", "several.steady.test", "cdn.steady.test", "chain.steady.test",
            "edge.tree.steady.test", "any.wild.steady.test", "brief.steady.test", "steady.test",
            "WWW.Steady.Test", "www.borrowed.test",
        ])
        func sameAnswers(_ name: String) async throws {
            let ground = try await Ground.shared.value
            for _ in 1...2 { try await ground.probe(name).expectHealthy() }
        }

        /// An authority that answers by who asks, and one that answers each time with another address.
        @Test(arguments: ["www.geo.test", "www.rotating.test"])
        func answersThatDiffer(_ name: String) async throws {
            let ground = try await Ground.shared.value
            for _ in 1...3 {
                try await ground.probe(name).expectHealthy(except: ["resolver_disagreement"])
            }
        }

        /// That the two authorities do what the tests above take for granted.
        @Test func authoritiesDoDiffer() async throws {
            let ground = try await Ground.shared.value
            let place = ground.world.place
            let seen = try await place.dig(PathWorld.resolver, "www.geo.test", "A")
            let others = try await place.dig(Ground.powerDNS, "www.geo.test", "A")
            #expect(seen == place.address(PathWorld.web))
            #expect(others == place.address(PathWorld.otherWeb))
            // Other tests ask between two questions of this one.
            var turns: Set<String> = []
            try await place.wait("both answers of the authority that takes turns") {
                turns.insert(try await place.dig(45, "www.rotating.test", "A"))
                return turns.count == 2
            }
        }
    }
}
