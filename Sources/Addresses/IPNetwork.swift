/// A network in CIDR notation; a bare address is the network of that one address.
package struct IPNetwork: Hashable, Sendable, LosslessStringConvertible {
    package let base: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    package let prefixLength: Int

    /// Nil unless the text is `ADDRESS` or `ADDRESS/LENGTH`; bits beyond the length are ignored.
    package init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(first), parts.count <= 2 else {
            return nil
        }
        var prefixLength = base.bitWidth
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let length = Int(parts[1]), length <= base.bitWidth
            else { return nil }
            prefixLength = length
        }
        self.base = base
        self.prefixLength = prefixLength
    }

    package var description: String { "\(base)/\(prefixLength)" }

    package func contains(_ address: IPAddress) -> Bool {
        let shift = base.bitWidth - prefixLength
        return address.family == base.family && address.number >> shift == base.number >> shift
    }
}
