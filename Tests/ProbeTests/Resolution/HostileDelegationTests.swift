import Addresses
import Configuration
import DNS
import Hostile
import Testing

@testable import Probe

/// Delegations to thousands, in loops, to nowhere and to where nobody may ask.
@Suite struct HostileDelegationTests {
    private static let parent = "test. 300 NS ns.test.\nns.test. 300 A 127.0.77.2\n"

    /// Server 1 holds the zones named, server 2 `test.`.
    private func world(
        _ zones: [String: String], held: [String] = ["a.test."],
        policy: AddressRule = AddressRule(), resolver: NameServer.Reaction? = nil
    ) throws -> AuthorityWorld {
        let tree = try SmallTree(zones)
        return try AuthorityWorld(
            authorities: 2, policy: policy,
            resolver: { resolver?($0) ?? [.send(tree.resolved($0))] },
            authority: { number, query in
                [.send(tree.authoritative(query, for: number == 1 ? held : ["test."]))]
            })
    }

    /// NXNSAttack, CVE-2020-8616: a referral of over a thousand names.
    @Test func aThousandNameserversWithoutGlue() async throws {
        let names = (1...1200).map { "a.test. 300 NS n\($0).v.test.\n" }.joined()
        let world = try world([
            "test.": Self.parent + names, "a.test.": names + "www.a.test. 60 A 192.0.2.1\n",
            "v.test.": "v.test. 300 NS ns.test.\n",
        ])
        let (resolution, elapsed) = try await world.resolve("www.a.test", budget: .seconds(60))
        #expect(elapsed < .seconds(60))
        let asked = world.asked
        // A and AAAA of 16 nameservers: Delegation.mostServers.
        #expect(asked.resolvers.count { $0.contains(".v.test.") } == 2 * 16)
        // Beside them A, AAAA, SOA of the name; to find the zone its SOA, the parent's, two NS, one parent server.
        #expect(asked.resolvers.count == 2 * 16 + 3 + 6)
        #expect(asked.authorities == ["a.test. NS"])
        #expect(resolution.primary == .delegationLame)
        #expect(resolution.zones.first?.nameservers.count == 16)
    }

    /// One server with a thousand addresses leaves the others theirs.
    @Test func aThousandAddressesOfOneNameserver() async throws {
        let many = (1...1000).map { "ns1.a.test. 300 A 127.9.\($0 / 250).\($0 % 250 + 1)\n" }
        let delegation =
            "a.test. 300 NS ns1.a.test.\na.test. 300 NS ns2.a.test.\nns2.a.test. 300 A 127.0.77.1\n"
            + many.joined()
        let world = try world([
            "test.": Self.parent + delegation,
            "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
        ])
        let (resolution, _) = try await world.resolve("www.a.test")
        let view = try #require(resolution.zones.first)
        #expect(view.sound.map(\.name) == [Name("ns2.a.test")])
        #expect(view.nameservers.count == 8 + 1)
        #expect(resolution.primary == nil)
        #expect(resolution.warnings == [.nameserverUnresponsive])
    }

    /// Where all addresses are too many, each server has its share.
    @Test func sixteenNameserversOfFourAddresses() async throws {
        let delegation = (1...16).map { number in
            "a.test. 300 NS n\(number).a.test.\n"
                + (1...4).map { "n\(number).a.test. 300 A 127.9.\(number).\($0)\n" }.joined()
        }.joined()
        let world = try world([
            "test.": Self.parent + delegation,
            "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
        ])
        let (resolution, _) = try await world.resolve("www.a.test")
        let view = try #require(resolution.zones.first)
        #expect(Set(view.nameservers.map(\.name)).count == 16)
        #expect(view.nameservers.count == 32)
    }

    /// RFC 2181 10.3: the name of a nameserver may not be an alias.
    @Test func aNameserverThatIsAnAlias() async throws {
        let delegation =
            "a.test. 300 NS ns1.a.test.\na.test. 300 NS ns2.a.test.\nns1.a.test. 300 A 127.0.77.1\n"
        let world = try world([
            "test.": Self.parent + delegation,
            "a.test.": delegation
                + "ns2.a.test. 300 CNAME ns1.a.test.\nwww.a.test. 60 A 192.0.2.1\n",
        ])
        let (resolution, _) = try await world.resolve("www.a.test")
        let finding = try #require(resolution.diagnosis.findings.first)
        #expect(resolution.primary == nil && finding.failureClass == .delegationLame)
        #expect(finding.places == ["nameserver ns2.a.test"])
    }

    /// a.test is served by a name in b.test, which is served by a name in a.test.
    @Test func zonesThatNeedOneAnother() async throws {
        let tree = try SmallTree([
            "test.": Self.parent + "a.test. 300 NS ns.b.test.\nb.test. 300 NS ns.a.test.\n"
        ])
        let world = try world([
            "test.": Self.parent + "a.test. 300 NS ns.b.test.\nb.test. 300 NS ns.a.test.\n"
        ]) { query in
            // A resolver knows no way to them either.
            let name = query.questions.first?.name.lowercased
            let isBelow = ["a.test", "b.test"].contains {
                Name($0).map { name?.isWithin($0) == true } ?? false
            }
            return [.send(isBelow ? query.answer([], .serverFailure) : tree.resolved(query))]
        }
        let (resolution, elapsed) = try await world.resolve("www.a.test")
        #expect(elapsed < .seconds(60))
        #expect(resolution.primary == .unknown)
        #expect(resolution.zones.first?.zone == Name("a.test"))
        #expect(resolution.zones.first?.nameservers.map(\.address) == [nil])
        // Six of the client's view with CD=1, its aliases, and no more than a few to find the zone.
        #expect(world.asked.resolvers.count < 30, "\(world.asked.resolvers)")
        #expect(world.asked.authorities.count < 10, "\(world.asked.authorities)")
    }

