import Addresses
import Configuration
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// Iteration over one server that plays every authority, all of them at its address.
struct IterationTests {
    @Test func tellsEachServerNoMoreThanItNeeds() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("www.shop.test", .a).response)
        #expect(reply.answers.compactMap(\.address) == [IPAddress("192.0.2.1")])
        #expect(
            world.questions == ["test. A", "shop.test. A", "www.shop.test. A"])
    }

    @Test func delegationsAreKeptAndAnswersAreNot() async throws {
        let world = try IteratedWorld()
        _ = try await world.ask("www.shop.test", .a)
        _ = try await world.ask("www.shop.test", .a)
        #expect(world.questions.suffix(2) == ["www.shop.test. A", "www.shop.test. A"])
        #expect(world.questions.count == 4)
    }

    @Test func aDelegationThatMovedIsFoundAgain() async throws {
        let world = try IteratedWorld()
        _ = try await world.ask("www.shop.test", .a)
        world.move()
        let reply = try #require(try await world.ask("www.shop.test", .a).response)
        #expect(reply.answers.compactMap(\.address) == [IPAddress("192.0.2.2")])
    }

    @Test func aDSIsTheParentsToTell() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("shop.test", .ds).response)
        #expect(reply.authorities.first?.owner == Name("test"))
        #expect(world.questions == ["test. A", "shop.test. DS"])
    }

    @Test func anAliasIntoAnotherZoneIsFollowed() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("alias.shop.test", .a).response)
        // What the first server said of the other zone is not its to say.
        #expect(reply.answers.compactMap(\.address) == [IPAddress("192.0.2.7")])
        #expect(reply.answers.map(\.type) == [.cname, .a])
    }

    @Test func aReferralUpwardsOrAsideIsOfNoUse() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("www.lame.test", .a).response)
        #expect(reply.responseCode == .serverFailure)
        let error = try #require(reply.edns?.extendedErrors.first)
        #expect(error.code == 22)
        #expect(error.text == "lame.test: 127.0.0.1 is not authoritative for lame.test")
    }

    @Test("Thousands of nameservers cost a few queries (CVE-2020-8616)")
    func floodOfNameservers() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("www.flood.test", .a).response)
        #expect(reply.responseCode == .serverFailure)
        #expect(world.questions.count <= Iteration.mostQueries + 1)
    }

    @Test func nameserversThatNeedEachOtherEnd() async throws {
        let world = try IteratedWorld()
        let reply = try #require(try await world.ask("www.one.test", .a).response)
        #expect(reply.responseCode == .serverFailure)
        #expect(world.questions.count <= Iteration.mostQueries + 1)
    }

    @Test func anEndlessWayDownEnds() async throws {
        let world = try IteratedWorld()
        let deep = String(repeating: "d.", count: 110) + "deep.test"
        let reply = try #require(try await world.ask(deep, .a).response)
        #expect(reply.responseCode == .serverFailure)
        #expect(reply.edns?.extendedErrors.first?.text.contains("more than 64 queries") == true)
    }

    @Test func aSilentRootIsAFailure() async throws {
        let server = try NameServer(udp: { _ in [] })
        let iteration = try IteratedWorld.iteration(server)
        let lookup = await iteration(
            Question(.root, .ns), timer: .milliseconds(500), by: .now + .seconds(60))
        guard case .unreachable(let detail) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(detail.hasPrefix("no root server answers: 127.0.0.1 gives no answer"))
    }

    @Test func theDeadlineCutsItShort() async throws {
        let server = try NameServer(udp: { _ in [] })
        let lookup = try await IteratedWorld.iteration(server)(
            Question(.root, .ns), timer: .seconds(60), by: .now + .milliseconds(300))
        #expect(lookup.failure == .cutShort)
    }

    @Test func addressesThatThePolicyForbidsAreNotAsked() async throws {
        let world = try IteratedWorld()
        var iteration = world.iteration
        var policy = Module().addresses
        policy.deny = [Located("127.0.0.0/8")]
        iteration.policy = try AddressRule(policy)
        let lookup = await iteration(
            Question(.root, .ns), timer: .seconds(16), by: .now + .seconds(60))
        #expect(
            lookup.failure
                == .unreachable("no root server answers: no address of a server is known"))
        #expect(world.questions.isEmpty)
    }
}
