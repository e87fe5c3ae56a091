import Addresses
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8::0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("::ffff:192.0.2.128", "::ffff:192.0.2.128"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("0:0:0:0:0:0:0:0", "::"),
    ])
    func textRoundTrip(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", ":", ":::",
        "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", ":1::2",
        "1::2:",
        "::1.2.3", "1.2.3.4::", "fe80::1%lo", "[::1]", "+1::",
    ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func ranges() throws {
        let kinds = try ["10.1.2.3", "100.64.0.1", "fd00::1", "169.254.1.1", "fe80::1"].map {
            try #require(IPAddress($0))
        }
        #expect(kinds.allSatisfy { $0.isPrivate && !$0.isGlobal })
        #expect(IPAddress("127.9.9.9")?.isLoopback == true)
        #expect(IPAddress("192.0.2.1")?.isGlobal == true)
        #expect(IPAddress("224.0.0.1")?.isGlobal == false)
    }

    @Test func orderPutsIPv6First() throws {
        let sorted = ["192.0.2.2", "192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }.sorted()
        #expect(sorted.map(\.description) == ["2001:db8::1", "192.0.2.1", "192.0.2.2"])
    }

    @Test func networks() throws {
        let network = try #require(IPNetwork("192.0.2.0/25"))
        #expect(network.contains(try #require(IPAddress("192.0.2.127"))))
        #expect(!network.contains(try #require(IPAddress("192.0.2.128"))))
        #expect(IPNetwork("0.0.0.0/0")?.contains(try #require(IPAddress("::1"))) == false)
        #expect(IPNetwork("::/0")?.contains(try #require(IPAddress("::1"))) == true)
        for text in ["192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/-1", "/8", "::/1/2"] {
            #expect(IPNetwork(text) == nil)
        }
    }

    @Test func socketAddresses() {
        #expect(SocketAddress("[::1]:53")?.description == "[::1]:53")
        #expect(SocketAddress("192.0.2.1:53")?.port == 53)
        for text in [
            "::1:53", "[192.0.2.1]:53", "192.0.2.1", "192.0.2.1:65536", "192.0.2.1:", "[]:1",
        ] {
            #expect(SocketAddress(text) == nil)
        }
    }
}
