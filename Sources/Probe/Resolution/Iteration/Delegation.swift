package import Addresses
package import DNS

/// A zone and where to ask for what is in it, as its parent says.
package struct Delegation: Hashable, Sendable {
    package var zone: Name
    /// Servers that came without an address and can be looked up elsewhere, in the order received.
    package var unaddressed: [Name]
    /// The addresses known without asking further: glue.
    package var addresses: [IPAddress]
    /// Seconds.
    package var ttl: UInt32

    package init(zone: Name, unaddressed: [Name] = [], addresses: [IPAddress], ttl: UInt32) {
        (self.zone, self.unaddressed) = (zone, unaddressed)
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
        let addressed = Set(glue.map(\.owner))
        // One within the zone itself could not be asked for.
        unaddressed = names.filter { !addressed.contains($0) && !$0.isWithin(cut) }
        addresses = Array(
            Set(glue.compactMap(\.address)).sorted().prefix(Self.mostAddresses))
        ttl = glue.map(\.ttl).reduce(rrset.ttl, min)
    }

    /// A referral to thousands of servers costs no more than these (NXNSAttack, CVE-2020-8616).
    private static let mostNameservers = 16
    private static let mostAddresses = 32
}
