import Addresses
import DNS
import Testing

@testable import Probe

/// What the authorities' answers say together, and what they leave open.
@Suite struct AuthorityAnswersTests {
    /// A server that gives its SOA, and whose address answers were cut while TCP fails.
    @Test func silenceOnAddressesDeniesNothing() throws {
        let name = try #require(Name("www.example.test"))
        let zone = try #require(Name("example.test"))
        let lost = [RecordType.a, .aaaa].map { type in
            Lookup(
                question: Question(name, type), outcome: .failure(.truncated("refused")),
                duration: .zero)
        }
        let server = NameserverView(
            try #require(Name("ns.example.test")), IPAddress("192.0.2.1"), .sound,
            for: zone, lookups: lost)
        let listed = ListedZone(zone: zone, servers: [], ttl: 300)
        let answers = AuthorityAnswers(
            [ZoneView(listed, of: name, nameservers: [server])], of: name)
        #expect(answers.outcome == nil)
        #expect(!answers.isComplete)
    }
}
