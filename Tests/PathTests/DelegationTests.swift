import Peers
import Testing

extension PathTests {
    /// Zones whose nameservers are lame, silent, or not those that the parent names.
    @Suite struct DelegationTests {
        @Test func soundZone() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.steady.test", PathWorld.resolver).expectHealthy()
        }

        @Test func oneServerHasNoSuchZone() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.lame.test", PathWorld.resolver).expect(
                "delegation_lame", "warning",
                mentions: ["ns2.lame.test", world.place.address(39), "REFUSED"])
        }

        @Test func noServerHasTheZone() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.all-lame.test", PathWorld.resolver).expect(
                "delegation_lame", "failure",
                mentions: [world.place.address(39), world.place.address(40), "REFUSED"])
        }

        /// The resolver has learnt already whom to ask.
        @Test func oneServerIsSilent() async throws {
            let world = try await PathWorld.shared.value
            for name in ["www.quiet.test", "ns2.quiet.test"] {
                for type in ["A", "AAAA", "SOA", "NS"] {
                    _ = try await world.place.dig(PathWorld.resolver, name, type)
                }
            }
            // Unbound fails at first now and then, until it has found out which of the two serves.
            try await world.place.wait("an answer from the server that serves") {
                try await world.place.dig(PathWorld.resolver, "www.quiet.test", "A", "+short")
                    .contains(world.place.address(PathWorld.web))
            }
            try await world.probe("www.quiet.test", PathWorld.resolver).expect(
                "nameserver_unresponsive", "warning",
                mentions: ["ns2.quiet.test", world.place.address(41)])
        }

        @Test func nothingListensAtOneServer() async throws {
            let world = try await PathWorld.shared.value
            // Unbound fails at first now and then, until it has found out which of the two serves.
            try await world.place.wait("an answer from the server that serves") {
                try await world.place.dig(PathWorld.resolver, "www.closed.test", "A", "+short")
                    .contains(world.place.address(PathWorld.web))
            }
            try await world.probe("www.closed.test", PathWorld.resolver).expect(
                "nameserver_unresponsive", "warning",
                mentions: ["ns2.closed.test", world.place.address(42)])
        }

        /// BIND as the resolver gives up in time to say SERVFAIL.
        @Test func everyServerIsSilent() async throws {
            let world = try await PathWorld.shared.value
            let resolver = try await PathResolvers.bind(
                [64: "resolver-query-timeout 400;"], hints: world.hints, on: world.place)
            try await world.probe("www.all-quiet.test", 64).expect(
                "nameserver_unresponsive", "failure", mentions: [world.place.address(41)])
            await resolver.stop()
        }

        @Test func parentNamesOtherServers() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.differs.test", PathWorld.resolver).expect(
                "delegation_inconsistent", "warning",
                mentions: ["ns2.differs.test", "ns3.differs.test"])
        }

        @Test func parentHasAnotherAddress() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("www.glue.test", PathWorld.resolver).expect(
                "delegation_inconsistent", "warning",
                mentions: ["ns2.glue.test", world.place.address(36), world.place.address(37)])
        }

        @Test func aliasIntoAZoneThatNobodyHas() async throws {
            let world = try await PathWorld.shared.value
            try await world.probe("into-lame.steady.test", PathWorld.resolver).expect(
                "delegation_lame", "failure",
                mentions: ["all-lame.test", world.place.address(39), world.place.address(40)])
        }

        @Test func aliasIntoNothing() async throws {
            let world = try await PathWorld.shared.value
            let report = try await world.probe("into-nothing.steady.test", PathWorld.resolver)
            report.expect("cname_broken", "failure", mentions: ["nothing.network.test"])
            #expect(report.findings.count == 1, "\(report.summary)")
        }

        @Test func missingName() async throws {
            let world = try await PathWorld.shared.value
            let report = try await world.probe("missing.steady.test", PathWorld.resolver)
            report.expect("name_not_found", "failure", mentions: ["ns1.steady.test"])
            #expect(report.findings.count == 1, "\(report.summary)")
        }
    }
}
