package import Addresses
import Configuration

/// Which addresses may be connected to; checked after resolution, on every connection.
package struct AddressRule: Hashable, Sendable {
    private let allow: [IPNetwork]
    private let deny: [IPNetwork]

    /// The rule where nothing is configured.
    package init() {
        (allow, deny) = ([], [])
    }

    init(_ policy: AddressPolicy) throws(InputError) {
        allow = try Self.networks(policy.allow)
        deny = try Self.networks(policy.deny)
    }

    /// Where nothing is configured, everything but link-local addresses; no unspecified or multicast one unless it is
    /// allowed by name.
    package func permits(_ address: IPAddress) -> Bool {
        // ::ffff:192.0.2.7 is 192.0.2.7 to the kernel, and to whoever forbade it.
        let forms = [address] + (address.mapped.map { [$0] } ?? [])
        if forms.contains(where: { form in deny.contains { $0.contains(form) } }) { return false }
        if !allow.isEmpty {
            return forms.contains { form in allow.contains { $0.contains(form) } }
        }
        // To the kernel 0.0.0.0 and :: are this host itself, which no answer can mean.
        if forms.contains(where: { $0.isUnspecified || $0.isMulticast }) { return false }
        return !deny.isEmpty || !forms.contains(where: \.isLinkLocal)
    }

    private static func networks(_ texts: [Located<String>]) throws(InputError) -> [IPNetwork] {
        try texts.map { text throws(InputError) in
            guard let network = IPNetwork(text.value) else {
                throw InputError(
                    text.error("\"\(text.value)\" is not a network such as 192.0.2.0/24")
                        .description)
            }
            return network
        }
    }
}

extension IPAddress {
    /// The IPv4 address within an IPv4-mapped one (RFC 4291 2.5.5.2).
    fileprivate var mapped: IPAddress? {
        guard family == .ipv6, number >> 32 == 0xffff else { return nil }
        return IPAddress(ipv4: UInt32(truncatingIfNeeded: number))
    }
}
