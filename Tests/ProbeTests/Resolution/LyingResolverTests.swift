import DNS
import Hostile
import Testing

@testable import Probe

/// Resolvers that lie about where a zone begins: the authorities are found all the same, or nothing is claimed of them.
@Suite struct LyingResolverTests {
    /// Server 1 holds a.test, server 2 `test.`; the resolver is honest but for what `lie` says.
    private func resolve(
        resolvers: Int = 1, _ lie: @escaping @Sendable (Message, Name) -> [UInt8]?
    ) async throws -> (Resolution, AuthorityWorld) {
        let delegation = "a.test. 300 NS ns.a.test.\nns.a.test. 300 A 127.0.77.1\n"
        let tree = try SmallTree([
            "test.": "test. 300 NS ns.test.\nns.test. 300 A 127.0.77.2\n" + delegation,
            "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
        ])
        let world = try AuthorityWorld(
            resolvers: resolvers, authorities: 2,
            resolver: { query in
                let name = query.questions.first?.name.lowercased ?? .root
                return [.send(lie(query, name) ?? tree.resolved(query))]
            },
            authority: { number, query in
                [.send(tree.authoritative(query, for: [number == 1 ? "a.test." : "test."]))]
            })
        let (resolution, elapsed) = try await world.resolve("www.a.test")
        #expect(elapsed < .seconds(60))
        #expect(world.asked.resolvers.count < 30 && world.asked.authorities.count < 20)
        return (resolution, world)
    }

    private static func denial(_ query: Message, by apex: String) -> [UInt8] {
        query.answer(
            [], .nameError,
            authorities: (try? zone("\(apex) 60 SOA a. b. 1 2 3 4 5")) ?? [])
    }

    /// A denial that was cached before the zone was delegated: the parent's SOA is no proof that its servers are lame.
    @Test func denialFromBeforeTheDelegation() async throws {
        let (resolution, _) = try await resolve { query, name in
            name.isWithin(Name("a.test") ?? .root) ? Self.denial(query, by: "test.") : nil
        }
        #expect(resolution.zones.map(\.zone.text) == ["a.test"])
        #expect(resolution.primary == .resolverCachedError)
        #expect(!resolution.diagnosis.findings.map(\.failureClass).contains(.delegationLame))
        #expect(resolution.addresses.map(\.description) == ["192.0.2.1"])
    }

    @Test func everythingDeniedWithTheRootsSOA() async throws {
        let (resolution, world) = try await resolve { query, _ in Self.denial(query, by: ".") }
        #expect(resolution.primary == .nameNotFound)
        #expect(world.asked.authorities == [])
    }

    /// The name is called a zone of its own that has no nameservers.
    @Test func aZoneThatIsNone() async throws {
        let (resolution, _) = try await resolve { query, name in
            guard name == Name("www.a.test"), query.questions.first?.type == .soa else {
                return nil
            }
            return query.answer((try? zone("www.a.test. 60 SOA a. b. 1 2 3 4 5")) ?? [])
        }
        #expect(resolution.zones.map(\.zone.text) == ["a.test"])
        #expect(resolution.diagnosis.findings == [])
    }

    /// Denials of everything with the SOA of a zone that is not above the name.
    @Test func denialsByAForeignZone() async throws {
        let (resolution, _) = try await resolve { query, name in
            name.isWithin(Name("a.test") ?? .root) ? Self.denial(query, by: "rpz.invalid.") : nil
        }
        #expect(resolution.zones.map(\.zone.text) == ["a.test"])
        #expect(resolution.primary == .resolverFiltered)
    }

    /// Aliases for every question, be it for the SOA of the top.
    @Test func aliasesEverywhere() async throws {
        let (resolution, world) = try await resolve { query, name in
            query.answer((try? zone("\(name) 60 CNAME x.\(name)")) ?? [])
        }
        #expect(resolution.primary == .cnameBroken)
        #expect(world.asked.authorities == [])
    }

    /// What a resolver says of a zone's servers is no knowledge of who iterates from the root himself.
    @Test func delegationsOfAResolverStayOutOfIteration() async throws {
        let (resolution, world) = try await resolve { query, name in
            guard name == Name("test"), query.questions.first?.type == .ns else { return nil }
            return query.answer((try? zone("test. 300 NS ns.a.test.")) ?? [])
        }
        #expect(resolution.zones.map(\.zone.text) == ["a.test"])
        let test = try "test".asName
        #expect(world.iteration.delegations.deepest(above: test) == nil)
    }
}
