/// An address and a port; its text is `192.0.2.1:53` or `[2001:db8::1]:53`.
package struct SocketAddress: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Nil unless the text is `192.0.2.1:53` or `[2001:db8::1]:53`.
    package init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":"),
            let port = Self.port(description[description.index(after: colon)...])
        else { return nil }
        var host = description[..<colon]
        let isBracketed = host.first == "[" && host.last == "]" && host.count > 1
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), isBracketed == (address.family == .ipv6) else {
            return nil
        }
        self.init(address, port: port)
    }

    /// A decimal port, 0 to 65535, digits only.
    package static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return UInt16(text)
    }

    package var description: String {
        address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    package static func < (left: SocketAddress, right: SocketAddress) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}