    /// Glue may point anywhere: what the policy forbids gets no packet.
    @Test func glueThatPointsToForbiddenAddresses() async throws {
        var policy = Module().addresses
        policy.deny = [Located("127.0.77.1/32")]
        let delegation = "a.test. 300 NS ns.a.test.\nns.a.test. 300 A 127.0.77.1\n"
        let world = try world(
            [
                "test.": Self.parent + delegation,
                "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
            ], policy: try AddressRule(policy))
        let (resolution, _) = try await world.resolve("www.a.test")
        #expect(world.authorities[0].questions.isEmpty)
        let server = try #require(resolution.zones.first?.nameservers.first)
        #expect(server.state == .unknown("the address policy forbids it"))
        // What this agent may not see is no fault of the target's.
        #expect(resolution.diagnosis.findings == [])
    }

    /// Of a nameserver's addresses the resolver tells one family: the glue of the other is not wrong for that.
    @Test func glueBesideHalfAnAnswer() async throws {
        let delegation =
            "a.test. 300 NS ns.a.test.\nns.a.test. 300 A 127.0.77.1\nns.a.test. 300 AAAA ::1\n"
        let zones = [
            "test.": Self.parent + delegation,
            "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
        ]
        let tree = try SmallTree(zones)
        let world = try world(zones) { query in
            let isOpen =
                query.questions.first?.name == Name("ns.a.test")
                && query.questions.first?.type == .aaaa
            return [.send(isOpen ? query.answer([], .serverFailure) : tree.resolved(query))]
        }
        let (resolution, _) = try await world.resolve("www.a.test")
        #expect(resolution.zones.first?.listed.parent?.servers.first?.addresses.count == 2)
        #expect(resolution.primary == nil)
        #expect(!resolution.warnings.contains(.delegationInconsistent))
    }

    /// Every name leads into the next zone; nobody follows for ever.
    @Test(arguments: [13, 40]) func aliasesThroughManyZones(_ count: Int) async throws {
        var (zones, parent) = ([String: String](), Self.parent)
        for number in 0..<count {
            let apex = "z\(number).test."
            let delegation = "\(apex) 300 NS ns.\(apex)\nns.\(apex) 300 A 127.0.77.1\n"
            parent += delegation
            zones[apex] = delegation + "www.\(apex) 60 CNAME www.z\(number + 1).test.\n"
        }
        let held = Array(zones.keys)
        zones["test."] = parent
        let world = try world(zones, held: held)
        let (resolution, elapsed) = try await world.resolve("www.z0.test")
        #expect(elapsed < .seconds(60))
        #expect(resolution.primary == .cnameBroken)
        // AuthorityWalk.mostOwners, four questions each; for each zone a referral and, where the resolver has given
        // the name up, one question that looks for a zone further down.
        #expect(resolution.zones.count <= 8)
        #expect(world.asked.authorities.count <= 8 * (4 + 2), "\(world.asked.authorities)")
    }

    /// Both at once: each zone of the chain is served by dozens without glue.
    @Test func aliasesThroughZonesOfDozens() async throws {
        var (zones, parent) = (["v.test.": "v.test. 300 NS ns.test.\n"], Self.parent)
        for number in 0..<12 {
            let apex = "z\(number).test."
            let delegation = (1...60).map { "\(apex) 300 NS n\($0)-\(number).v.test.\n" }
            parent += delegation.prefix(20).joined()
            zones[apex] =
                delegation.joined() + "www.\(apex) 60 CNAME www.z\(number + 1).test.\n"
        }
        zones["test."] = parent
        let world = try world(zones, held: [])
        let (resolution, elapsed) = try await world.resolve("www.z0.test")
        #expect(elapsed < .seconds(60))
        #expect(resolution.primary != nil)
        let asked = world.asked
        // Nobody of the first zone tells where the alias leads: no other zone is looked for.
        #expect(asked.resolvers.count { $0.contains(".v.test.") } <= 2 * 16)
        #expect(asked.authorities.count <= 4, "\(asked.authorities)")
    }

    @Test func aliasesThatLoopOverTwoZones() async throws {
        let zones = ["a", "b"].map { letter in
            "\(letter).test. 300 NS ns.\(letter).test.\nns.\(letter).test. 300 A 127.0.77.1\n"
        }
        let world = try world(
            [
                "test.": Self.parent + zones.joined(),
                "a.test.": zones[0] + "www.a.test. 60 CNAME www.b.test.\n",
                "b.test.": zones[1] + "www.b.test. 60 CNAME www.a.test.\n",
            ], held: ["a.test.", "b.test."])
        let (resolution, _) = try await world.resolve("www.a.test")
        #expect(resolution.primary == .cnameBroken)
        #expect(resolution.zones.map(\.zone).map(\.text).sorted() == ["a.test", "b.test"])
        #expect(world.asked.authorities.count == 2 * (4 + 2), "\(world.asked.authorities)")
    }
}
