import Addresses
import Testing

@testable import Sockets

/// Far enough that only a fault reaches it.
func soon() -> Deadline { .now + .seconds(20) }

func loopback(_ family: IPAddress.Family = .ipv4, port: UInt16 = 0) -> SocketAddress {
    let address = family == .ipv4 ? IPAddress(ipv4: 0x7f00_0001) : IPAddress(ipv6: 1)
    return SocketAddress(address, port: port)
}

/// Both ends of a connection over loopback.
func connectedPair(
    _ family: IPAddress.Family = .ipv4
) async throws -> (client: TCPConnection, server: TCPConnection) {
    let listener = try TCPListener(boundTo: loopback(family))
    let client = try await TCPConnection.connect(to: listener.localAddress, by: soon())
    return (client, try await listener.accept(by: soon()))
}

/// Loopback where no other test opens sockets, so that a port once closed stays free.
func quietLoopback(_ family: IPAddress.Family = .ipv4) -> SocketAddress {
    let address = family == .ipv4 ? IPAddress(ipv4: 0x7f00_0909) : IPAddress(ipv6: 1)
    return SocketAddress(address, port: 0)
}
