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
}
