import Addresses
import Configuration
import DNS
import Testing

@testable import Probe

/// What the configuration expects beside what there is: found, not found, and nothing to tell.
@Suite struct ExpectationTests {
    typealias S = PathSamples

    private func expecting(_ change: (inout Expectations) -> Void) throws -> ExpectedRecords {
        var expect = Expectations()
        change(&expect)
        return try ExpectedRecords(expect)
    }

    private func addresses(_ texts: String...) throws -> ExpectedRecords {
        try expecting { $0.addresses = texts.map { Located($0) } }
    }

    private func samples(_ answer: String, authority: String? = nil) throws -> PathSamples {
        var samples = PathSamples()
        samples.resolvers = [try S.resolver(answer)]
        if let authority { samples.nameservers = [try S.server(1, authority)] }
        return samples
    }

    private func result(_ expected: ExpectedRecords, _ samples: PathSamples) throws
        -> ExpectationResult
    {
        let results = expected.results(try samples.resolution, samples.endpoints)
        #expect(results.count == 1)
        return try #require(results.first)
    }

    // MARK: - Addresses

    @Test func theAuthoritiesWordCounts() throws {
        let expected = try addresses("192.0.2.1")
        let right = try result(expected, samples(S.other, authority: S.good))
        #expect(right.matches == true && right.found == "192.0.2.1")
        let wrong = try result(expected, samples(S.good, authority: S.other))
        #expect(wrong.matches == false && wrong.found == "192.0.2.2")
        // Without them the clients' view does.
        #expect(try result(expected, samples(S.good)).matches == true)
        #expect(try result(expected, samples("")).found == "none")
        #expect(try result(expected, samples("")).matches == false)
    }

    @Test func asSets() throws {
        let both = S.good + "\n" + S.other
        #expect(try result(addresses("192.0.2.2", "192.0.2.1"), samples(both)).matches == true)
        #expect(try result(addresses("192.0.2.1"), samples(both)).matches == false)
        #expect(try result(addresses("192.0.2.1", "192.0.2.2"), samples(S.good)).matches == false)
    }

    @Test func silenceIsNoMismatch() throws {
        var silent = PathSamples()
        silent.resolvers = [
            ResolverView(resolver: "192.0.2.53", lookups: [try S.lost(.a), try S.lost(.aaaa)])
        ]
        let result = try result(addresses("192.0.2.1"), silent)
        #expect(result.found == nil && result.matches == nil)
        #expect(ExpectationRules(results: [result], host: "www.a.test").findings == [])
    }

    /// One family is told, the other left open: the set is not known.
    @Test func halfAnAnswerIsNoMismatch() throws {
        let expected = try addresses("192.0.2.1", "2001:db8::1")
        var half = try samples(S.good)
        half.resolvers[0].lookups[1] = try S.lost(.aaaa)
        #expect(try result(expected, half).matches == nil)
        var authorities = try samples(S.good, authority: S.good)
        authorities.nameservers[0].lookups[1] = try S.lost(.aaaa)
        #expect(try result(expected, authorities).matches == nil)
        // What is found and not expected differs whatever the rest may be.
        let other = try addresses("192.0.2.9")
        #expect(try result(other, half).matches == false)
    }

    // MARK: - Aliases

    @Test func aliases() throws {
        let expected = try expecting { $0.cname = Located("cdn.b.test") }
        let alias = "www.a.test. 60 CNAME cdn.b.test.\ncdn.b.test. 60 A 192.0.2.1"
        #expect(try result(expected, samples(alias)).matches == true)
        let missing = try result(expected, samples(S.good))
        #expect(missing.matches == false && missing.isMissing)
        let elsewhere = try result(
            expected, samples("www.a.test. 60 CNAME x.b.test.\nx.b.test. 60 A 192.0.2.1"))
        #expect(elsewhere.matches == false && !elsewhere.isMissing)
        let classes = ExpectationRules(results: [missing, elsewhere], host: "www.a.test").findings
        #expect(classes.map(\.failureClass) == [.cnameMissing, .cnameWrongTarget])
    }

    // MARK: - MX and TXT

    private func side(
        _ type: RecordType, _ records: String, authority: String? = nil
    ) throws -> PathSamples {
        var samples = try samples(S.good, authority: authority == nil ? nil : S.good)
        samples.resolvers[0].others = [try S.lookup(type, records)]
        if let authority {
            samples.nameservers[0].lookups.append(
                try S.lookup(type, authority, isAuthority: true))
        }
        return samples
    }

