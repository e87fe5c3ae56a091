import Configuration
import DNS
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// The number of queries that a healthy probe sends, counted where they arrive.
@Suite struct ProbeCostTests {
    /// Three resolvers, four nameservers of one address each: `docs/architecture.md`, What a probe costs.
    @Test func queriesOfAHealthyProbe() async throws {
        let names = (1...4).map { "ns\($0).a.test." }
        let delegation =
            names.map { "a.test. 300 NS \($0)\n" }.joined()
            + names.enumerated().map { "\($1) 300 A 127.0.77.\($0 + 1)\n" }.joined()
        let tree = try SmallTree([
            "test.": "test. 300 NS ns.test.\nns.test. 300 A 127.0.77.5\n" + delegation,
            "a.test.": delegation + "www.a.test. 60 A 127.0.0.1\n",
        ])
        let world = try AuthorityWorld(
            resolvers: 3, authorities: 5, resolver: { [.send(tree.resolved($0))] },
            authority: { number, query in
                [.send(tree.authoritative(query, for: [number == 5 ? "test." : "a.test."]))]
            })
        var module = Module()
        module.resolvers = world.resolvers.map { Located("\($0.address)") }
        module.dnsPort = world.iteration.port
        module.dnssec.mode = .disabled
        module.ports = [PortSetting(1, optional: true)]
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { TrustStore(certificates: []) }
        let probe = Probe(try PreparedModule(module, named: "m", in: surroundings))

        // Of each resolver A, AAAA and the SOA over TCP; of each nameserver A, AAAA, SOA and the NS over TCP.
        let ofResolvers = ["www.a.test. A", "www.a.test. AAAA", "www.a.test. SOA"]
        let ofNameservers = ["www.a.test. A", "www.a.test. AAAA", "a.test. SOA", "a.test. NS"]
        let known =
            (0..<3).flatMap { _ in ofResolvers } + (0..<4).flatMap { _ in ofNameservers }
        // To find the zone, of one resolver: its SOA, the parent's, NS of both and the addresses of their servers;
        // and of the parent the referral.
        let finding =
            ["www.a.test. SOA", "test. SOA", "test. NS", "ns.test. A", "ns.test. AAAA"]
            + ["a.test. NS"] + names.flatMap { ["\($0) A", "\($0) AAAA"] } + ["a.test. NS"]
        var counted = 0
        for expected in [known + finding, known] {
            let report = await probe(try Target(parsing: "www.a.test"), budget: .seconds(40))
            #expect(report.diagnosis.findings == [])
            #expect(report.resolution.zones.first?.sound.count == 4)
            let asked = world.asked.resolvers + world.asked.authorities
            let before = counted
            counted = asked.count
            // Which server got which is in the order of the servers, not of the probes: only the first is whole.
            #expect(asked.count - before == expected.count)
            if before == 0 { #expect(asked.sorted() == expected.sorted()) }
        }
        #expect((known.count, finding.count) == (25, 15))
    }
}
