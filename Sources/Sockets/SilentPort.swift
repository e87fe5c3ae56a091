package import Addresses

/// A port on this host that answers nothing at all to a SYN, as a dropping firewall would.
///
/// A listener with backlog 0 has room for one connection. Linux drops every further SYN as long
/// as that one is not accepted, and this holds it open: no root and no packet filter needed.
package final class SilentPort: Sendable {
    package let address: SocketAddress
    private let listener: TCPListener
    private let filling: TCPConnection

    /// Takes a port, 0 for a free one; it is silent when this returns.
    package init(boundTo address: SocketAddress) async throws(SocketError) {
        let soon = Deadline.now + .seconds(5)
        listener = try TCPListener(boundTo: address, backlog: 0)
        self.address = listener.localAddress
        filling = try await TCPConnection.connect(to: self.address, by: soon)
        // Our side is connected a moment before the listener's queue holds the connection.
        try await listener.waitForConnection(by: soon)
    }

    /// Gives the port back; further SYNs are refused.
    package func close() {
        filling.reset()
        listener.close()
    }
}
