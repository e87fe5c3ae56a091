import Addresses
package import DNS

/// A zone and the servers that the delegation and the zone itself list for it.
package struct ListedZone: Hashable, Sendable {
    package var zone: Name
    /// NS set and glue as the parent's servers give them; nil where no referral could be had, as of servers that hold
    /// both zones.
    package var parent: Delegation?
    /// In canonical order, each name once.
    var servers: [Server]
    /// Seconds for which all this may be kept.
    var ttl: UInt32

    /// What the servers' names lead to.
    var lookedUp: [Name: Set<IPAddress>] {
        Dictionary(servers.map { ($0.name, $0.lookedUp) }) { first, _ in first }
    }

    struct Server: Hashable, Sendable {
        var name: Name
        /// Glue and what was looked up, numerically ordered; empty where no lookup succeeded.
        var addresses: [IPAddress]
        /// Those of them that a lookup gave: the name's own, where glue may be another. Empty where one of its two
        /// questions was left open.
        var lookedUp: Set<IPAddress> = []
        /// A lookup said that the name has no address at all.
        var isAddressless = false
    }
}
