import Peers
import Testing

extension PathTests {
    /// What packet filters do on the way to resolvers and authorities.
    @Suite(
        .enabled(if: Program.arePresent("nft", "openssl"), "needs root, nftables and openssl"),
        .enabled("network namespaces are not allowed here") { await Namespaces.areAllowed.value })
    struct NetworkTests {
        private static let both = "meta l4proto { tcp, udp } th dport 53"

        /// The last parts of addresses by what is done to them: 63 and 64 have no TCP, 66 to 69 nothing.
        private static let (plain, noUDP, noLarge, noLargeNoTCP) = (61, 62, 65, 70)

        private static let network = Task {
            try await FilteredNetwork(
                "path",
                input: [
                    "ip daddr 198.51.100.\(noUDP) udp dport 53 drop",
                    "ip daddr { 198.51.100.63, 198.51.100.\(noLargeNoTCP) } tcp dport 53 drop",
                    "ip daddr 198.51.100.64 tcp dport 53 reject with tcp reset",
                    "ip daddr { 198.51.100.66, 198.51.100.67 } \(both) drop",
                    "ip daddr { 198.51.100.68, 198.51.100.69 } \(both) "
                        + "reject with icmp type admin-prohibited",
                    "ip daddr 198.51.100.\(FilteredNetwork.walled) \(both) drop",
                    "ip daddr 198.51.100.\(FilteredNetwork.datagram) tcp dport 53 drop",
                ],
                output: [
                    "ip saddr { 198.51.100.\(noLarge), 198.51.100.\(noLargeNoTCP) } "
                        + "udp sport 53 meta length > 540 drop"
                ])
        }

        private func probe(_ name: String, _ resolvers: Int...) async throws -> PathReport {
            let result = try await Self.network.value.probe(name, resolvers)
            return try PathReport(text: result.output + result.errors)
        }

        private func address(_ host: Int) -> String { "198.51.100.\(host)" }

        @Test(arguments: ["www.open.test", "large.open.test"])
        func nothingInTheWay(_ name: String) async throws {
            try await probe(name, Self.plain).expectHealthy()
        }

        @Test func droppedUDP() async throws {
            try await probe("www.open.test", Self.noUDP).expect(
                "dns_transport_restricted", "warning",
                mentions: [address(Self.noUDP), "UDP", "TCP"])
        }

        @Test(arguments: [63, 64])
        func noTCP(_ host: Int) async throws {
            try await probe("www.open.test", host).expect(
                "dns_transport_restricted", "warning", mentions: [address(host), "UDP", "TCP"])
        }

        /// A small answer comes, a large one does not; a smaller buffer or TCP brings it.
        @Test func droppedLargeAnswers() async throws {
            try await probe("www.open.test", Self.noLarge).expectHealthy()
            try await probe("large.open.test", Self.noLarge).expect(
                "dns_transport_restricted", "warning",
                mentions: [address(Self.noLarge), "UDP", "large"])
        }

        /// What the smaller buffer brings is truncated, and TCP is closed.
        @Test func droppedLargeAnswersWithoutTCP() async throws {
            let host = Self.noLargeNoTCP
            try await probe("large.open.test", host).expect(
                "dns_transport_restricted", "failure",
                mentions: [address(host), "truncated", "TCP"])
        }

        @Test(arguments: [[66, 67], [68, 69]])
        func nobodyAnswersOnPort53(_ hosts: [Int]) async throws {
            let result = try await Self.network.value.probe("www.open.test", hosts)
            try PathReport(text: result.output).expect(
                "dns_blocked", "failure", mentions: hosts.map { address($0) })
            #expect(result.status == 3)
        }

        /// The agent knows the zone and its servers when port 53 is closed: theirs is not the blame.
        @Test(arguments: [[61], [61, 62]]) func blockedUnderTheAgent(_ resolvers: [Int])
            async throws
        {
            let network = try await FilteredNetwork("closing\(resolvers.count)", input: [])
            let agent = try await network.agent(resolvers)
            try PathReport(text: try await network.report("www.open.test").output).expectHealthy()
            try await network.block()
            let report = try PathReport(text: try await network.report("www.open.test").output)
            report.expect(
                "dns_blocked", "failure",
                mentions: resolvers.map { address($0) } + ["ns1.open.test"])
            #expect(report.findings.count == 1, "\(report.summary)")
            await agent.stop()
            try await network.stop()
        }

        /// The resolver reaches the zone's only server, and we do not.
        @Test func walledAuthority() async throws {
            try await probe("www.walled.test", Self.plain).expect(
                "authority_unreachable", "warning",
                mentions: [
                    "ns1.walled.test", address(FilteredNetwork.walled), address(Self.plain),
                ])
        }

        /// The whole tree is out of reach, the parents too: nothing is compared.
        @Test func walledTree() async throws {
            let network = try await FilteredNetwork(
                "walled", input: ["ip daddr != \(address(Self.plain)) \(Self.both) drop"])
            let result = try await network.probe("www.open.test", [Self.plain])
            let report = try PathReport(text: result.output)
            report.expect(
                "authority_unreachable", "warning",
                mentions: ["ns1.open.test", address(FilteredNetwork.open), address(Self.plain)])
            #expect(report.findings.count == 1, "\(report.summary)")

            // No server of dead.test answers anybody; that those of test. do not answer us is not its fault.
            let other = try PathReport(
                text: try await network.probe("www.dead.test", [Self.plain]).output)
            #expect(other.class == "unknown", "\(other.summary)")
            #expect(other.findings.count == 1, "\(other.summary)")

            let hints = "root_hints: \(network.hints)"
            let blocked = try await network.probe("www.open.test", [66, 67], hints)
            try PathReport(text: blocked.output).expect(
                "dns_blocked", "failure", mentions: [address(66), address(67)])
            #expect(blocked.status == 3)
            try await network.stop()
        }

        /// A policy gives 0.0.0.0 and ::, or a private address, where the authority has a global one.
        @Test(arguments: [
            ("nowhere.open.test", ["0.0.0.0", "::"]), ("inside.open.test", ["10.1.2.3"]),
        ])
        func sinkhole(_ name: String, _ forged: [String]) async throws {
            let host = FilteredNetwork.rewriting
            try await probe(name, host).expect(
                "resolver_filtered", "failure",
                mentions: forged + [
                    address(host), address(FilteredNetwork.web), "ns1.open.test",
                ])
        }

        /// A nameserver without TCP, which RFC 7766 asks for.
        @Test func nameserverWithoutTCP() async throws {
            try await probe("www.datagram.test", Self.plain).expect(
                "dns_transport_restricted", "warning",
                mentions: ["ns1.datagram.test", address(FilteredNetwork.datagram), "UDP", "TCP"])
        }

        /// Of a nameserver within the zone the parent must know every address; of another zone's it may tell some.
        @Test func glueWithoutIPv6() async throws {
            try await probe("www.dual.test", Self.plain).expect(
                "delegation_inconsistent", "warning",
                mentions: ["ns1.dual.test", address(38), "2001:db8:1::38"])
            try await probe("www.sibling.test", Self.plain).expectHealthy()
        }

        /// The name of a host inside, served to everybody; from here it can be reached.
        @Test func privateAddress() async throws {
            try await probe("office.open.test", Self.plain).expect(
                "record_private_address", "warning",
                mentions: [FilteredNetwork.inside, "ns1.open.test"])
        }
    }
}
