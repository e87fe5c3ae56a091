import Addresses
import DNS
import Testing

@testable import Probe

/// What is claimed of a path, and what is not, on values alone.
@Suite struct PathRulesTests {
    private static let address = "www.example.test. 300 A 192.0.2.7"

    /// A change to an alias, and one that turns two names round, halfway through the servers.
    @Test(arguments: [
        ["www.example.test. 300 A 192.0.2.7", "www.example.test. 300 CNAME edge.cdn.test."],
        [
            "www.example.test. 300 CNAME web.example.test.\nweb.example.test. 300 A 192.0.2.7",
            "web.example.test. 300 CNAME www.example.test.\nwww.example.test. 300 A 192.0.2.7",
        ],
    ])
    func twoStatesOfAZoneMakeNoBrokenAlias(_ texts: [String]) throws {
        for order in [texts, texts.reversed()] {
            let zone = DrawnPath.zoneView(
                try DrawnPath.server("ns1", "192.0.2.1", serial: 1, order[0]),
                try DrawnPath.server("ns2", "192.0.2.2", serial: 2, order[1]))
            #expect(AuthorityAnswers([zone], of: DrawnPath.target).chain.fault == nil)
            let found = DrawnPath.resolution([try DrawnPath.resolver(order[0])], [zone])
            #expect(found.primary == nil)
        }
    }

    /// RFC 4074: an authority fails on AAAA, and so does whoever asks it.
    @Test func failureOfOneTypeThatIsTheAuthoritysOwn() throws {
        let text = "www.example.test. 300 A 192.0.2.7"
        let failing = DrawnPath.zoneView(
            try DrawnPath.server("ns1", "192.0.2.1", text, failing: [.aaaa]))
        let view = try DrawnPath.resolver(text, failing: [.aaaa])
        #expect(DrawnPath.resolution([view], [failing]).diagnosis.findings.isEmpty)
        let sound = DrawnPath.zoneView(try DrawnPath.server("ns1", "192.0.2.1", text))
        #expect(DrawnPath.resolution([view], [sound]).primary == .resolverServfail)
    }

    /// A nameserver answers at one of its addresses, and this host has no way to the other.
    @Test func failureBesideANameserverThatAnswersByOneFamily() throws {
        let text = "www.example.test. 300 A 192.0.2.7"
        let other = NameserverView.State.unknown("no route")
        let zone = DrawnPath.zoneView(
            try DrawnPath.server("ns1", "192.0.2.1", text),
            DrawnPath.server("ns1", "2001:db8::1", other))
        let view = try DrawnPath.resolver("", failing: [.a, .aaaa])
        #expect(DrawnPath.resolution([view], [zone]).primary == .resolverServfail)
        let unknown = DrawnPath.zoneView(
            try DrawnPath.server("ns1", "192.0.2.1", text),
            DrawnPath.server("ns2", "2001:db8::1", other))
        #expect(DrawnPath.resolution([view], [unknown]).primary == .unknown)
    }

    /// Who refuses one type only leaves its users their addresses.
    @Test func refusalOfOneType() throws {
        let text = "www.example.test. 300 A 192.0.2.7"
        let zone = DrawnPath.zoneView(try DrawnPath.server("ns1", "192.0.2.1", text))
        let view = try DrawnPath.resolver(text, failing: [.aaaa], .notImplemented)
        let some = DrawnPath.resolution([view], [zone])
        #expect(some.primary == nil && some.warnings == [.resolverRefused])
        let all = try DrawnPath.resolver("", failing: [.a, .aaaa], .refused)
        #expect(DrawnPath.resolution([all], [zone]).primary == .resolverRefused)
    }

