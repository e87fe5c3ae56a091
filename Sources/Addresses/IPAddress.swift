/// An IPv4 or IPv6 address as a value; order is numeric, every IPv6 address before any IPv4 one.
package struct IPAddress: Hashable, Sendable {
    package enum Family: String, Hashable, Sendable, CaseIterable {
        case ipv6, ipv4
    }

    package let family: Family
    // Two halves and no UInt128: Swift 6.3 without optimisation unbalances the stack of an async
    // function that is passed one in memory, and the program dies when that function waits.
    private let high: UInt64
    private let low: UInt64

    private init(_ family: Family, _ number: UInt128) {
        self.family = family
        (high, low) = (UInt64(truncatingIfNeeded: number >> 64), UInt64(truncatingIfNeeded: number))
    }

    package init(ipv4 number: UInt32) {
        self.init(.ipv4, UInt128(number))
    }

    package init(ipv6 number: UInt128) {
        self.init(.ipv6, number)
    }

    /// The address as a number in host order; an IPv4 address fills the low 32 bits.
    package var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Takes 4 or 16 bytes in network order; any other count is nil.
    package init?(bytes: [UInt8]) {
        let number = bytes.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: self.init(.ipv4, number)
        case 16: self.init(.ipv6, number)
        default: return nil
        }
    }

    /// 4 or 16 bytes in network order.
    package var bytes: [UInt8] {
        let width = family == .ipv4 ? 4 : 16
        return (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * (width - 1 - $0))) }
    }

    /// The number of bits of an address of this family: 32 or 128.
    package var bitWidth: Int { family == .ipv4 ? 32 : 128 }
}

extension IPAddress: Comparable {
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.family == right.family ? left.number < right.number : left.family == .ipv6
    }
}

extension IPAddress {
    package var isLoopback: Bool { isIn(Self.loopback) }
    package var isUnspecified: Bool { number == 0 }
    package var isLinkLocal: Bool { isIn(Self.linkLocal) }
    package var isMulticast: Bool { isIn(Self.multicast) }

    /// In a range for private use: RFC 1918, RFC 6598, RFC 4193 or link-local.
    package var isPrivate: Bool { isIn(Self.privateUse) }

    /// Neither private, loopback, unspecified nor multicast.
    package var isGlobal: Bool { !isPrivate && !isLoopback && !isUnspecified && !isMulticast }

    private func isIn(_ networks: [IPNetwork]) -> Bool {
        networks.contains { $0.contains(self) }
    }

    private static let loopback = networks("127.0.0.0/8", "::1/128")
    private static let linkLocal = networks("169.254.0.0/16", "fe80::/10")
    private static let multicast = networks("224.0.0.0/4", "ff00::/8")
    private static let privateUse =
        linkLocal
        + networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")

    private static func networks(_ texts: String...) -> [IPNetwork] {
        texts.compactMap { IPNetwork($0) }
    }
}
