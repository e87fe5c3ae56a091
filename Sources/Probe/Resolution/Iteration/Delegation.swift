package import Addresses
package import DNS

/// A zone and where to ask for what is in it, as its parent says.
package struct Delegation: Hashable, Sendable {
    package var zone: Name
    /// The names of its servers, in the order received; none for the root hints.
    package var nameservers: [Name]
    /// The addresses known without asking further: glue.
    package var addresses: [IPAddress]
    /// Seconds.
    package var ttl: UInt32

    package init(zone: Name, nameservers: [Name] = [], addresses: [IPAddress], ttl: UInt32) {
        (self.zone, self.nameservers) = (zone, nameservers)
        (self.addresses, self.ttl) = (addresses, ttl)
    }

    /// Reads a referral from `zone` towards `name`; nil where the response is none. Glue counts only within the
    /// zone that gives it: of other names its servers know nothing.
    init?(_ response: Message, from zone: Name, towards name: Name) {
        let cuts = response.authorities.filter {
            $0.type == .ns && $0.owner.isBelow(zone) && name.isWithin($0.owner)
        }
        guard let cut = cuts.first?.owner,
            let rrset = RRset(owner: cut, type: .ns, in: response.authorities)
        else { return nil }
        let names = rrset.records.compactMap(\.name).prefix(Self.mostNameservers)
        let glue = response.additionals.filter {
            $0.address != nil && $0.owner.isWithin(zone) && names.contains($0.owner)
        }
        self.zone = cut
        nameservers = Array(names)
        addresses = Array(
            Set(glue.compactMap(\.address)).sorted().prefix(Self.mostAddresses))
        ttl = glue.map(\.ttl).reduce(rrset.ttl, min)
    }

    /// A referral to thousands of servers costs no more than these (NXNSAttack, CVE-2020-8616).
    private static let mostNameservers = 16
    private static let mostAddresses = 32
}
