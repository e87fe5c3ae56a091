import Peers
import Testing

extension PathTests {
    /// dnsdist before a sound resolver: it drops, refuses or cuts by transport.
    @Suite struct TransportTests {
        @Test func aFrontThatPassesIsNoFinding() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.steady.test", PathWorld.passes).expectHealthy()
        }

        /// TCP brings what was truncated.
        @Test func truncationAlone() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.steady.test", PathWorld.truncates).expectHealthy()
        }

        @Test func truncationWithoutTCP() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.truncatesWithoutTCP
            try await world.probe("www.steady.test", host).expect(
                "dns_transport_restricted", "failure",
                mentions: [world.place.address(host), "truncated", "TCP"])
        }

        @Test func noTCP() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.dropsTCP
            try await world.probe("www.steady.test", host).expect(
                "dns_transport_restricted", "warning",
                mentions: [world.place.address(host), "UDP", "TCP"])
        }

        @Test func noUDP() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.dropsUDP
            try await world.probe("www.steady.test", host).expect(
                "dns_transport_restricted", "warning",
                mentions: [world.place.address(host), "UDP", "TCP"])
        }

        @Test(arguments: [(PathWorld.refuses, "REFUSED"), (PathWorld.implementsNothing, "NOTIMP")])
        func refusal(_ host: Int, _ code: String) async throws {
            let world = try await PathWorld.shared.value
            let words = [world.place.address(host), code]
            try await world.probe("www.steady.test", host, PathWorld.resolver).expect(
                "resolver_refused", "failure", mentions: words)
            try await world.probe("www.steady.test", PathWorld.resolver, host).expect(
                "resolver_refused", "warning", mentions: words)
        }

        @Test func silence() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.dropsAll
            let words = [world.place.address(host), world.place.address(PathWorld.resolver)]
            try await world.probe("www.steady.test", host, PathWorld.resolver).expect(
                "resolver_unreachable", "failure", mentions: words)
            try await world.probe("www.steady.test", PathWorld.resolver, host).expect(
                "resolver_unreachable", "warning", mentions: words)
        }

        /// Without another resolver it takes hints to find those who know better.
        @Test func serverFailure() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.fails
            let words = [world.place.address(host), "SERVFAIL", "ns1.steady.test"]
            try await world.probe("www.steady.test", host, settings: "root_hints: \(world.hints)")
                .expect("resolver_servfail", "failure", mentions: words)
            try await world.probe("www.steady.test", host, PathWorld.resolver).expect(
                "resolver_servfail", "failure", mentions: words)
            try await world.probe("www.steady.test", PathWorld.resolver, host).expect(
                "resolver_servfail", "warning", mentions: words)
        }

        /// With hints of its own the program finds the authorities when no resolver answers.
        @Test func authoritiesWithoutResolvers() async throws {
            let world = try await PathWorld.shared.value
            let host = PathWorld.dropsAll
            let report = try await world.probe(
                "www.steady.test", host, settings: "root_hints: \(world.hints)")
            report.expect(
                "resolver_unreachable", "failure",
                mentions: [world.place.address(host), "steady.test"])
            #expect(report.text.contains(world.place.address(35)), "\(report.text)")
        }

        /// Two resolvers are silent, yet port 53 is open: the authorities answer.
        @Test func silentResolversAndHints() async throws {
            let world = try await PathWorld.shared.value
            let report = try await world.probe(
                "www.steady.test", PathWorld.dropsAll, PathWorld.noWeb,
                settings: "root_hints: \(world.hints)")
            report.expect(
                "resolver_unreachable", "failure",
                mentions: [
                    world.place.address(PathWorld.dropsAll), world.place.address(PathWorld.noWeb),
                    "ns1.steady.test",
                ])
        }
    }
}
