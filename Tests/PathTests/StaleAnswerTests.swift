import Peers
import Testing

extension PathTests {
    /// Resolvers whose caches hold what the zone held before it was changed.
    @Suite struct StaleAnswerTests {
        private struct Ground {
            let zone: ChangedZone
            let agent: RunningAgent

            /// An agent that has seen the old version of `brief.test.`.
            static let shared = Task {
                var agent: RunningAgent?
                let zone = try await ChangedZone { world in
                    let started = try await RunningAgent(
                        "serve", "--config.file", try world.configuration([ChangedZone.unbound]))
                    _ = try await started.page("/probe?target=remembered.brief.test")
                    agent = started
                }
                return Ground(zone: zone, agent: try #require(agent))
            }

            func address(_ host: Int) -> String { zone.world.place.address(host) }

            func probe(_ name: String, _ resolver: Int = ChangedZone.unbound) async throws
                -> PathReport
            {
                try await zone.world.probe(name, resolver)
            }
        }

        /// Cached before the TTL was lowered, and nothing listens there any more.
        @Test func oldAddressIsDead() async throws {
            let ground = try await Ground.shared.value
            try await ground.probe("refused.changed.test").expect(
                "resolver_stale_answer", "failure",
                mentions: [
                    ground.address(PathWorld.noWeb), ground.address(ChangedZone.unbound), "TTL",
                    ground.address(PathWorld.web), "ns1.changed.test",
                ])
        }

        @Test func oldAddressWorks() async throws {
            let ground = try await Ground.shared.value
            try await ground.probe("works.changed.test").expect(
                "resolver_stale_answer", "warning",
                mentions: [
                    ground.address(PathWorld.web), ground.address(ChangedZone.unbound),
                    ground.address(PathWorld.otherWeb), "ns1.changed.test",
                ])
        }

        /// The TTL stayed as it was: the serial of the cached SOA proves it.
        @Test func oldSerial() async throws {
            let ground = try await Ground.shared.value
            try await ground.probe("equal.changed.test").expect(
                "resolver_stale_answer", "failure",
                mentions: [
                    ground.address(PathWorld.noWeb), ground.address(PathWorld.web),
                    "\(ChangedZone.oldSerial)", "\(ChangedZone.newSerial)",
                ])
        }

        /// The record is stale in the zone that an alias leads to; or the alias itself, which led elsewhere.
        @Test(arguments: ["alias.brief.test", "hop.changed.test"])
        func staleBehindAnAlias(_ name: String) async throws {
            let ground = try await Ground.shared.value
            try await ground.probe(name).expect(
                "resolver_stale_answer", "failure",
                mentions: [
                    ground.address(PathWorld.noWeb), ground.address(ChangedZone.unbound),
                    ground.address(PathWorld.web),
                ])
        }

        /// BIND and Knot Resolver hold it as well as Unbound does; a resolver that is only compared counts, too.
        @Test(arguments: [ChangedZone.bind, ChangedZone.knot])
        func otherResolvers(_ host: Int) async throws {
            let ground = try await Ground.shared.value
            let words = [
                ground.address(host), ground.address(PathWorld.noWeb),
                ground.address(PathWorld.web),
            ]
            try await ground.probe("refused.changed.test", host).expect(
                "resolver_stale_answer", "failure", mentions: words)
            try await ground.zone.world.probe("refused.changed.test", PathWorld.resolver, host)
                .expect("resolver_stale_answer", "failure", mentions: words)
        }

        /// Equal TTLs, a fresh SOA and two addresses that work: a difference and no proof.
        @Test func unprovenDifference() async throws {
            let ground = try await Ground.shared.value
            try await ground.probe("unproven.brief.test").expectHealthy(
                except: ["resolver_disagreement"])
        }

        /// The same difference, but the agent has seen the old answer at the authority itself.
        @Test func rememberedAnswer() async throws {
            let ground = try await Ground.shared.value
            let page = try await ground.agent.page(
                "/report?target=remembered.brief.test", headers: ["Accept: application/json"])
            try PathReport(text: page).expect(
                "resolver_stale_answer", "warning",
                mentions: [
                    ground.address(PathWorld.web), ground.address(PathWorld.otherWeb),
                    "\(ChangedZone.oldSerial)",
                ])
        }

        @Test(arguments: [ChangedZone.unbound, ChangedZone.bind, ChangedZone.knot])
        func cachedNameError(_ host: Int) async throws {
            let ground = try await Ground.shared.value
            let words = [
                ground.address(host), "NXDOMAIN", ground.address(PathWorld.web),
                "ns1.changed.test",
            ]
            try await ground.probe("created.changed.test", host).expect(
                "resolver_cached_error", "failure", mentions: words)
            try await ground.zone.world.probe("created.changed.test", PathWorld.resolver, host)
                .expect("resolver_cached_error", "failure", mentions: words)
        }

        @Test(arguments: [ChangedZone.unbound, ChangedZone.bind, ChangedZone.knot])
        func cachedNoData(_ host: Int) async throws {
            let ground = try await Ground.shared.value
            try await ground.probe("later.changed.test", host).expect(
                "resolver_cached_error", "failure",
                mentions: [
                    ground.address(host), ground.address(PathWorld.web), "ns1.changed.test",
                ])
        }

        /// They cannot ask the authority any more, and serve what has expired. BIND is left out: under load one of its
        /// questions passes the refusal now and then.
        @Test func servedExpired() async throws {
            let world = try await PathWorld.shared.value
            let place = world.place
            let (web, none) = (place.address(PathWorld.web), place.address(PathWorld.noWeb))
            func zone(_ serial: Int, _ address: String) -> PathZone {
                PathZone(
                    "lost.test.", serial: serial, servers: PathZone.servers(43),
                    records: "www 1 A \(address)")
            }
            let authority = try await PathAuthority.bind(
                [43: [zone(1, none)]], options: "allow-query { any; };", on: place)
            async let unbound = PathResolvers.unbound(
                at: 74, hints: world.hints,
                settings: ["serve-expired: yes", "ede-serve-expired: yes"], on: place)
            async let knot = PathResolvers.knot(
                at: 82, hints: world.hints,
                settings: "modules.load('serve_stale < cache')\ncache.min_ttl(1)",
                on: place)
            let resolvers = try await [unbound, knot]
            for host in [74, 82] { _ = try await place.dig(host, "www.lost.test", "A") }
            let refused = [74, 82].map { "!\(place.address($0)); " }.joined()
            try authority.edit("allow-query { any; }", to: "allow-query { \(refused)any; }")
            try await authority.replace([zone(2, web)], at: 43)
            for host in [74, 82] {
                try await place.wait("an expired answer of \(place.address(host))") {
                    try await place.dig(host, "www.lost.test", "A", "+qr").contains("EDE: 3")
                }
                try await world.probe("www.lost.test", host).expect(
                    "resolver_stale_answer", "failure",
                    mentions: [none, web, place.address(host), "ns1.lost.test", "Stale Answer"])
            }
            await authority.stop()
            for resolver in resolvers { await resolver.stop() }
        }
    }
}
