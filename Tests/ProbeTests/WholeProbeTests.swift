import Addresses
import Configuration
import DNS
import DNSSEC
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// The whole path in this process, where its stages meet.
@Suite struct WholeProbeTests {
    /// Every stage meets silence; the answer comes at the budget and holds what there is.
    @Test func stallingEverywhereEndsAtTheBudget() async throws {
        let data = try zone("a.test. 60 A 127.0.0.1")
        // Answers who asks as clients do, and leaves validation waiting.
        let resolver = try NameServer(udp: {
            $0.flags.contains(.checkingDisabled) ? [] : [.send($0.answer(from: data))]
        })
        let silent = try TCPServer { try await $0.drain() }
        var module = Module()
        module.resolvers = [Located("\(resolver.address)")]
        module.ports = [PortSetting(silent.address.port)]
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { TrustStore(certificates: []) }
        let probe = Probe(try PreparedModule(module, named: "m", in: surroundings))
        let start = Deadline.now
        let report = await probe(try Target(parsing: "a.test"), budget: .seconds(9))
        #expect(Deadline.now - start < .seconds(60))
        #expect(report.resolution.addresses.map(\.description) == ["127.0.0.1"])
        #expect(report.endpoints.count == 1)
        #expect(report.validation?.status == .indeterminate)
        #expect(report.diagnosis.primary?.failureClass == .tlsHandshakeTimeout)
    }

    @Test func optionalIsWhatTheModuleSaysAndRequiredWhatTheTargetNames() async throws {
        var module = Module()
        module.resolvers = [Located("127.0.0.1:9")]
        module.ports = [PortSetting(1), PortSetting(2, optional: true)]
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { TrustStore(certificates: []) }
        let probe = Probe(try PreparedModule(module, named: "m", in: surroundings))
        let expected: [(String, String?, [UInt16: Bool])] = [
            ("127.0.0.1", nil, [1: true, 2: false]), ("127.0.0.1:2", nil, [2: false]),
            ("127.0.0.1:3", nil, [3: true]), ("127.0.0.1", "2,3", [2: false, 3: true]),
            ("127.0.0.1:1", "2,3", [1: true]),
        ]
        for (target, ports, required) in expected {
            let options = try Probe.Options(ports: ports, hostname: nil, addresses: [])
            let report = await probe(try Target(parsing: target), options, budget: .seconds(9))
            let seen = report.endpoints.map {
                ($0.endpoint.port.number, $0.endpoint.port.isRequired)
            }
            #expect(Dictionary(uniqueKeysWithValues: seen) == required, "\(target)")
            // A closed optional port is no failure.
            #expect(report.isSuccess == !required.values.contains(true))
        }
    }

    @Test func givenAddressesStandForDNS() async throws {
        let server = try NameServer(udp: { [.send($0.answer([], .nameError))] })
        var module = Module()
        module.resolvers = [Located("\(server.address)")]
        module.ports = [PortSetting(1, optional: true)]
        module.dnssec.mode = .disabled
        let probe = Probe(try PreparedModule(module, named: "m"))
        var options = Probe.Options()
        options.addresses = ["127.0.0.3", "127.0.0.2", "127.0.0.3"].compactMap { IPAddress($0) }
        let report = await probe(try Target(parsing: "new.test"), options, budget: .seconds(9))
        #expect(report.isSuccess)
        #expect(report.endpoints.map { "\($0.endpoint.address)" } == ["127.0.0.2", "127.0.0.3"])
        // What DNS says today is told, and not held against the target.
        #expect(report.resolution.today == [])
        #expect(report.text().contains("today there is no address: 127.0.0.2 would come"))
    }
}
