import Peers
import Testing

extension PathTests {
    /// What a probe costs the servers, by their own query logs: three resolvers, four nameservers.
    @Suite struct QueryCountTests {
        /// The first probe finds the zone, the next one knows it.
        @Test func queriesOfAProbe() async throws {
            let world = try await PathWorld.shared.value
            // So much time that no question is put a second time because the machine is busy.
            let file = try world.configuration(
                [PathWorld.resolver, PathWorld.second, PathWorld.third], timeout: "60s")
            let agent = try await RunningAgent("serve", "--config.file", file)
            var before = Asked(of: "count.test", world)
            // Of resolvers A, AAAA and SOA over TCP; of authorities A, AAAA, SOA and, over TCP, NS. To find the zone,
            // of one resolver its SOA, the parent's SOA, NS and the addresses of its server, NS and the addresses of four servers;
            // of the parent the referral.
            for (resolvers, authorities) in [(3 * 3 + 14, 4 * 4 + 1), (3 * 3, 4 * 4)] {
                let page = try await agent.page(
                    "/probe?target=www.shop.count.test",
                    headers: ["X-Prometheus-Scrape-Timeout-Seconds: 60"])
                #expect(page.contains("\nprobe_success 1\n"), "\(page)")
                let asked = Asked(of: "count.test", world)
                let (new, newer) = (
                    asked.resolvers.dropFirst(before.resolvers.count),
                    asked.authorities.dropFirst(before.authorities.count)
                )
                #expect(new.count == resolvers, "\(new.joined(separator: "\n"))")
                #expect(newer.count == authorities, "\(newer.joined(separator: "\n"))")
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
