import Addresses
import DNS
import OpenSSL
import Testing

@testable import Probe

/// The SPECs of encrypted resolvers, and the queries that they are sent.
@Suite struct EncryptedServerTests {
    @Test(arguments: [
        ("tls://dns.example@192.0.2.53:853", "tls://dns.example@192.0.2.53", "dns.example"),
        (
            "tls://dns.example@192.0.2.53:8853", "tls://dns.example@192.0.2.53:8853",
            "dns.example:8853"
        ),
        ("TLS://DNS.Example", "tls://dns.example", "dns.example"),
        ("tls://dns.example:443", "tls://dns.example:443", "dns.example:443"),
        ("tls://192.0.2.53", "tls://192.0.2.53", "192.0.2.53"),
        ("tls://2001:db8::53", "tls://[2001:db8::53]", "[2001:db8::53]"),
        ("tls://d.example@[2001:db8::53]:1", "tls://d.example@[2001:db8::53]:1", "d.example:1"),
        (
            "tls://dns.bücher.example", "tls://dns.xn--bcher-kva.example",
            "dns.xn--bcher-kva.example"
        ),
        ("https://dns.example/dns-query", "https://dns.example/dns-query", "dns.example"),
        ("https://192.0.2.53:443/d{?dns}", "https://192.0.2.53/d{?dns}", "192.0.2.53"),
        ("https://192.0.2.53:8443/d", "https://192.0.2.53:8443/d", "192.0.2.53:8443"),
        ("https://[2001:db8::53]/d", "https://[2001:db8::53]/d", "[2001:db8::53]"),
        (
            "https://dns.example@192.0.2.53:8443/", "https://dns.example@192.0.2.53:8443/",
            "dns.example:8443"
        ),
        ("https://dns.example/a/b?profile=1", "https://dns.example/a/b?profile=1", "dns.example"),
    ]) func isRead(_ text: String, _ label: String, _ authority: String) throws {
        let server = try #require(try ResolverSpec(parsing: text).encrypted)
        #expect(server.label == label)
        #expect(server.authority == authority)
        #expect(try ResolverSpec(parsing: label).encrypted == server)
    }

    @Test func parts() throws {
        let server = try #require(
            try ResolverSpec(parsing: "https://dns.example@192.0.2.53:8443/q{?dns}").encrypted)
        #expect(server.service == .https(.init(path: "/q", method: .get)))
        #expect(server.name == Name("dns.example"))
        #expect(server.address == IPAddress("192.0.2.53"))
        #expect(server.port == 8443)
        let alone = try #require(try ResolverSpec(parsing: "https://192.0.2.53/q").encrypted)
        #expect(alone.service == .https(.init(path: "/q", method: .post)))
        #expect(alone.name == nil && alone.port == 443)
        let named = try #require(try ResolverSpec(parsing: "tls://dns.example").encrypted)
        #expect(named.address == nil && named.port == 853)
    }

    @Test(arguments: [
        ("tls://", "names no host"),
        ("tls://@192.0.2.53", "names no host"),
        ("tls://dns.example@", "has \"\" behind its \"@\", which is no address"),
        (
            "tls://dns.example@other.example",
            "has \"other.example\" behind its \"@\", which is no address"
        ),
        ("tls://192.0.2.1@192.0.2.53", "has an address where its certificate's name should stand"),
        ("tls://192.0.2.53:0", "has the port \"0\", which is not a number of 1 to 65535"),
        ("tls://192.0.2.53:x", "has the port \"x\", which is not a number of 1 to 65535"),
        ("tls://192.0.2.53:", "has the port \"\", which is not a number of 1 to 65535"),
        ("tls://0.0.0.0", "has 0.0.0.0, which is no server's address"),
        ("tls://224.0.0.1", "has 224.0.0.1, which is no server's address"),
        ("tls://192.0.2", "is neither an IPv4 address nor a name"),
        ("tls://[2001:db8::53", "has a bracket that is not closed"),
        ("tls://[192.0.2.53]", "has no IPv6 address in its brackets"),
        ("tls://[2001:db8::53]x", "has \"x\" behind its bracket"),
        ("tls://dns.example/dns-query", "has a path, which only https has"),
        ("tls://dns example", "has \" \" in its name, which no host name may hold"),
        ("https://dns.example", "has no path; most servers answer at /dns-query"),
        ("https://dns.example{?dns}", "has no path; most servers answer at /dns-query"),
        ("https://dns.example/a?b=c{?dns}", "has a query before {?dns}"),
    ]) func isRefused(_ text: String, _ clause: String) {
        #expect(throws: InputError("the resolver \"\(text)\" \(clause)")) {
            try ResolverSpec(parsing: text)
        }
    }

    @Test(arguments: [
        ("https://dns.example/{dns}", "\"{\""), ("https://dns.example/a#b", "\"#\""),
        ("https://dns.example/a b", "the character 32"),
        ("https://dns.example/{?dns,x}", "\"{\""), ("https://dns.example/ü", "\"ü\""),
        ("https://dns.example/a\r\nHost: x", "the character 13"),
    ]) func pathIsRefused(_ text: String, _ character: String) throws {
        let error = try #require(throws: InputError.self) { try ResolverSpec(parsing: text) }
        #expect(error.message.contains("in its path, which may hold it only as a percent code"))
        #expect(error.message.contains(" has \(character) in"))
    }

    @Test(arguments: 1...70) func queriesArePadded(_ length: Int) throws {
        let label = String(repeating: "a", count: min(length, 63))
        let name = try #require(Name(length > 63 ? "\(label).\(label)" : label))
        for manner in [Query.Manner.client, .validator] {
            let query = Query(Question(name, .aaaa), as: manner, over: .encrypted)
            #expect(query.bytes.count % 128 == 0)
            #expect(query.message.id == 0)
            #expect(query.message.questions.first?.name.wire == name.wire)
            let message = try Message(decoding: query.bytes)
            #expect(message.edns?.options.map(\.code) == [12])
            #expect(message.edns?.options.first?.data.allSatisfy { $0 == 0 } == true)
            #expect(message.edns?.dnssecOK == (manner == .validator))
        }
        let plain = Query(Question(name, .aaaa), as: .client)
        #expect(plain.message.edns?.options.isEmpty == true)
    }

    /// RFC 4648 10, and the bytes in which the two alphabets differ.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("\u{7FE}\u{7FE}", "377fvg"),
    ]) func base64URL(_ text: String, _ encoded: String) {
        #expect(HTTPFraming.base64URL(Array(text.utf8)) == encoded)
    }
}
