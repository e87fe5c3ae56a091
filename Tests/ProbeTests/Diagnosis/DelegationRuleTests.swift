import Addresses
import DNS
import Testing

@testable import Probe

/// What a zone's servers and its delegation prove, by the evidence that the table names.
@Suite struct DelegationRuleTests {
    typealias S = PathSamples

    private func samples(
        _ servers: NameserverView..., resolver: ResolverView? = nil
    ) throws -> PathSamples {
        var samples = PathSamples()
        samples.resolvers = [try resolver ?? S.resolver(S.good)]
        samples.nameservers = servers
        return samples
    }

    private static let silent = NameserverView.State.unresponsive("no answer came")
    private static let lame = NameserverView.State.lame("answers REFUSED")

    // MARK: - Who answers

    @Test func oneOfTwo() throws {
        #expect(
            try samples(S.server(1), S.server(2, state: Self.silent)).classes == [
                "nameserver_unresponsive warning"
            ])
        #expect(
            try samples(S.server(1), S.server(2, state: Self.lame)).classes == [
                "delegation_lame warning"
            ])
        #expect(
            try samples(S.server(1), S.server(2, state: .addressless)).classes == [
                "delegation_lame warning"
            ])
    }

    @Test func noneOfTwo() throws {
        #expect(
            try samples(S.server(1, state: Self.lame), S.server(2, state: Self.lame)).classes == [
                "delegation_lame failure"
            ])
        let silent = [try S.server(1, state: Self.silent), try S.server(2, state: Self.silent)]
        // The resolver reaches them: port 53 may be closed for us alone.
        #expect(try samples(silent[0], silent[1]).classes == ["authority_unreachable warning"])
        let failing = try S.resolver("", .serverFailure)
        #expect(
            try samples(silent[0], silent[1], resolver: failing).classes == [
                "nameserver_unresponsive failure"
            ])
    }

    /// None of those that can be asked answers while the resolver has data: comparisons are absent, never guessed.
    @Test func silentOnesAndOneWithoutAddress() throws {
        let samples = try samples(
            S.server(1, state: Self.silent), S.server(2, state: .addressless))
        #expect(
            try samples.classes == ["authority_unreachable warning", "delegation_lame warning"])
        var alone = samples
        alone.resolvers = [try S.resolver("", .serverFailure)]
        #expect(
            try alone.classes == ["nameserver_unresponsive failure", "delegation_lame warning"])
    }

    @Test func whatIsNotKnownIsNotClaimed() throws {
        let unknown = NameserverView.State.unknown("the address policy forbids it")
        #expect(try samples(S.server(1), S.server(2, state: unknown)).classes == [])
        #expect(try samples(S.server(1, state: unknown)).classes == [])
    }

    /// Something on the path answers in the servers' place, with recursion and without authority.
    @Test func portRedirected() throws {
        var redirected = try S.server(1)
        redirected.state = .lame("is not authoritative for a.test")
        redirected.lookups = try [RecordType.a, .aaaa].map { type in
            var lookup = try S.lookup(type, S.good)
            if var message = lookup.response {
                message.flags.insert(.recursionAvailable)
                lookup.outcome = .success(message)
            }
            return lookup
        }
        #expect(try samples(redirected).classes == ["authority_unreachable warning"])
        let failing = try samples(redirected, resolver: S.resolver("", .serverFailure)).findings
        #expect(failing.allSatisfy { !$0.places.isEmpty && !$0.evidence.isEmpty }, "\(failing)")
    }

    // MARK: - What they answer

    private func divided(
        _ serials: (UInt32, UInt32), isStable: Bool = true, answer: String = S.other
    ) throws -> PathSamples {
        try samples(
            S.server(1, S.good, serial: serials.0, isStable: isStable),
            S.server(2, answer, serial: serials.1, isStable: isStable))
    }

    @Test func differentAnswersUnderDifferentSerials() throws {
        #expect(try divided((7, 8)).classes == ["zone_propagation_pending warning"])
        #expect(try divided((7, 7)).classes == [])
        // Serials alone are a metric: several providers, anycast.
        #expect(try divided((7, 8), answer: S.good).classes == [])
        // Who answers differently each time is no slow one.
        #expect(try divided((7, 8), isStable: false).classes == [])
        var fickle = try divided((7, 8))
        fickle.nameservers[1].second = try S.server(2, S.good, serial: 8, isStable: true).second
        #expect(try fickle.classes == [])
    }

    /// A server that leaves a question open says nothing that another could differ from.
    @Test func silenceOnOneTypeIsNoAnswer() throws {
        var third = try S.server(3, S.good, serial: 8)
        third.lookups[0] = try S.lost(.a)
        third.second = third.lookups + [third.soa].compactMap { $0 }
        // The other two rotate under one serial.
        var samples = try divided((7, 7))
        samples.nameservers.append(third)
        #expect(try samples.classes == [])
    }

    @Test func anAddressThatOnlySomeGiveFails() throws {
        var samples = try divided((7, 8))
        samples.endpoints = [
            try S.endpoint("192.0.2.1", passes: true), try S.endpoint("192.0.2.2", passes: false),
        ]
        #expect(try samples.classes == ["zone_propagation_pending failure"])
        // An address that all give is not what they differ about.
        samples = try divided((7, 8), answer: S.good + "\n" + S.other)
        samples.endpoints = [try S.endpoint("192.0.2.1", passes: false)]
        #expect(try samples.classes == ["zone_propagation_pending warning"])
    }

    /// After two days it is no propagation any more, and a warning at most.
    @Test func afterTwoDays() throws {
        let cases: [(age: Int64, expected: String)] = [
            (172_800, "zone_propagation_pending failure"),
            (172_801, "zone_propagation_pending warning"),
        ]
        for (age, expected) in cases {
            var samples = try divided((7, 8))
            samples.endpoints = [try S.endpoint("192.0.2.2", passes: false)]
            samples.remembered.dividedSince = [try "a.test".asName: S.now - age]
            let finding = try #require(try samples.findings.first)
            #expect("\(finding.failureClass.rawValue) \(finding.severity.rawValue)" == expected)
            #expect(finding.evidence.contains { $0.contains("pending for \(age) s") })
        }
    }

    // MARK: - Parent and child

    private func compared(
        _ parent: [(String, [String])]?, child: [String] = ["ns1.a.test", "ns2.a.test"]
    ) throws -> PathSamples {
        var samples = try samples(S.server(1, names: child), S.server(2, names: child))
        samples.parent = try parent.map { parent in
            Delegation(
                zone: try "a.test".asName,
                servers: try parent.map {
                    .init(try $0.0.asName, at: $0.1.compactMap { IPAddress($0) })
                }, ttl: 300)
        }
        return samples
    }

    @Test func setsAreComparedAsSets() throws {
        let inOrder = try compared([("ns1.a.test", []), ("ns2.a.test", [])])
        let turned = try compared([("ns2.a.test", []), ("ns1.a.test", [])])
        #expect(try inOrder.classes == [] && turned.classes == [])
        let missing = try compared([("ns1.a.test", [])])
        #expect(try missing.classes == ["delegation_inconsistent warning"])
        let other = try compared([("ns1.a.test", []), ("ns3.a.test", [])])
        #expect(try other.classes == ["delegation_inconsistent warning"])
    }

    @Test func unknownSidesAreNotCompared() throws {
        #expect(DelegationComparison(try compared(nil).view).matches == nil)
        #expect(
            DelegationComparison(try compared([("ns1.a.test", [])], child: []).view).matches == nil)
        // A referral of as many names as are taken was cut.
        let many = try compared((1...16).map { ("ns\($0).a.test", []) })
        #expect(DelegationComparison(try many.view).matches == nil)
    }

    @Test func glueThatIsAnother() throws {
        var view = try compared([("ns1.a.test", ["198.51.100.1"]), ("ns2.a.test", [])]).view
        #expect(DelegationComparison(view).matches == true)
        let set = { (texts: [String]) in Set(texts.compactMap { IPAddress($0) }) }
        view.listed.servers[0].lookedUp = set(["198.51.100.1"])
        #expect(DelegationComparison(view).matches == true)
        view.listed.servers[0].lookedUp = set(["198.51.100.9"])
        #expect(DelegationComparison(view).differences.count == 1)
    }
}
