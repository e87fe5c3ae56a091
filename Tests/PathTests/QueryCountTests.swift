import Peers
import Testing

extension PathTests {
    /// What a probe costs the servers, by their own query logs; docs/configuration.md tells it to users.
    @Suite(.serialized) struct QueryCountTests {
        private static let resolvers = [
            PathWorld.resolver, PathWorld.second, PathWorld.third,
        ]

        /// A zone of four nameservers. The first probe finds it, the next one knows it.
        @Test(arguments: [1, 3]) func withAuthorities(_ count: Int) async throws {
            // Of one resolver the zone's SOA, the parent's SOA, NS and the addresses of its server, NS and the addresses
            // of four servers; of the parent the referral.
            try await expect(
                [(3 * count + 14, 4 * 4 + 1), (3 * count, 4 * 4)], of: count)
        }

        @Test(arguments: [1, 3]) func withoutAuthorities(_ count: Int) async throws {
            try await expect(
                [(2 * count, 0), (2 * count, 0)], of: count, "authoritative: false")
        }

        /// Probes once for each pair: questions to all resolvers, and to authorities.
        private func expect(
            _ counts: [(resolvers: Int, authorities: Int)], of resolvers: Int,
            _ settings: String = ""
        ) async throws {
            let world = try await PathWorld.shared.value
            // So much time that no question is put a second time because the machine is busy.
            let file = try world.configuration(
                Array(Self.resolvers.prefix(resolvers)), timeout: "60s", settings)
            let agent = try await RunningAgent("serve", "--config.file", file)
            var before = Asked(of: "count.test", world)
            for expected in counts {
                let page = try await agent.page(
                    "/probe?target=www.shop.count.test",
                    headers: ["X-Prometheus-Scrape-Timeout-Seconds: 60"])
                #expect(page.contains("\nprobe_success 1\n"), "\(page)")
                let asked = Asked(of: "count.test", world)
                let atResolvers = asked.resolvers.dropFirst(before.resolvers.count)
                let atAuthorities = asked.authorities.dropFirst(before.authorities.count)
                #expect(
                    atResolvers.count == expected.resolvers,
                    "\(atResolvers.joined(separator: "\n"))")
                #expect(
                    atAuthorities.count == expected.authorities,
                    "\(atAuthorities.joined(separator: "\n"))")
                before = asked
            }
            await agent.stop()
        }

        /// The questions at and below a name that the program asked, with their types and places.
        private struct Asked {
            let resolvers: [String]
            let authorities: [String]

            init(of name: String, _ world: PathWorld) {
                resolvers = world.resolver.log.lowercased().matches(
                    of: /info: [0-9.]+ (\S+) (\S+) in\n/
                ).map { "\($0.1) \($0.2)" }.filter { $0.contains(name) }
                // The resolver asks the same servers from its own address.
                let own = world.place.address(PathWorld.resolver)
                authorities = world.authorities.log.lowercased().matches(
                    of: /client @\S+ ([0-9.]+)#.* query: (\S+) in (\S+) (\S+) \(([0-9.]+)\)/
                ).filter { $0.1 != own && $0.2.contains(name) }
                    .map { "\($0.2) \($0.3) \($0.4) \($0.5)" }
            }
        }
    }
}
