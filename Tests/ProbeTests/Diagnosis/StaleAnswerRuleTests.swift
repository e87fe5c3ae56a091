import Addresses
import DNS
import Testing

@testable import Probe

/// `resolver_stale_answer`: each of its proofs, and what proves nothing.
@Suite struct StaleAnswerRuleTests {
    typealias S = PathSamples

    private func samples(_ resolver: ResolverView) throws -> PathSamples {
        var samples = PathSamples()
        samples.resolvers = [resolver]
        samples.nameservers = [try S.server(1), try S.server(2)]
        return samples
    }

    /// Round robin and geographic answers look like this: nothing is claimed.
    @Test func aDifferenceAloneProvesNothing() throws {
        #expect(try samples(S.resolver(S.other)).classes == [])
        // A TTL that is lower: all caches count down.
        #expect(try samples(S.resolver("www.a.test. 1 A 192.0.2.2")).classes == [])
    }

    @Test(arguments: [UInt16(3), 19]) func itSaysSoItself(_ code: UInt16) throws {
        let classes = try samples(S.resolver(S.other, errors: [code])).classes
        #expect(classes == ["resolver_stale_answer warning"])
    }

    /// RFC 8914 says it of an answer; where it is the authorities' after all there is nothing to complain of.
    @Test func staleAndRightIsRight() throws {
        #expect(try samples(S.resolver(S.good, errors: [3])).classes == [])
    }

    @Test func staleDenial() throws {
        let classes = try samples(S.resolver("", .nameError, errors: [19])).classes
        #expect(classes == ["resolver_stale_answer failure"])
    }

    @Test func theAuthoritiesGaveItBefore() throws {
        var samples = try samples(S.resolver(S.other))
        let old: Set<IPAddress> = Set([IPAddress("192.0.2.2")].compactMap { $0 })
        samples.remembered.note([.a: [old]], serials: [6], at: S.now - 600)
        #expect(try samples.classes == ["resolver_stale_answer warning"])
        // Under today's serial it is no older than today's.
        var same = try self.samples(S.resolver(S.other))
        same.remembered.note([.a: [old]], serials: [6, 7], at: S.now - 600)
        #expect(try same.classes == [])
        // What came back once is a rotation.
        var rotated = try self.samples(S.resolver(S.other))
        for (set, time): (Set<IPAddress>, Int64) in [(old, 900), ([], 800), (old, 700)] {
            rotated.remembered.note([.a: [set]], serials: [6], at: S.now - time)
        }
        #expect(try rotated.classes == [])
    }

    @Test func itsTTLIsAboveAllTTLsOfToday() throws {
        let cases: [(ttl: Int, isStale: Bool)] = [(301, true), (300, false), (299, false)]
        for (ttl, isStale) in cases {
            let classes = try samples(S.resolver("www.a.test. \(ttl) A 192.0.2.2")).classes
            #expect(classes == (isStale ? ["resolver_stale_answer warning"] : []), "\(ttl)")
        }
    }

    /// RFC 1982: what is newer is told in a circle.
    @Test(arguments: [
        (UInt32(6), UInt32(7), true), (7, 7, false), (8, 7, false),
        (UInt32.max, 3, true), (3, UInt32.max, false), (7, 7 &+ (1 << 31), false),
    ]) func itsSerialIsOlder(_ cached: UInt32, _ today: UInt32, _ isStale: Bool) throws {
        var samples = try samples(S.resolver(S.other, serial: cached))
        samples.nameservers = [try S.server(1, serial: today)]
        #expect(try samples.classes == (isStale ? ["resolver_stale_answer warning"] : []))
    }

    /// One server has the resolver's serial still: it is no older than all.
    @Test func oneServerWithTheOldSerialIsEnough() throws {
        var samples = try samples(S.resolver(S.other, serial: 6))
        samples.nameservers = [try S.server(1, serial: 6), try S.server(2, serial: 7)]
        #expect(try samples.classes == [])
    }

    @Test func itsAddressFailsWhileTheAuthoritiesServes() throws {
        var samples = try samples(S.resolver(S.other))
        samples.endpoints = [
            try S.endpoint("192.0.2.1", passes: true), try S.endpoint("192.0.2.2", passes: false),
        ]
        // Its users are led to an address that fails.
        #expect(try samples.classes == ["resolver_stale_answer failure"])
        // Where all fail, the addresses prove nothing.
        samples.endpoints[0] = try S.endpoint("192.0.2.1", passes: false)
        #expect(try samples.classes == [])
    }

    @Test func aStaleAnswerThatLeadsToAFailingAddressIsAFailure() throws {
        var samples = try samples(S.resolver(S.other, errors: [3]))
        samples.endpoints = [try S.endpoint("192.0.2.2", passes: false)]
        #expect(try samples.classes == ["resolver_stale_answer failure"])
        samples.endpoints = [try S.endpoint("192.0.2.2", passes: true)]
        #expect(try samples.classes == ["resolver_stale_answer warning"])
    }

    /// Records of a name that the authorities deny.
    @Test func theNameIsGone() throws {
        var samples = try samples(S.resolver(S.good, serial: 6))
        samples.nameservers = [try S.server(1, "", .nameError)]
        #expect(
            try samples.classes == ["name_not_found failure", "resolver_stale_answer warning"])
    }

    /// Without authorities there is nothing to compare with.
    @Test func nobodyToCompareWith() throws {
        var samples = try samples(S.resolver(S.other, errors: [3], serial: 6))
        samples.nameservers = []
        #expect(try samples.classes == [])
    }
}
