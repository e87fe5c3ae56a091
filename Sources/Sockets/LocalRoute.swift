package import Addresses

/// What this host's own routing table says; no packet is sent.
package enum LocalRoute {
    /// Tells whether this host has a route and a source address for packets to the address.
    ///
    /// Throws only when it could not be found out, as with no descriptor left.
    package static func exists(to address: IPAddress) throws(SocketError) -> Bool {
        do {
            _ = try UDPSocket(connectedTo: SocketAddress(address, port: 53))
            return true
        } catch .noRoute {
            return false
        }
    }
}
