import DNS
import Testing

@testable import Probe

/// `resolver_filtered`, `resolver_cached_error` and `resolver_servfail`, by the evidence that the table names.
@Suite struct ResolverErrorRuleTests {
    typealias S = PathSamples

    private func samples(_ resolver: ResolverView...) throws -> PathSamples {
        var samples = PathSamples()
        samples.resolvers = resolver
        samples.nameservers = [try S.server(1), try S.server(2)]
        return samples
    }

    // MARK: - Filtered

    @Test(arguments: [UInt16(4), 15, 16, 17]) func itSaysThatItFilters(_ code: UInt16) throws {
        #expect(
            try samples(S.resolver("", .nameError, errors: [code])).classes == [
                "resolver_filtered failure"
            ])
        // Where it gives what the authorities give, it filtered something else.
        #expect(try samples(S.resolver(S.good, errors: [code])).classes == [])
    }

    @Test(arguments: ["10.0.0.1", "127.0.0.1", "0.0.0.0"])
    func anAddressThatLeadsNowhere(_ address: String) throws {
        var samples = try samples(S.resolver("www.a.test. 60 A \(address)"))
        samples.nameservers = [try S.server(1, "www.a.test. 300 A 8.8.8.8")]
        samples.endpoints = [try S.endpoint(address, passes: false)]
        #expect(try samples.classes.first == "resolver_filtered failure")
    }

    /// Split horizon: inside, the private address serves.
    @Test func aPrivateAddressThatServes() throws {
        var samples = try samples(S.resolver("www.a.test. 60 A 10.0.0.1"))
        samples.nameservers = [try S.server(1, "www.a.test. 300 A 8.8.8.8")]
        samples.endpoints = [try S.endpoint("10.0.0.1", passes: true)]
        #expect(try samples.classes == [])
    }

    @Test(arguments: [nil, "rpz.invalid. 60 SOA a. b. 1 2 3 4 5"])
    func aDenialThatIsNotTheZones(_ soa: String?) throws {
        #expect(
            try samples(S.resolver("", .nameError, denial: soa)).classes == [
                "resolver_filtered failure"
            ])
    }

    // MARK: - Cached error

    @Test(arguments: [ResponseCode.nameError, .noError])
    func aDenialByTheZoneItself(_ code: ResponseCode) throws {
        #expect(try samples(S.resolver("", code)).classes == ["resolver_cached_error failure"])
    }

    /// Where one sound server denies as well, the resolver may have asked that one.
    @Test func notWhileAnAuthorityDenies() throws {
        var samples = try samples(S.resolver("", .nameError))
        samples.nameservers = [try S.server(1), try S.server(2, "", .nameError)]
        #expect(try !samples.classes.contains("resolver_cached_error failure"))
    }

    @Test func aFailureThatItKeeps() throws {
        #expect(
            try samples(S.resolver("", .serverFailure, errors: [13])).classes == [
                "resolver_cached_error failure"
            ])
    }

    /// CD=1 brings the data: that is DNSSEC.
    @Test func neverWhenTheDataComesUnchecked() throws {
        let resolver = try S.resolver("", .serverFailure, errors: [13], unchecked: S.good)
        #expect(try samples(resolver).classes == [])
    }

    /// The resolver fails rightly where the zone's signatures are wrong.
    @Test func neverWhenTheDNSSECIsAtFault() throws {
        for errors in [[13], []] as [[UInt16]] {
            var samples = try samples(S.resolver("", .serverFailure, errors: errors))
            samples.isBogus = true
            #expect(try samples.classes == [], "\(errors)")
        }
    }

    // MARK: - SERVFAIL

    @Test func servfailWithAndWithoutChecking() throws {
        let failing = try S.resolver("", .serverFailure)
        #expect(try samples(failing).classes == ["resolver_servfail failure"])
        // Of the others, compared only, it is a warning.
        let second = try samples(S.resolver(S.good), failing).classes
        #expect(second == ["resolver_servfail warning"])
    }

    @Test func servfailIsASymptomOf() throws {
        let unchecked = try S.resolver("", .serverFailure, unchecked: S.good)
        #expect(try samples(unchecked).classes == [])
        var lame = try samples(S.resolver("", .serverFailure))
        lame.nameservers[1] = try S.server(2, state: .lame("refuses"))
        #expect(try lame.classes == ["delegation_lame warning"])
        var broken = try samples(S.resolver("", .serverFailure))
        broken.nameservers = [try S.server(1, "www.a.test. 60 CNAME www.b.test.")]
        #expect(try broken.classes == [])
    }

    // MARK: - Severity

    /// The answer leaves out one family, and the other serves: the users are whole.
    @Test func aMissingFamilyLeavesUsersWhole() throws {
        var samples = try samples(S.resolver(S.good))
        let both = S.good + "\nwww.a.test. 300 AAAA 2001:db8::1"
        samples.nameservers = [try S.server(1, both)]
        #expect(try samples.classes == ["resolver_cached_error warning"])
    }

    @Test func disagreementIsOnlySaidWithoutProof() throws {
        let two = try samples(S.resolver(S.good), S.resolver(S.other, at: "192.0.2.54"))
        #expect(try two.classes == ["resolver_disagreement warning"])
        let proven = try samples(
            S.resolver(S.good), S.resolver(S.other, errors: [3], at: "192.0.2.54"))
        #expect(try proven.classes == ["resolver_stale_answer warning"])
    }
}
