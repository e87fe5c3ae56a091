import DNS
import Synchronization
import Testing

@testable import Probe

/// Which authorities CAA records allow (RFC 8659), and by which names they are known.
@Suite struct AuthorizationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let records: [(tag: String, value: String)]
        let permits: Bool
        let permitsWildcard: Bool

        init(
            _ name: String, _ permits: Bool, wildcard: Bool, _ records: (String, String)...
        ) {
            (testDescription, self.permits, permitsWildcard) = (name, permits, wildcard)
            self.records = records.map { (tag: $0.0, value: $0.1) }
        }
    }

    /// Judged for an authority that is spoken of as ca.example and ca.test.
    static let cases: [Case] = [
        Case("the issuer", true, wildcard: true, ("issue", "ca.example")),
        Case("by its other name", true, wildcard: true, ("issue", "ca.test")),
        Case("in capitals", true, wildcard: true, ("ISSUE", "CA.Example")),
        Case(
            "with parameters", true, wildcard: true,
            ("issue", " ca.example ; accounturi=https://ca.example/1")),
        Case("another", false, wildcard: false, ("issue", "other.example")),
        Case("a name below it", false, wildcard: false, ("issue", "sub.ca.example")),
        Case(
            "one of several", true, wildcard: true, ("issue", "other.example"),
            ("issue", "ca.example")),
        Case("nobody", false, wildcard: false, ("issue", ";")),
        Case("nothing at all", false, wildcard: false, ("issue", "")),
        Case("what cannot be read", false, wildcard: false, ("issue", "ca..example")),
        Case("only where to report", true, wildcard: true, ("iodef", "mailto:a@b.example")),
        Case(
            "no wildcards", true, wildcard: false, ("issue", "ca.example"), ("issuewild", ";")),
        Case("wildcards only", true, wildcard: true, ("issuewild", "ca.example")),
        Case("another's wildcards only", true, wildcard: false, ("issuewild", "other.example")),
        Case(
            "wildcards, else another", false, wildcard: true, ("issue", "other.example"),
            ("issuewild", "ca.example")),
    ]

    @Test(arguments: cases) func permits(_ one: Case) {
        let set = CAASet(
            owner: .root,
            records: one.records.map {
                CAA(flags: 0, tag: Array($0.tag.utf8), value: Array($0.value.utf8))
            })
        let domains: Set = ["ca.example", "ca.test"]
        #expect(set.permits(domains, wildcard: false) == one.permits)
        #expect(set.permits(domains, wildcard: true) == one.permitsWildcard)
    }

    @Test(
        arguments: [
            ("CN=R11,O=Let's Encrypt,C=US", nil, "letsencrypt.org"),
            ("CN=WR2,O=Google Trust Services,C=US", nil, "pki.goog"),
            (
                #"CN=Go Daddy Secure Certificate Authority - G2,O=GoDaddy.com\, Inc.,L=Scottsdale"#,
                nil,
                "godaddy.com"
            ),
            ("C=US+O=DigiCert Inc,CN=DigiCert G2", nil, "digicert.com"),
            ("CN=ca.corp.example,O=Corp", "ca.corp.example", "ca.corp.example"),
            ("CN=Corp CA,O=Corp", "Corp CA", nil),
            ("CN=O=Let's Encrypt,C=US", nil, nil),
            ("CN=Let's Encrypt", nil, nil),
            (#"CN=a\,O=Let's Encrypt"#, nil, nil),
            (#"O=\"#, nil, nil),
            ("", "", nil),
        ] as [(String, String?, String?)])
    func knowsIssuers(_ issuer: String, _ expected: String?, _ domain: String?) {
        let found = KnownIssuers(expected: expected).domains(ofIssuer: issuer)
        if let domain {
            #expect(found?.contains(domain) == true)
        } else {
            #expect(found == nil)
        }
    }

    /// Names are asked from the bottom up, and not above the first that has records; the root never.
    @Test(
        arguments: [
            (["b.test"], "b.test", ["www.a.b.test", "a.b.test", "b.test"]),
            (["www.a.b.test", "b.test"], "www.a.b.test", ["www.a.b.test"]),
            ([], nil, ["www.a.b.test", "a.b.test", "b.test", "test"]),
        ] as [([String], String?, [String])])
    func climbs(_ owners: [String], _ closest: String?, _ questions: [String]) async throws {
        let asked = Mutex<[String]>([])
        let stage = AuthorizationStage(
            lookup: { name, type in
                asked.withLock { $0.append(name.text) }
                guard type == .caa else { return .unknown("not CAA") }
                guard owners.contains(name.text) else { return .none }
                return .records([
                    .caa(CAA(flags: 0, tag: Array("issue".utf8), value: Array("ca.test".utf8)))
                ])
            }, issuers: KnownIssuers())
        let outcome = await stage.climb(from: try #require(Name("www.a.b.test")))
        #expect(asked.withLock { $0 } == questions)
        if case .found(let set) = outcome {
            #expect(set.owner.text == closest)
        } else {
            #expect(outcome == .none && closest == nil)
        }
    }
}
