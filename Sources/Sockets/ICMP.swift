package import Addresses

/// An ICMP error that a router or host sent about one of our packets (RFC 792, RFC 4443).
package struct ICMP: Hashable, Sendable {
    /// Which protocol the numbers belong to.
    package enum Origin: Hashable, Sendable {
        case v4, v6
    }

    package let origin: Origin
    package let type: UInt8
    package let code: UInt8
    /// Who sent it; our own address when a neighbour on the local link does not answer.
    package let from: IPAddress?

    package init(origin: Origin, type: UInt8, code: UInt8, from: IPAddress? = nil) {
        self.origin = origin
        self.type = type
        self.code = code
        self.from = from
    }

    /// Administratively prohibited: a filter said no (RFC 1812 5.2.7.1, RFC 4443 3.1).
    package var isProhibited: Bool {
        switch (origin, type, code) {
        case (.v4, 3, 9), (.v4, 3, 10), (.v4, 3, 13), (.v6, 1, 1): true
        default: false
        }
    }

    /// Port unreachable: the host is there and nothing listens.
    package var isPortUnreachable: Bool {
        switch (origin, type, code) {
        case (.v4, 3, 3), (.v6, 1, 4): true
        default: false
        }
    }
}

extension ICMP: CustomStringConvertible {
    /// As `ICMP type 3 code 13 (administratively prohibited) from 192.0.2.1`.
    package var description: String {
        let label = origin == .v4 ? "ICMP" : "ICMPv6"
        let sender = from.map { " from \($0)" } ?? ""
        return "\(label) type \(type) code \(code) (\(meaning))\(sender)"
    }

    private var meaning: String {
        switch (origin, type, code) {
        case _ where isProhibited: "administratively prohibited"
        case _ where isPortUnreachable: "port unreachable"
        case (.v4, 3, 0), (.v4, 3, 6), (.v4, 3, 11), (.v6, 1, 0): "no route to the network"
        case (.v4, 3, 1), (.v4, 3, 7), (.v4, 3, 12), (.v6, 1, 3): "host unreachable"
        case (.v4, 3, 2): "protocol unreachable"
        case (.v6, 1, 5), (.v6, 1, 6): "rejected by policy"
        case (.v4, 11, _), (.v6, 3, _): "time exceeded"
        case (.v4, 12, _), (.v6, 4, _): "parameter problem"
        default: "unreachable"
        }
    }
}
