/// Two network namespaces joined by a veth pair: `near`, where a program under test runs, and `far`,
/// which answers for 192.0.2.1 and 2001:db8::1 and routes everything else that `near` sends.
package final class Namespaces: Sendable {
    package let near: String
    package let far: String

    /// Whether this machine lets the tests make namespaces. Containers often do not.
    package static let areAllowed = Task { () -> Bool in
        guard let ground = try? await Ground.shared.value else { return false }
        let name = "trustpath-\(ground.number)-allowed"
        guard let added = try? await Peers.run("ip", ["netns", "add", name]), added.status == 0
        else {
            return false
        }
        let entered = try? await Peers.run(
            "ip", ["netns", "exec", name, "ip", "link", "set", "lo", "up"])
        _ = try? await Peers.run("ip", ["netns", "delete", name])
        return entered?.status == 0
    }

    package init(_ name: String) async throws {
        let number = try await Ground.shared.value.number
        near = "trustpath-\(number)-\(name)-near"
        far = "trustpath-\(number)-\(name)-far"
        let addresses = [(near, "2"), (far, "1")]
        for (space, _) in addresses { try await check("ip", ["netns", "add", space]) }
        try await check(
            "ip",
            [
                "-n", near, "link", "add", "veth", "type", "veth", "peer", "name", "veth", "netns",
                far,
            ])
        for (space, host) in addresses {
            try await configure(
                space, "link set lo up", "address add 192.0.2.\(host)/24 dev veth",
                "address add 2001:db8::\(host)/64 dev veth nodad", "link set veth up")
        }
        try await configure(
            near, "route add default via 192.0.2.1", "-6 route add default via 2001:db8::1")
        try await check(
            "ip",
            ["netns", "exec", far, "sh", "-c"]
                + [
                    "echo 1 >/proc/sys/net/ipv4/ip_forward;"
                        + "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding;"
                        // ICMP errors are not to be thinned out while tests ask for many.
                        + "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit;"
                        + "echo 0 >/proc/sys/net/ipv6/icmp/ratelimit"
                ])
    }

    /// Runs `ip` commands, one a text, in a namespace.
    package func configure(_ space: String, _ commands: String...) async throws {
        for command in commands {
            try await check("ip", ["-n", space] + command.split(separator: " ").map { String($0) })
        }
    }

    /// Makes `far` give an address to itself, so that servers there can listen on it.
    package func host(_ addresses: String...) async throws {
        for address in addresses { try await configure(far, "address add \(address) dev lo") }
    }

    /// Makes `far` answer ICMP for packets to a network: `unreachable` or `prohibit`.
    package func refuse(_ network: String, _ kind: String) async throws {
        let family = network.contains(":") ? "-6" : "-4"
        try await configure(far, "\(family) route add \(kind) \(network)")
    }

    /// Makes `far` prohibit one TCP port of every address, its own too: the rule must come before
    /// the one for local addresses, which is first by default.
    package func prohibit(port: Int) async throws {
        for family in ["-4", "-6"] {
            try await configure(
                far, "\(family) rule add pref 20 lookup local",
                "\(family) rule add pref 10 iif veth ipproto tcp dport \(port) prohibit",
                "\(family) rule del pref 0")
        }
    }

    /// Makes `near` use a source address of its own towards 198.51.100.`host`: Linux answers one source with
    /// ICMP for its refusing routes five times, then once a second.
    package func useOwnSource(towards host: Int) async throws {
        try await configure(
            near, "address add 192.0.2.\(host + 100)/24 dev veth",
            "route add 198.51.100.\(host)/32 via 192.0.2.1 src 192.0.2.\(host + 100)")
    }

    /// Runs a program inside `near`.
    package func run(_ program: String, _ arguments: [String], seconds: Int = 30) async throws
        -> CommandResult
    {
        try await Peers.run(
            "ip", ["netns", "exec", near, try Program.path(program)] + arguments,
            seconds: seconds)
    }

    /// Starts a daemon inside `near` or `far`. It must show by its log that it answers: its ports
    /// cannot be seen from outside.
    package func start(
        _ program: String, _ arguments: [String], inside space: String, until text: String
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("namespace")
        return try await Daemon(
            "ip", ["netns", "exec", space, try Program.path(program)] + arguments,
            in: directory, until: .log(text))
    }

    /// Takes both namespaces away; without it they go when the process ends.
    package func remove() async throws {
        for space in [near, far] { try await check("ip", ["netns", "delete", space]) }
    }
}
