package import Addresses

/// A resolver as configuration and command line name it.
package enum ResolverSpec: Hashable, Sendable {
    /// The nameservers of /etc/resolv.conf.
    case system
    case server(Server)
    case encrypted(EncryptedServer)
    /// Iteration from the root hints.
    case root

    package var plain: Server? { if case .server(let server) = self { server } else { nil } }

    package var encrypted: EncryptedServer? {
        if case .encrypted(let server) = self { server } else { nil }
    }

    /// A server spoken to without encryption.
    package struct Server: Hashable, Sendable {
        package var address: SocketAddress
        package var transport: Transport

        package init(_ address: SocketAddress, _ transport: Transport = .udp) {
            (self.address, self.transport) = (address, transport)
        }

        /// The metrics' `resolver`: port and scheme only where they are not the usual ones.
        package var label: String {
            let host = address.port == 53 ? "\(address.address)" : "\(address)"
            return transport == .tcp ? "tcp://\(host)" : host
        }
    }

    package enum Transport: String, Hashable, Sendable {
        /// UDP, and TCP where the answer is truncated or UDP stays silent.
        case udp
        /// TCP alone.
        case tcp
    }

    /// Reads `system`, `root`, `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`, `udp://…`, `tcp://…`, `tls://…` or
    /// `https://…`.
    package init(parsing text: String) throws(InputError) {
        if text == "system" {
            self = .system
            return
        }
        if text == "root" {
            self = .root
            return
        }
        var rest = text[...]
        var transport = Transport.udp
        if let (before, behind) = rest.parted(by: "://") {
            let scheme = before.lowercased()
            rest = behind
            if ["tls", "https"].contains(scheme) {
                self = .encrypted(
                    try EncryptedServer(parsing: rest, isHTTPS: scheme == "https", of: text))
                return
            }
            guard let known = Transport(rawValue: scheme) else {
                throw InputError(
                    "the resolver \"\(text)\" has the unknown scheme \"\(scheme)\"; known are udp, tcp, tls and https"
                )
            }
            transport = known
        }
        guard let address = Self.address(rest), address.port > 0, !address.address.isUnspecified,
            !address.address.isMulticast
        else {
            throw InputError(
                "the resolver \"\(text)\" is not \"system\" or \"root\" and not an address such as 192.0.2.53, "
                    + "192.0.2.53:5353 or [2001:db8::53]:53")
        }
        self = .server(Server(address, transport))
    }

    private static func address(_ text: Substring) -> SocketAddress? {
        if let address = IPAddress(text) { return SocketAddress(address, port: 53) }
        if text.first == "[", text.last == "]" {
            let inner = IPAddress(text.dropFirst().dropLast())
            return inner?.family == .ipv6 ? inner.map { SocketAddress($0, port: 53) } : nil
        }
        return SocketAddress(String(text))
    }
}
