import Peers
import Testing

extension PathTests {
    /// A BIND primary whose NSD secondary gets no transfer of the new version.
    @Suite struct PropagationTests {
        private struct Ground: Sendable {
            let world: PathWorld
            let servers: [PathAuthority]

            static let shared = Task { try await Ground() }

            init() async throws {
                world = try await PathWorld.shared.value
                let place = world.place
                let old = Self.zone(
                    2026_0101, refused: PathWorld.noWeb, works: PathWorld.web, place)
                let new = Self.zone(
                    2026_0102, refused: PathWorld.web, works: PathWorld.otherWeb, place)
                let transfer = "allow-transfer { \(place.address(34)); };"
                let primary = try await PathAuthority.bind(
                    [33: [old]], options: transfer, on: place)
                let secondary = try await PathAuthority.nsd(at: 34, [old], from: 33, on: place)
                try await place.wait(for: old, at: 34)
                try primary.edit(transfer, to: "allow-transfer { none; };")
                try await primary.replace([new], at: 33)
                servers = [primary, secondary]
            }

            private static func zone(
                _ serial: Int, refused: Int, works: Int, _ place: PathPlace
            ) -> PathZone {
                PathZone(
                    "pending.test.", serial: serial, servers: PathZone.servers(33, 34),
                    records: """
                        refused A \(place.address(refused))
                        works A \(place.address(works))
                        same A \(place.address(PathWorld.web))
                        """)
            }
        }

        @Test func oldAddressIsDead() async throws {
            let world = try await Ground.shared.value.world
            try await world.probe("refused.pending.test", PathWorld.resolver).expect(
                "zone_propagation_pending", "failure",
                mentions: [
                    "ns1.pending.test", "ns2.pending.test", "20260101", "20260102",
                    world.place.address(PathWorld.noWeb), world.place.address(PathWorld.web),
                ])
        }

        @Test func bothAddressesWork() async throws {
            let world = try await Ground.shared.value.world
            try await world.probe("works.pending.test", PathWorld.resolver).expect(
                "zone_propagation_pending", "warning",
                mentions: [
                    "ns1.pending.test", "ns2.pending.test", "20260101", "20260102",
                    world.place.address(PathWorld.web), world.place.address(PathWorld.otherWeb),
                ])
        }

        /// Serials alone differ between providers, too.
        @Test func sameAddressAtBoth() async throws {
            let world = try await Ground.shared.value.world
            try await world.probe("same.pending.test", PathWorld.resolver).expectHealthy()
        }

        /// The agent remembers since when; a transfer later all is well.
        @Test func untilTheTransfer() async throws {
            let world = try await PathWorld.shared.value
            let place = world.place
            func zone(_ serial: Int, _ host: Int) -> PathZone {
                PathZone(
                    "late.test.", serial: serial, servers: PathZone.servers(49, 50),
                    records: "www A \(place.address(host))")
            }
            let transfer = "allow-transfer { \(place.address(50)); };"
            let primary = try await PathAuthority.bind(
                [49: [zone(1, PathWorld.web)]], options: transfer,
                settings: "notify explicit; also-notify { \(place.address(50)); };", on: place)
            let secondary = try await PathAuthority.nsd(
                at: 50, [zone(1, PathWorld.web)], from: 49, on: place)
            try await place.wait(for: zone(1, PathWorld.web), at: 50)
            try primary.edit(transfer, to: "allow-transfer { none; };")
            try await primary.replace([zone(2, PathWorld.otherWeb)], at: 49)

            let agent = try await RunningAgent(
                "serve", "--config.file", try world.configuration([PathWorld.resolver]))
            try await Self.report(agent).expect("zone_propagation_pending", "warning")
            try await Self.report(agent).expect(
                "zone_propagation_pending", "warning", mentions: ["pending for"])
            // A new configuration forgets nothing of what was seen.
            try await agent.reload()
            try await Self.report(agent).expect(
                "zone_propagation_pending", "warning", mentions: ["pending for"])
            try primary.edit("allow-transfer { none; };", to: transfer)
            try await primary.replace([zone(3, PathWorld.otherWeb)], at: 49, 50)
            // Its resolver may hold the old answer, which the agent remembers.
            let report = try await Self.report(agent)
            report.expectHealthy(except: ["resolver_stale_answer"])
            await agent.stop()
            for server in [primary, secondary] { await server.stop() }
        }

        private static func report(_ agent: RunningAgent) async throws -> PathReport {
            let page = try await agent.page(
                "/report?target=www.late.test", headers: ["Accept: application/json"])
            return try PathReport(text: page)
        }
    }
}