    /// Nobody answers us, and the resolver does: that one listed name has no address is not why.
    @Test func silenceBesideANameWithoutAddress() throws {
        let zone = DrawnPath.zoneView(
            DrawnPath.server("ns1", "192.0.2.1", .unresponsive("no answer came")),
            DrawnPath.server("ns2", nil, .addressless))
        let served = DrawnPath.resolution(
            [try DrawnPath.resolver("www.example.test. 300 A 192.0.2.7")], [zone])
        #expect(served.primary == nil)
        #expect(Set(served.warnings) == [.authorityUnreachable, .delegationLame])
        let failed = DrawnPath.resolution(
            [try DrawnPath.resolver("", failing: [.a, .aaaa])], [zone])
        #expect(failed.primary == .nameserverUnresponsive)
    }

    /// One server is lame, and to the only other one this host has no way.
    @Test func lamenessBesideAServerThatIsNotKnown() throws {
        let lame = DrawnPath.server("ns1", "192.0.2.1", .lame("answers REFUSED"))
        let zone = DrawnPath.zoneView(
            lame, DrawnPath.server("ns2", "2001:db8::1", .unknown("no route")))
        let view = try DrawnPath.resolver("www.example.test. 300 A 192.0.2.7")
        let unknown = DrawnPath.resolution([view], [zone])
        #expect(unknown.primary == nil && unknown.warnings == [.delegationLame])
        #expect(
            DrawnPath.resolution([view], [DrawnPath.zoneView(lame)]).primary == .delegationLame)
    }

    /// Where a server leaves a question open, it does not differ from another.
    @Test func anOpenQuestionIsNoPropagation() throws {
        let text = "www.example.test. 300 A 192.0.2.7\nwww.example.test. 300 AAAA 2001:db8::7"
        var servers = [
            try DrawnPath.server("ns1", "192.0.2.1", serial: 1, text),
            try DrawnPath.server("ns2", "192.0.2.2", serial: 2, text, failing: [.aaaa]),
        ]
        for index in servers.indices {
            servers[index].second = servers[index].lookups + [servers[index].soa].compactMap { $0 }
        }
        let zone = DrawnPath.zoneView(servers[0], servers[1])
        let found = DrawnPath.resolution([try DrawnPath.resolver(text)], [zone])
        #expect(found.diagnosis.findings.isEmpty)
    }

    /// A zone whose serial goes on while its answer stays: that a resolver holds an older one proves nothing of an
    /// answer that was chosen for somebody elsewhere.
    @Test func olderSerialUnderWhichTheAnswerWasTheSame() throws {
        let zone = DrawnPath.zoneView(
            try DrawnPath.server("ns1", "192.0.2.1", serial: 90, Self.address))
        let view = try DrawnPath.resolver("www.example.test. 300 A 192.0.2.9", serial: 60)
        let answers = AuthorityAnswers([zone], of: DrawnPath.target)
        var remembered = RememberedAnswers()
        for serial: UInt32 in [50, 70, 80] {
            remembered.note(answers.sets, serials: [serial], at: 1_799_999_000 + Int64(serial))
        }
        let steady = DrawnPath.resolution([view], [zone], remembered: remembered)
        #expect(steady.warnings.isEmpty)
        let fresh = DrawnPath.resolution([view], [zone])
        #expect(fresh.warnings == [.resolverStaleAnswer])
    }

    /// Many answers in turn, each with another serial, and a resolver that keeps one for its TTL.
    @Test func rotationUnderAMovingSerial() throws {
        var remembered = RememberedAnswers()
        for host: UInt32 in 1...4 {
            remembered.note(
                [.a: [[IPAddress(ipv4: 0xc000_0200 + host)]], .aaaa: [[]]], serials: [host],
                at: 1_799_999_000 + Int64(host))
        }
        let zone = DrawnPath.zoneView(
            try DrawnPath.server("ns1", "192.0.2.1", serial: 9, Self.address))
        let view = try DrawnPath.resolver("www.example.test. 300 A 192.0.2.2", serial: 8)
        let rotating = DrawnPath.resolution([view], [zone], remembered: remembered)
        #expect(rotating.warnings.isEmpty)
    }
}
