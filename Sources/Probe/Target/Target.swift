package import Addresses
package import DNS

/// What to probe: a name or an address, perhaps with a port and a protocol.
package struct Target: Hashable, Sendable {
    /// As the user wrote it: the metrics' `target`.
    package var text: String
    package var host: Host
    /// Where the text names a port or a protocol, that one alone is probed.
    package var port: Port?

    package enum Host: Hashable, Sendable {
        case name(Name)
        case address(IPAddress)

        /// The A-label name without final dot, or the address.
        package var text: String {
            switch self {
            case .name(let name): name.text
            case .address(let address): address.description
            }
        }
    }

    package init(text: String, host: Host, port: Port? = nil) {
        (self.text, self.host, self.port) = (text, host, port)
    }

    /// The metrics' `host`: the A-label name without final dot, or the address.
    package var hostText: String { host.text }
}
