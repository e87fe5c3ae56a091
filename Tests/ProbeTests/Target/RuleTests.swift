import Addresses
import Configuration
import DNS
import Testing

@testable import Probe

@Suite struct RuleTests {
    static let targets: [([String], String, Bool)] = [
        ([], "example.com", true), ([], "192.0.2.7", true),
        (["example.com"], "example.com", true), (["example.com"], "EXAMPLE.com.", true),
        (["example.com"], "www.example.com:8443", true),
        (["example.com"], "https://a.b.example.com", true),
        (["example.com"], "badexample.com", false), (["example.com"], "example.com.evil", false),
        ([".example.com"], "www.example.com", true), (["*.example.com"], "example.com", false),
        (["*.example.com"], "www.example.com", true), (["*.example.com"], "a.b.example.com", true),
        (["w?w.example.com"], "www.example.com", true),
        (["w?w.example.com"], "ww.example.com", false),
        (["*"], "192.0.2.7", true), (["192.0.2.*"], "192.0.2.7", true),
        (["192.0.2.7"], "192.0.2.7:993", true), (["2.7"], "192.0.2.7", false),
        (["a.test", "b.test"], "b.test", true), (["a.test", "b.test"], "c.test", false),
        (["*a*a*a*a*a*a*b"], String(repeating: "a", count: 60), false),
        (["2001:db8::7"], "[2001:db8:0:0::7]:443", true),
    ]

    @Test(arguments: targets)
    func target(_ patterns: [String], _ text: String, _ isPermitted: Bool) throws {
        #expect(TargetRule(patterns).permits(try Target(parsing: text)) == isPermitted)
    }

    static let addresses: [(allow: [String], deny: [String], String, Bool)] = [
        ([], [], "192.0.2.7", true), ([], [], "127.0.0.1", true), ([], [], "10.0.0.1", true),
        ([], [], "169.254.169.254", false), ([], [], "fe80::1", false),
        ([], [], "::ffff:169.254.169.254", false), ([], [], "2001:db8::7", true),
        (["10.0.0.0/8"], [], "10.1.2.3", true), (["10.0.0.0/8"], [], "192.0.2.7", false),
        (["10.0.0.0/8"], [], "::ffff:10.1.2.3", true),
        (["10.0.0.0/8"], ["10.1.0.0/16"], "10.1.2.3", false),
        (["10.0.0.0/8"], ["10.1.0.0/16"], "10.2.2.3", true),
        ([], ["10.0.0.0/8"], "10.1.2.3", false), ([], ["10.0.0.0/8"], "::ffff:10.1.2.3", false),
        ([], ["10.0.0.0/8"], "192.0.2.7", true),
        ([], ["2001:db8::/32"], "2001:db8::7", false), ([], ["192.0.2.7"], "192.0.2.7", false),
        (["169.254.0.0/16"], [], "169.254.1.1", true),
    ]

    @Test(arguments: addresses)
    func address(_ allow: [String], _ deny: [String], _ text: String, _ isPermitted: Bool) throws {
        var policy = Module().addresses
        policy.allow = allow.map { Located($0) }
        policy.deny = deny.map { Located($0) }
        let address = try #require(IPAddress(text))
        #expect(try AddressRule(policy).permits(address) == isPermitted)
    }

    @Test func badNetworkNamesItsPlace() {
        var policy = Module().addresses
        policy.deny = [Located("10.0.0.0/33", at: Position(file: "a.yaml", line: 3, column: 7))]
        #expect(
            throws: InputError(
                "a.yaml:3:7: \"10.0.0.0/33\" is not a network such as 192.0.2.0/24")
        ) { try AddressRule(policy) }
    }
}

@Suite struct OptionsTests {
    @Test func areRead() throws {
        let options = try Probe.Options(
            ports: "443,8443/https,25", hostname: "WWW.Example.test.",
            addresses: ["192.0.2.7", "2001:db8::7"])
        #expect(options.ports == [Port(443), Port(8443, .https), Port(25, .smtp)])
        #expect(options.hostname == "www.example.test")
        #expect(options.addresses.map(\.description) == ["192.0.2.7", "2001:db8::7"])
    }

    @Test func sentencesNameTheParameter() {
        #expect(
            throws: InputError("the address \"x\" is not an IPv4 or IPv6 address")
        ) { try Probe.Options(ports: nil, hostname: nil, addresses: ["192.0.2.7", "x"]) }
        #expect(throws: InputError("the hostname \"\" names no host")) {
            try Probe.Options(ports: nil, hostname: "", addresses: [])
        }
    }
}
