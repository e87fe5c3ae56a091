import Addresses
import DNS
import Testing

@testable import Probe

@Suite struct TargetTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let text: String
        let host: String
        var port: UInt16?
        var service: ServiceProtocol?

        init(
            _ text: String, _ host: String, _ port: UInt16? = nil, _ service: ServiceProtocol? = nil
        ) {
            (self.text, self.host, self.port, self.service) = (text, host, port, service)
        }

        var testDescription: String { text }
    }

    static let good = [
        Good("example.com", "example.com"), Good("Example.COM.", "example.com"),
        Good("localhost", "localhost"), Good("_25._tcp.example.com", "_25._tcp.example.com"),
        Good("example.com:8443", "example.com", 8443, .tls),
        Good("example.com:25", "example.com", 25, .smtp),
        Good("192.0.2.7", "192.0.2.7"), Good("192.0.2.7:443", "192.0.2.7", 443, .tls),
        Good("2001:db8::7", "2001:db8::7"), Good("[2001:DB8:0::7]", "2001:db8::7"),
        Good("[2001:db8::7]:993", "2001:db8::7", 993, .tls),
        Good("https://example.com", "example.com", 443, .https),
        Good("https://example.com/", "example.com", 443, .https),
        Good("HTTPS://example.com:8443", "example.com", 8443, .https),
        Good("imaps://[2001:db8::7]", "2001:db8::7", 993, .imaps),
        Good("smtps://example.com", "example.com", 465, .smtps),
        Good("pop3s://example.com", "example.com", 995, .pop3s),
        Good("ldaps://example.com", "example.com", 636, .ldaps),
        Good("tls://example.com:1", "example.com", 1, .tls),
        Good("smtp://example.com", "example.com", 25, .smtp),
        Good("xmpp-server://example.com", "example.com", 5269, .xmppServer),
        Good("bücher.example", "xn--bcher-kva.example"),
        Good("Bücher。example", "xn--bcher-kva.example"),
        Good("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ]

    @Test(arguments: good)
    func isRead(_ one: Good) throws {
        let target = try Target(parsing: one.text)
        #expect(target.text == one.text)
        #expect(target.hostText == one.host)
        #expect(target.port?.number == one.port)
        #expect(target.port?.service == one.service)
        #expect(target.port?.isRequired != false)
    }

    static let schemes =
        "tls, https, imaps, smtps, pop3s, ldaps, smtp, submission, imap, pop3, ldap, ftp, xmpp, "
        + "xmpp-server, sieve, postgres, mysql"
    static let bad = [
        ("", "the target is empty"),
        (".", "the target \".\" names no host"),
        ("https://", "the target \"https://\" names no host"),
        (":443", "the target \":443\" names no host"),
        ("a b", "the target \"a b\" has \" \" in its name, which no host name may hold"),
        ("a/b", "the target \"a/b\" has \"/\" in its name, which no host name may hold"),
        (
            "https://a/b",
            "the target \"https://a/b\" has \"/\" in its name, which no host name may hold"
        ),
        (
            "a\u{0}b",
            "the target \"a\u{0}b\" has the control character 0 in its name, which no host name may hold"
        ),
        (
            "gopher://a",
            "the target \"gopher://a\" has the unknown scheme \"gopher\"; known are \(schemes)"
        ),
        (
            "a:0", "the target \"a:0\" has the port \"0\", which is not a number of 1 to 65535"
        ),
        (
            "a:65536",
            "the target \"a:65536\" has the port \"65536\", which is not a number of 1 to 65535"
        ),
        ("a:", "the target \"a:\" has the port \"\", which is not a number of 1 to 65535"),
        (
            "a:+1", "the target \"a:+1\" has the port \"+1\", which is not a number of 1 to 65535"
        ),
        ("a:1:2", "the target \"a:1:2\" is neither an IPv6 address nor NAME:PORT"),
        ("1.2.3", "the target \"1.2.3\" is neither an IPv4 address nor a name"),
        ("1.2.3.256", "the target \"1.2.3.256\" is neither an IPv4 address nor a name"),
        ("2001:db8::g", "the target \"2001:db8::g\" is neither an IPv6 address nor NAME:PORT"),
        ("[2001:db8::7", "the target \"[2001:db8::7\" has a bracket that is not closed"),
        ("[1.2.3.4]", "the target \"[1.2.3.4]\" has no IPv6 address in its brackets"),
        (
            "[example.com]:443",
            "the target \"[example.com]:443\" has no IPv6 address in its brackets"
        ),
        ("[2001:db8::7]443", "the target \"[2001:db8::7]443\" has \"443\" behind its bracket"),
    ]

    @Test(arguments: bad)
    func isRefused(_ text: String, _ sentence: String) {
        #expect(throws: InputError(sentence)) { try Target(parsing: text) }
    }

    @Test(arguments: [
        "a..b", ".a", String(repeating: "a", count: 64) + ".test",
        String(repeating: "a.", count: 130) + "test", "xn--a.test", "\u{200d}.test", "☃️.test",
    ])
    func isNoName(_ text: String) {
        let error = #expect(throws: InputError.self) { try Target(parsing: text) }
        // Quoted, what does not show is written as its number.
        let quoted = text.replacing("\u{200d}", with: "\\u{200D}")
        #expect(error?.message.hasPrefix("the target \"\(quoted)\" is no valid name: ") == true)
    }

    /// None is dropped with the mark that it stands at.
    @Test(arguments: [
        "[2001:db8::7]\u{301}:443", "[\u{301}2001:db8::7]", "[2001:db8::7]:\u{301}443",
        "https:/\u{301}/example.com", "https://\u{301}example.com", "example.com:\u{301}443",
        "https://example.com\u{600}/",
    ])
    func combiningCharactersAreNoPartOfATarget(text: String) {
        #expect(throws: InputError.self) { try Target(parsing: text) }
    }

    @Test func longTextIsNotRepeated() {
        #expect(throws: InputError("the target is longer than 1024 bytes")) {
            try Target(parsing: String(repeating: "a", count: 1025))
        }
    }
}

