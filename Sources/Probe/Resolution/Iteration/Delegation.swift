package import Addresses
package import DNS

/// A zone and where to ask for what is in it, as one side of the cut says.
package struct Delegation: Hashable, Sendable {
    package var zone: Name
    /// In the order received, each name once.
    package var servers: [Server]
    /// Seconds; the least of its records.
    package var ttl: UInt32

    package struct Server: Hashable, Sendable {
        package var name: Name
        /// Those that came along as glue, or that were looked up; numerically ordered.
        package var addresses: [IPAddress]

        package init(_ name: Name, at addresses: [IPAddress] = []) {
            (self.name, self.addresses) = (name, addresses)
        }
    }

    package init(zone: Name, servers: [Server], ttl: UInt32) {
        (self.zone, self.servers, self.ttl) = (zone, servers, ttl)
    }

    /// Of all its servers, each once.
    package var addresses: [IPAddress] {
        Array(Set(servers.flatMap(\.addresses)).sorted().prefix(Self.mostAddresses))
    }

    /// Servers without an address that can be looked up elsewhere: one within the zone could not be asked for.
    package var unaddressed: [Name] {
        servers.filter { $0.addresses.isEmpty && !$0.name.isWithin(zone) }.map(\.name)
    }

    /// Reads a referral from `zone` towards `name`; nil where the response is none. Glue counts only within the
    /// zone that gives it: of other names its servers know nothing.
    init?(_ response: Message, from zone: Name, towards name: Name) {
        let cut = response.authorities.first {
            $0.type == .ns && $0.owner.isBelow(zone) && name.isWithin($0.owner)
        }
        guard let cut,
            let rrset = RRset(owner: cut.owner, type: .ns, in: response.authorities)
        else { return nil }
        self.init(
            rrset, glue: response.additionals.filter { $0.owner.isWithin(zone) })
    }

    /// The NS RRset of a zone with the addresses among `glue`.
    init(_ rrset: RRset, glue: [Record]) {
        let names = rrset.records.compactMap(\.name).prefix(Self.mostServers)
        let wanted = Set(names)
        let addresses = glue.filter { $0.address != nil && wanted.contains($0.owner) }
        let byName = Dictionary(grouping: addresses, by: \.owner)
        zone = rrset.owner
        servers = names.map { name in
            Server(name, at: Set((byName[name] ?? []).compactMap(\.address)).sorted())
        }
        ttl = addresses.map(\.ttl).reduce(rrset.ttl, min)
    }

    /// A referral to thousands of servers costs no more than these (NXNSAttack, CVE-2020-8616).
    static let mostServers = 16
    static let mostAddresses = 32
}
