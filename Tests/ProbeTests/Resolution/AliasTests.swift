import Addresses
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// Chains of aliases, as resolvers tell them whole, in pieces or not at all.
@Suite struct AliasTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let zone: String
        /// How many aliases one answer holds.
        var chasing = 20
        let aliases: Int
        /// Nil where there are addresses; else what the fault says.
        var fault: String?
    }

    /// a0 → a1 → … → a`count`, with an address at the end unless the text of one is given.
    static func chain(_ count: Int, _ end: String = "A 192.0.2.7") -> String {
        (0..<count).map { "a\($0).test. 60 CNAME a\($0 + 1).test.\n" }.joined()
            + (end.isEmpty ? "" : "a\(count).test. 60 \(end)\n")
    }

    static let cases = [
        Case(testDescription: "none", zone: chain(0), aliases: 0),
        Case(testDescription: "one", zone: chain(1), aliases: 1),
        Case(testDescription: "11", zone: chain(11), aliases: 11),
        Case(
            testDescription: "12", zone: chain(12), aliases: 12,
            fault: "the chain has more than 11 aliases"),
        Case(
            testDescription: "40", zone: chain(40), chasing: 40, aliases: 12,
            fault: "the chain has more than 11 aliases"),
        Case(testDescription: "cut after the first of one", zone: chain(1), chasing: 1, aliases: 1),
        Case(
            testDescription: "cut after each of five", zone: chain(5), chasing: 1, aliases: 5),
        Case(
            testDescription: "cut after each of 12", zone: chain(12), chasing: 1, aliases: 12,
            fault: "the chain has more than 11 aliases"),
        Case(
            testDescription: "to itself", zone: "a0.test. 60 CNAME a0.test.", aliases: 1,
            fault: "the aliases form a loop: a0.test leads back to a0.test"),
        Case(
            testDescription: "loop of two",
            zone: "a0.test. 60 CNAME a1.test.\na1.test. 60 CNAME a0.test.", aliases: 2,
            fault: "the aliases form a loop: a1.test leads back to a0.test"),
        Case(
            testDescription: "loop behind the first",
            zone: "a0.test. 60 CNAME a1.test.\na1.test. 60 CNAME A1.test.", aliases: 2,
            fault: "the aliases form a loop: a1.test leads back to a1.test"),
        Case(
            testDescription: "to a name that does not exist", zone: chain(2, ""), aliases: 2,
            fault: "a2.test, where the aliases end, does not exist"),
        Case(
            testDescription: "in pieces to a name that does not exist", zone: chain(2, ""),
            chasing: 1, aliases: 2, fault: "a2.test, where the aliases end, does not exist"),
        Case(
            testDescription: "to a name without address", zone: chain(1, "TXT x"), aliases: 1,
            fault: "a1.test, where the aliases end, has no address"),
        Case(
            testDescription: "beside an address",
            zone: chain(1) + "a0.test. 60 A 192.0.2.9", aliases: 1,
            fault: "a0.test has a CNAME beside other data"),
        Case(
            testDescription: "beside an address in the middle",
            zone: chain(3) + "a1.test. 60 A 192.0.2.9", aliases: 3,
            fault: "a1.test has a CNAME beside other data"),
    ]

    @Test(arguments: cases)
    func isFollowed(_ one: Case) async throws {
        let records = try zone(one.zone)
        let answer: NameServer.Reaction = {
            [.send($0.answer(from: records, chasing: one.chasing))]
        }
        let server = try NameServer(udp: answer, tcp: answer)
        let (resolution, elapsed) = try await resolve("a0.test", [server])
        #expect(resolution.aliases.count == one.aliases)
        if let fault = one.fault {
            #expect(resolution.outcome == .brokenAlias(fault))
            #expect(resolution.primary == .cnameBroken)
        } else {
            #expect(resolution.outcome == .addresses)
            #expect(resolution.addresses.map(\.description) == ["192.0.2.7"])
            #expect(resolution.primary == nil)
        }
        #expect(elapsed < .seconds(64))
    }

    /// A resolver that keeps an address of a name, and learns with the other type that the name is an alias now.
    @Test func addressThatIsKeptBesideANewAlias() async throws {
        let old = try zone("a0.test. 900 A 192.0.2.9")
        let new = try zone(Self.chain(1))
        let server = try NameServer(udp: { question in
            let isKept = question.questions[0] == Question(old[0].owner, .a)
            return [.send(question.answer(from: isKept ? old : new))]
        })
        let (resolution, _) = try await resolve("a0.test", [server])
        #expect(resolution.outcome == .addresses && resolution.primary == nil)
        #expect(resolution.addresses.map(\.description) == ["192.0.2.7", "192.0.2.9"])
    }

    @Test func silenceBehindAnAliasIsNoDenial() async throws {
        let records = try zone("a0.test. 60 CNAME a1.test.")
        let server = try NameServer(udp: { question in
            question.questions[0].name == Name("a0.test")
                ? [.send(question.answer(records))] : []
        })
        let (resolution, _) = try await resolve("a0.test", [server])
        #expect(resolution.outcome == .failed || resolution.outcome == .cutShort)
        #expect(resolution.primary != .cnameBroken)
        #expect(resolution.aliases.count == 1)
    }

    /// A resolver that fails on the chain as a whole still gives its aliases one by one.
    @Test func walksAliasesWhereTheResolverFails() async throws {
        let records = try zone(Self.chain(3, ""))
        let server = try NameServer(udp: { question in
            question.questions[0].type == .cname
                ? [.send(question.answer(from: records, chasing: 1))]
                : [.send(question.answer([], .serverFailure))]
        })
        let (resolution, _) = try await resolve("a0.test", [server])
        #expect(resolution.aliases.map(\.target.text) == ["a1.test", "a2.test", "a3.test"])
        #expect(resolution.outcome == .failed)
        #expect(resolution.primary == .unknown)
    }

    @Test func walkFindsTheLoopThatTheResolverFailsOn() async throws {
        let records = try zone("a0.test. 60 CNAME a1.test.\na1.test. 60 CNAME a0.test.")
        let server = try NameServer(udp: { question in
            question.questions[0].type == .cname
                ? [.send(question.answer(from: records, chasing: 1))]
                : [.send(question.answer([], .serverFailure))]
        })
        let (resolution, _) = try await resolve("a0.test", [server])
        #expect(
            resolution.outcome
                == .brokenAlias("the aliases form a loop: a1.test leads back to a0.test"))
        #expect(resolution.primary == .cnameBroken)
    }

    @Test func dnameIsFollowedAndNamed() async throws {
        let records = try zone("old.test. 60 DNAME new.test.")
        let addresses = try zone("www.new.test. 60 A 192.0.2.7")
        let server = try NameServer(udp: { question in
            question.questions[0].type == .a
                ? [.send(question.answer(records + addresses))]
                : [.send(question.answer(records))]
        })
        let (resolution, _) = try await resolve("www.old.test", [server])
        #expect(resolution.outcome == .addresses)
        #expect(resolution.aliases.map(\.isFromDNAME) == [true])
        #expect(resolution.aliases.map(\.target.text) == ["www.new.test"])
    }

    @Test func thousandsOfAddressesCostNoMoreThanSome() async throws {
        let count = 4000
        let records = (0..<count).map { number in
            Record(
                owner: Name("a.test") ?? .root, type: .a, ttl: 60,
                data: .address(IPAddress(ipv4: 0x0a00_0000 + UInt32(number))))
        }
        let server = try NameServer(
            udp: { [.send($0.answer { $0.flags.insert(.truncated) })] },
            tcp: { $0.questions[0].type == .a ? [.send($0.answer(records))] : [.send($0.answer())] }
        )
        let (resolution, elapsed) = try await resolve("a.test", [server])
        #expect(resolution.addresses.count == count)
        #expect(resolution.triedAddresses.count == Resolution.triedPerFamily)
        #expect(resolution.warnings == [.probeTargetRefused])
        #expect(resolution.primary == nil)
        #expect(elapsed < .seconds(64))
    }
}