@Suite struct PortListTests {
    @Test func isRead() throws {
        #expect(try Port.list(parsing: "443") == [Port(443, .tls)])
        #expect(
            try Port.list(parsing: "443,25,8025/smtp,993/imaps")
                == [Port(443), Port(25, .smtp), Port(8025, .smtp), Port(993, .imaps)])
        #expect(try Port.list(parsing: "1,65535").map(\.number) == [1, 65535])
        #expect(try Port.list(parsing: "1").allSatisfy(\.isRequired))
    }

    static let bad = [
        ("", "the ports \"\" have \"\", which is not a number of 1 to 65535"),
        ("443,", "the ports \"443,\" have \"\", which is not a number of 1 to 65535"),
        ("0", "the ports \"0\" have \"0\", which is not a number of 1 to 65535"),
        ("70000", "the ports \"70000\" have \"70000\", which is not a number of 1 to 65535"),
        ("https", "the ports \"https\" have \"https\", which is not a number of 1 to 65535"),
        ("443,443/https", "the ports \"443,443/https\" name 443 twice"),
        (
            "443/quic",
            "the ports \"443/quic\" have the unknown protocol \"quic\"; known are \(TargetTests.schemes)"
        ),
        (
            "443/",
            "the ports \"443/\" have the unknown protocol \"\"; known are \(TargetTests.schemes)"
        ),
    ]

    @Test(arguments: bad)
    func isRefused(_ text: String, _ sentence: String) {
        #expect(throws: InputError(sentence)) { try Port.list(parsing: text) }
    }

    @Test func isBounded() {
        let text = (1...33).map { "\($0)" }.joined(separator: ",")
        #expect(throws: InputError("the ports \"\(text)\" are more than 32")) {
            try Port.list(parsing: text)
        }
    }
}

@Suite struct ResolverSpecTests {
    @Test(arguments: [
        ("192.0.2.53", "192.0.2.53"), ("192.0.2.53:53", "192.0.2.53"),
        ("192.0.2.53:5353", "192.0.2.53:5353"), ("2001:db8::53", "2001:db8::53"),
        ("[2001:db8::53]", "2001:db8::53"), ("[2001:db8::53]:53", "2001:db8::53"),
        ("[2001:db8::53]:5353", "[2001:db8::53]:5353"), ("udp://192.0.2.53", "192.0.2.53"),
        ("tcp://192.0.2.53", "tcp://192.0.2.53"),
        ("TCP://[2001:db8::53]:5353", "tcp://[2001:db8::53]:5353"),
    ])
    func isRead(_ text: String, _ label: String) throws {
        guard case .server(let server) = try ResolverSpec(parsing: text) else {
            Issue.record("\(text) is read as the system's")
            return
        }
        #expect(server.label == label)
    }

    @Test func systemIsAWord() throws {
        #expect(try ResolverSpec(parsing: "system") == .system)
    }

    @Test(arguments: [
        "", "dns.example", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2", "0.0.0.0", "224.0.0.1",
        "::", "[192.0.2.53]", "[2001:db8::53", "2001:db8::53]:53", "udp://", "192.0.2.53/24",
    ])
    func isRefused(_ text: String) {
        #expect(
            throws: InputError(
                "the resolver \"\(text)\" is not \"system\" or \"root\" and not an address such as "
                    + "192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53")
        ) { try ResolverSpec(parsing: text) }
    }

    @Test func schemeIsRefused() {
        #expect(
            throws: InputError(
                "the resolver \"quic://192.0.2.53\" has the unknown scheme \"quic\"; known are udp, tcp, "
                    + "tls and https")
        ) { try ResolverSpec(parsing: "quic://192.0.2.53") }
    }
}
