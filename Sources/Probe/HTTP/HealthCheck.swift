package import Addresses
import Sockets

/// Asks an agent on this host whether it is up, as container runtimes do where there is no other HTTP client.
package enum HealthCheck {
    /// Nil when the agent answers `/-/healthy` with 200 in time; else why it is not healthy, as a clause.
    package static func fault(at place: SocketAddress, within time: Duration) async -> String? {
        let fetch = HTTPFetch(
            resolvers: [], policy: AddressRule(), questionTimer: time, timer: time,
            deadline: .now + time)
        switch await fetch("http://\(place)/-/healthy", atMost: 1024) {
        case .success: return nil
        case .failure(let failure): return failure.clause
        }
    }

    /// Where to ask an agent that listens on an address in the form of `--web.listen-address`; nil where the text has
    /// not that form. One that listens on every address is asked on loopback.
    package static func place(of listenAddress: String) -> SocketAddress? {
        let text = listenAddress.hasPrefix(":") ? "127.0.0.1" + listenAddress : listenAddress
        guard let place = SocketAddress(text), place.port != 0 else { return nil }
        guard place.address.isUnspecified, let loopback = IPAddress("127.0.0.1") else {
            return place
        }
        return SocketAddress(loopback, port: place.port)
    }
}
