import Addresses
import DNS
import Glibc
import Testing

@testable import Probe

/// resolv.conf and hosts as they are found on real machines.
@Suite struct SystemResolversTests {
    /// A file that lives as long as the value.
    final class Scratch {
        let path: String

        init(_ text: String) throws {
            var template = Array("/tmp/trustpath-scratch-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            try #require(descriptor >= 0)
            let bytes = Array(text.utf8)
            let written = Glibc.write(descriptor, bytes, bytes.count)
            close(descriptor)
            try #require(written == bytes.count)
            path = String(
                decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        deinit { unlink(path) }
    }

    @Test(arguments: [
        ("", []), ("# nameserver 192.0.2.1\n; nameserver 192.0.2.2\n", []),
        ("nameserver 192.0.2.1\nnameserver 192.0.2.2", ["192.0.2.1", "192.0.2.2"]),
        ("nameserver\t2001:db8::1 # comment\r\n", ["2001:db8::1"]),
        ("search a.test\noptions edns0\nnameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("nameserver 192.0.2.1\nnameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("nameserver fe80::1%eth0\nnameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("nameservers 192.0.2.1\n", []),
    ])
    func servers(_ text: String, _ labels: [String]) throws {
        let file = try Scratch(text)
        let system = SystemResolvers(resolvConf: file.path, hosts: "/nonexistent")
        #expect(try system.servers().map(\.label) == labels)
    }

    @Test(arguments: [
        (
            "search a\nnameserver dns.example\n", 2,
            "\"dns.example\" is not the address of a nameserver"
        ),
        ("nameserver 192.0.2\n", 1, "\"192.0.2\" is not the address of a nameserver"),
        ("\n\nnameserver \n", 3, "\"nameserver\" has no address"),
    ])
    func malformedLineIsNamed(_ text: String, _ line: Int, _ what: String) throws {
        let file = try Scratch(text)
        let system = SystemResolvers(resolvConf: file.path, hosts: "/nonexistent")
        #expect(throws: InputError("\(file.path):\(line): \(what)")) { try system.servers() }
    }

    @Test func missingFileHasNoServers() throws {
        let system = SystemResolvers(resolvConf: "/nonexistent", hosts: "/nonexistent")
        #expect(try system.servers().isEmpty)
        #expect(system.hostsEntry(for: .root) == nil)
    }

    @Test func hostsEntryIsFound() throws {
        let file = try Scratch(
            """
            127.0.0.1 localhost
            # 192.0.2.1 www.example.test
            192.0.2.2\tother.test WWW.example.test # moved
            2001:db8::2 www.example.test
            not-an-address www.example.test
            """)
        let system = SystemResolvers(resolvConf: "/nonexistent", hosts: file.path)
        let (name, parent) = (
            try #require(Name("www.example.test")), try #require(Name("example.test"))
        )
        let entry = try #require(system.hostsEntry(for: name))
        #expect(entry.file == file.path)
        #expect(entry.addresses.map(\.description) == ["192.0.2.2", "2001:db8::2"])
        #expect(system.hostsEntry(for: parent) == nil)
    }
}
