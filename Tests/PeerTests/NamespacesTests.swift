import Peers
import Testing

@Suite(
    .enabled(if: Program.arePresent("ip", "curl", "openssl"), "needs root, iproute2 and curl"),
    .enabled("network namespaces are not allowed here") { await Namespaces.areAllowed.value })
struct NamespacesTests {
    @Test func farAnswersWithICMP() async throws {
        let network = try await Namespaces("icmp")
        try await network.host("198.51.100.1/32", "2001:db8:1::1/128")
        try await network.refuse("198.51.100.2/32", "unreachable")
        try await network.refuse("198.51.100.3/32", "prohibit")
        try await network.refuse("2001:db8:1::3/128", "prohibit")
        try await network.prohibit(port: 443)

        let expected = [
            ("198.51.100.1", 9, "Connection refused"),
            ("2001:db8:1::1", 9, "Connection refused"),
            ("198.51.100.2", 9, "No route to host"),
            ("198.51.100.3", 9, "No route to host"),
            ("2001:db8:1::3", 9, "Permission denied"),
            ("198.51.100.1", 443, "No route to host"),
            ("2001:db8:1::1", 443, "Permission denied"),
        ]
        // Together, because an ICMP error that comes back before `connect` has let go of its socket
        // counts only at the second SYN, a second later.
        let errors = try await together(expected) { address, port, _ in
            try await network.run(
                "bash", ["-c", "exec 3<>/dev/tcp/\(address)/\(port)"], seconds: 5
            ).errors
        }
        for ((address, port, words), error) in zip(expected, errors) {
            #expect(error.contains(words), "\(address) \(port): \(error)")
        }
        try await network.remove()
    }
}
