import Addresses
import Glibc
import Testing

@testable import Sockets

/// What routers say, from a real one: the kernel, forwarding in a second namespace.
@Suite(
    .enabled(if: NetworkNamespace.isAllowed, "needs root, network namespaces and ip"))
struct ICMPTests {
    /// A host whose default route is a router that knows only ways that do not lead on.
    private struct Network {
        let host = NetworkNamespace()
        let router = NetworkNamespace()

        init() async throws {
            let routerThread = await router.threadID()
            let isHostUp = await host.shell(
                """
                ip link set lo up
                ip link add wire type veth peer name wire netns \(routerThread)
                ip address add 10.99.0.1/24 dev wire
                ip address add fd99::1/64 dev wire nodad
                ip link set wire up
                """)
            let isRouterUp = await router.shell(
                """
                echo 1 > /proc/sys/net/ipv4/ip_forward
                echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
                echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
                echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
                ip address add 10.99.0.2/24 dev wire
                ip address add fd99::2/64 dev wire nodad
                ip link set wire up
                ip route add unreachable 192.0.2.0/24
                ip route add prohibit 198.51.100.0/24
                ip route add blackhole 203.0.113.0/24
                ip route add unreachable 2001:db8:1::/48
                ip route add prohibit 2001:db8:2::/48
                """)
            let hasRoutes = await host.shell(
                """
                ip route add default via 10.99.0.2
                ip route add default via fd99::2
                ip route add unreachable 192.0.2.99
                ip route add prohibit 192.0.2.98
                ip route add blackhole 192.0.2.97
                ip route add unreachable 2001:db8:1::99
                """)
            try #require(isHostUp && isRouterUp && hasRoutes)
        }
    }

    private static let router = (v4: IPAddress("10.99.0.2"), v6: IPAddress("fd99::2"))
    private static let verdicts: [(String, SocketError)] = [
        ("192.0.2.1:443", .unreachable(ICMP(origin: .v4, type: 3, code: 1, from: router.v4))),
        ("198.51.100.1:443", .unreachable(ICMP(origin: .v4, type: 3, code: 13, from: router.v4))),
        (
            "[2001:db8:1::1]:443",
            .unreachable(ICMP(origin: .v6, type: 1, code: 0, from: router.v6))
        ),
        (
            "[2001:db8:2::1]:443",
            .unreachable(ICMP(origin: .v6, type: 1, code: 1, from: router.v6))
        ),
        ("203.0.113.1:443", .timedOut),
        ("192.0.2.99:443", .noRoute(errno: EHOSTUNREACH)),
        ("192.0.2.98:443", .noRoute(errno: EACCES)),
        ("192.0.2.97:443", .noRoute(errno: EINVAL)),
        ("[2001:db8:1::99]:443", .noRoute(errno: EHOSTUNREACH)),
        ("10.99.0.2:443", .refused),
        ("[fd99::2]:443", .refused),
    ]

    @Test func tellsTheNetworkFromOurOwnHost() async throws {
        let network = try await Network()
        for (text, expected) in Self.verdicts {
            let address = try #require(SocketAddress(text))
            let deadline = Deadline.now + (expected == .timedOut ? .milliseconds(100) : .seconds(9))
            let (overTCP, overUDP) = await network.host.perform { _ in
                (await connect(to: address, by: deadline), await ask(address, by: deadline))
            }
            #expect(overTCP == expected, "TCP to \(text)")
            #expect(overUDP == expected, "UDP to \(text)")
        }
    }

    @Test func aHostWithoutRoutesKnowsIt() async throws {
        let alone = NetworkNamespace()
        for (text, code) in [
            ("192.0.2.1:443", ENETUNREACH), ("[2001:db8::1]:443", EADDRNOTAVAIL),
        ] {
            let address = try #require(SocketAddress(text))
            let (overTCP, overUDP, hasRoute) = try await alone.perform { _ in
                (
                    await connect(to: address, by: soon()), await ask(address, by: soon()),
                    try LocalRoute.exists(to: address.address)
                )
            }
            #expect(overTCP == .noRoute(errno: code))
            #expect(overUDP == .noRoute(errno: code))
            #expect(!hasRoute)
        }
    }

    @Test func aStandingConnectionOutlivesAnUnreachable() async throws {
        let network = try await Network()
        let far = NetworkNamespace()
        let address = try #require(SocketAddress("10.98.0.1:443"))
        let isFarLinked = await network.router.shell(
            """
            ip link add far type veth peer name far netns \(await far.threadID())
            ip address add 10.98.0.2/24 dev far
            ip link set far up
            """)
        let isFarUp = await far.shell(
            """
            ip address add 10.98.0.1/24 dev far
            ip link set far up
            ip route add default via 10.98.0.2
            """)
        try #require(isFarLinked && isFarUp)
        let listener = try await far.perform { _ throws(SocketError) in
            try TCPListener(boundTo: address)
        }
        let client = try await network.host.perform { _ throws(SocketError) in
            try await TCPConnection.connect(to: address, by: soon())
        }
        let server = try await listener.accept(by: soon())
        let answer = Task { try await client.read(atMost: 9, by: soon()) }
        try #require(await network.router.shell("ip route add unreachable 10.98.0.1"))
        try await client.write([1], by: soon())
        // Long enough for the kernel to send it again and to be told so again.
        await #expect(throws: SocketError.timedOut) {
            try await server.read(atMost: 9, by: .now + .milliseconds(500))
        }
        try #require(await network.router.shell("ip route del unreachable 10.98.0.1"))
        // RFC 1122 4.2.3.9 forbids to give up for that.
        #expect(try await server.read(atMost: 9, by: soon()) == [1])
        try await server.write([2], by: soon())
        #expect(try await answer.value == [2])
    }
}

private func connect(to address: SocketAddress, by deadline: Deadline) async -> SocketError? {
    do {
        _ = try await TCPConnection.connect(to: address, by: deadline)
        return nil
    } catch {
        return error
    }
}

/// Sends a datagram and waits for what comes back.
private func ask(_ address: SocketAddress, by deadline: Deadline) async -> SocketError? {
    do {
        let socket = try UDPSocket(connectedTo: address)
        try socket.send([1])
        _ = try await socket.receive(by: deadline)
        return nil
    } catch {
        return error
    }
}