    @Test func mailHosts() throws {
        let expected = try expecting { $0.mx = [Located("mx1.b.test"), Located("mx2.b.test")] }
        #expect(expected.types == [.mx])
        let both = "www.a.test. 60 MX 10 mx2.b.test.\nwww.a.test. 60 MX 20 mx1.b.test."
        #expect(try result(expected, side(.mx, both)).matches == true)
        let one = "www.a.test. 60 MX 10 mx1.b.test."
        #expect(try result(expected, side(.mx, one)).matches == false)
        #expect(try result(expected, side(.mx, one, authority: both)).matches == true)
        #expect(try result(expected, side(.mx, both, authority: "")).found == "none")
        // The question was not answered by anybody.
        #expect(try result(expected, samples(S.good, authority: S.good)).matches == nil)
    }

    @Test func texts() throws {
        let expected = try expecting { $0.txt = [Located("v=spf1 -all")] }
        let split = "www.a.test. 60 TXT \"v=spf1 \" \"-all\"\nwww.a.test. 60 TXT \"else\""
        #expect(try result(expected, side(.txt, split)).matches == true)
        #expect(try result(expected, side(.txt, "www.a.test. 60 TXT \"else\"")).matches == false)
    }

    /// The zone of the alias tells the CNAME; where it leads nobody answered for MX.
    @Test func anAliasIsNoAbsence() throws {
        let alias = "www.a.test. 60 CNAME cdn.b.test."
        let expected = try expecting { $0.mx = [Located("mx1.b.test")] }
        var samples = try samples(alias, authority: alias)
        samples.nameservers[0].lookups.append(try S.lookup(.mx, alias, isAuthority: true))
        var resolution = try samples.resolution
        var end = try S.server(1)
        end.lookups =
            try [.a, .aaaa].map {
                try S.lookup(
                    $0, "cdn.b.test. 60 A 192.0.2.1", denial: "b.test. 60 SOA a. b. 1 2 3 4 5",
                    isAuthority: true, owner: "cdn.b.test")
            } + [try S.lost(.mx)]
        resolution.zones.append(
            ZoneView(
                ListedZone(zone: try "b.test".asName, servers: [], ttl: 60),
                of: try "cdn.b.test".asName, nameservers: [end]))
        let result = try #require(expected.results(resolution, []).first)
        #expect(result.matches == nil, "\(result)")
    }

    // MARK: - Issuer

    @Test func issuers() throws {
        let make = try ReportSamples()
        var samples = try samples(S.good)
        let expected = try expecting { $0.issuer = Located("Test Intermediate") }
        #expect(try result(expected, samples).matches == nil)
        samples.endpoints = [
            try S.endpoint("192.0.2.1", passes: true, certificate: make.shown(try make.leaf()))
        ]
        #expect(try result(expected, samples).matches == true)
        let other = try expecting { $0.issuer = Located("Another CA") }
        let wrong = try result(other, samples)
        #expect(wrong.matches == false && wrong.found?.contains("Test Intermediate") == true)
        let finding = try #require(
            ExpectationRules(results: [wrong], host: "www.a.test").findings.first)
        #expect(finding.failureClass == .recordMismatch && finding.confidence == .expectation)
    }

    // MARK: - Configuration

    @Test func whatCannotBeReadNamesItsPlace() throws {
        let cases: [(String, (inout Expectations) -> Void)] = [
            ("\"192.0.2\" is not an address", { $0.addresses = [Located("192.0.2")] }),
            ("\"a..b\" is not a name", { $0.cname = Located("a..b") }),
            ("\"a..b\" is not a name", { $0.mx = [Located("a..b")] }),
        ]
        for (expected, change) in cases {
            #expect("\(expected)") {
                _ = try expecting(change)
            } throws: { error in
                "\(error)".contains(expected)
            }
        }
        let text = "modules:\n  m:\n    expect:\n      addresses: [192.0.2]\n"
        let configuration = try Configuration(yaml: Array(text.utf8), file: "t.yml")
        let module = try #require(configuration.modules["m"])
        #expect("the line is named") {
            _ = try PreparedModule(module, named: "m")
        } throws: { error in
            "\(error)".contains("t.yml:4:")
        }
    }
}
