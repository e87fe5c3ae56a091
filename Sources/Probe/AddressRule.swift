package import Addresses
import Configuration

/// Which addresses may be connected to; checked after resolution, on every connection.
package struct AddressRule: Hashable, Sendable {
    private let allow: [IPNetwork]
    private let deny: [IPNetwork]

    init(_ policy: AddressPolicy) throws(InputError) {
        allow = try Self.networks(policy.allow)
        deny = try Self.networks(policy.deny)
    }

    /// Where nothing is configured, everything but link-local addresses.
    package func permits(_ address: IPAddress) -> Bool {
        if deny.contains(where: { $0.contains(address) }) { return false }
        if !allow.isEmpty { return allow.contains { $0.contains(address) } }
        return !deny.isEmpty || !address.isLinkLocal
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
