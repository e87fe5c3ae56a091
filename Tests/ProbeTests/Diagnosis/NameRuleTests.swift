import Addresses
import DNS
import Testing

@testable import Probe

/// What the name itself shows: private addresses, a host that moved away.
@Suite struct NameRuleTests {
    typealias S = PathSamples

    private func samples(_ answer: String, at server: String = "198.51.100.1") throws -> PathSamples
    {
        var samples = PathSamples()
        samples.resolvers = [try S.resolver(answer)]
        samples.nameservers = [try S.server(1, answer)]
        samples.nameservers[0].address = IPAddress(server)
        return samples
    }

    @Test(arguments: ["10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.0.1"])
    func privateAddressesFromAGlobalServer(_ address: String) throws {
        let record = "www.a.test. 60 A \(address)"
        // 198.51.100.0/24 is documentation: a server of the Internet is meant.
        #expect(try samples(record, at: "9.9.9.9").classes == ["record_private_address warning"])
        // A server inside gives its own network what it needs.
        #expect(try samples(record, at: "10.0.0.53").classes == [])
    }

    @Test(arguments: ["fd00::1", "fe80::1"]) func privateIPv6(_ address: String) throws {
        let record = "www.a.test. 60 AAAA \(address)"
        #expect(try samples(record, at: "9.9.9.9").classes == ["record_private_address warning"])
    }

    @Test func globalAddressesAreFine() throws {
        #expect(try samples("www.a.test. 60 A 8.8.8.8", at: "9.9.9.9").classes == [])
    }

    /// Every address shows foreign names only, and one that is gone showed ours.
    @Test func theHostMovedAway() throws {
        let make = try ReportSamples()
        let foreign = make.shown(try make.leaf("other.test"))
        let name = { (certificate: PresentedCertificate) in
            var certificate = certificate
            certificate.nameMatches = true
            return certificate
        }
        let gone = try #require(IPAddress("192.0.2.9"))
        var samples = try samples(S.good)
        samples.endpoints = [try S.endpoint("192.0.2.1", passes: true, certificate: foreign)]
        #expect(try samples.classes == [])
        samples.remembered.note(presenting: [gone], at: S.now - 60)
        #expect(try samples.classes == ["record_points_to_wrong_host failure"])
        // One address that shows ours is a sibling, and no move.
        samples.endpoints.append(
            try S.endpoint("192.0.2.2", passes: true, certificate: name(foreign)))
        #expect(try samples.classes == [])
        // It is still among the addresses: it did not move.
        samples.endpoints.removeLast()
        samples.remembered = RememberedAnswers()
        samples.remembered.note(
            presenting: [try #require(IPAddress("192.0.2.1"))], at: S.now - 60)
        #expect(try samples.classes == [])
    }
}
