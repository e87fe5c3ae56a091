import Peers
import Testing

extension PathTests {
    /// The gauges of resolvers and nameservers.
    @Suite(.enabled(if: Program.arePresent("promtool"), "needs prometheus"))
    struct MetricsTests {
        @Test func soundZone() async throws {
            let world = try await PathWorld.shared.value
            let page = try await world.metrics(
                "www.steady.test", PathWorld.resolver, PathWorld.second)
            for resolver in [PathWorld.resolver, PathWorld.second] {
                let labels =
                    "host=\"www.steady.test\",resolver=\"\(world.place.address(resolver))\""
                expect(page, "trustpath_dns_resolver_up{\(labels)} 1")
                expect(page, "trustpath_dns_resolver_answer_match{\(labels)} 1")
            }
            for number in 1...4 {
                let address = world.place.address(34 + number)
                let labels =
                    "dns_zone=\"steady.test\",nameserver=\"ns\(number).steady.test\",address=\"\(address)\""
                expect(page, "trustpath_dns_nameserver_up{\(labels)} 1")
                expect(page, "trustpath_dns_nameserver_soa_serial{\(labels)} 20260101")
                expect(page, "trustpath_dns_nameserver_answer_match{\(labels)} 1")
                expect(page, "trustpath_dns_nameserver_answer_ttl_seconds{\(labels)} 300")
            }
            expect(page, "trustpath_dns_nameservers_agree{dns_zone=\"steady.test\"} 1")
            expect(page, "trustpath_dns_delegation_match{dns_zone=\"steady.test\"} 1")
        }

        @Test func otherDelegation() async throws {
            let world = try await PathWorld.shared.value
            let page = try await world.metrics("www.differs.test", PathWorld.resolver)
            expect(page, "trustpath_dns_delegation_match{dns_zone=\"differs.test\"} 0")
            expect(page, "trustpath_dns_nameservers_agree{dns_zone=\"differs.test\"} 1")
            expect(
                page, "trustpath_findings{class=\"delegation_inconsistent\",severity=\"warning\"} 1"
            )
        }

        /// A lame server is up; one where nothing listens is not.
        @Test func serversOfNoUse() async throws {
            let world = try await PathWorld.shared.value
            let lame = try await world.metrics("www.lame.test", PathWorld.resolver)
            let closed = try await world.metrics("www.closed.test", PathWorld.resolver)
            for (page, zone, host, up) in [(lame, "lame", 39, 1), (closed, "closed", 42, 0)] {
                let labels =
                    "dns_zone=\"\(zone).test\",nameserver=\"ns2.\(zone).test\",address=\"\(world.place.address(host))\""
                expect(page, "trustpath_dns_nameserver_up{\(labels)} \(up)")
                #expect(!page.contains("trustpath_dns_nameserver_soa_serial{\(labels)}"))
            }
        }

        private func expect(
            _ page: String, _ line: String, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(
                page.contains("\n\(line)\n"),
                "\(line)\n\(page.split(separator: "\n").filter { $0.hasPrefix("trustpath_dns") }.joined(separator: "\n"))",
                sourceLocation: sourceLocation)
        }
    }
}
