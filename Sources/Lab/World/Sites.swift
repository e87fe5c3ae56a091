import Addresses
import DNS

/// The lab's own /24 of loopback, and who has which address in it.
struct LoopbackBlock: Hashable, Sendable {
    /// The number of 127.x.y.0.
    private let base: UInt32

    /// Some block for each number; neighbours are apart.
    init(number: Int) {
        let spread = UInt32(truncatingIfNeeded: number &* 7919) % 0xffff
        base = 0x7f00_0000 | (0x0100 + spread) << 8
    }

    func address(_ last: Int) -> IPAddress {
        IPAddress(ipv4: base | UInt32(truncatingIfNeeded: last) & 0xff)
    }

    var rootServer: IPAddress { address(1) }
    var topServer: IPAddress { address(2) }
    func address(of authority: Authority) -> IPAddress {
        address(3 + (Authority.allCases.firstIndex(of: authority) ?? 0))
    }
    var resolver: IPAddress { address(53) }
    /// Of the names' own resolvers, by a number from 0.
    func ownResolver(_ number: Int) -> IPAddress { address(54 + number) }
    /// Held for the lab's life, so that no other lab takes the block.
    var claim: IPAddress { address(254) }
}

/// One host of one name at its address.
struct Site: Sendable {
    let entry: Entry
    let host: Host
    let address: IPAddress
    /// Whether it stands in the zone's earlier version only.
    let isEarlier: Bool

    /// The names on its certificate.
    var certificateNames: [String] {
        let owner = entry.owner
        if entry.answer.mail != nil { return [owner] + MailPlan.hostNames(of: owner) }
        return owner.hasPrefix("*.")
            ? [owner, String(owner.dropFirst(2))] : [owner, "www." + owner]
    }

    /// Every site of the catalogue, at ascending addresses.
    static func all(in block: LoopbackBlock) -> [Site] {
        let hosts = Catalogue.all.flatMap { entry in
            entry.answer.hosts.map { (entry, $0, false) }
                + (entry.earlier?.answer.hosts ?? []).map { (entry, $0, true) }
        }
        return hosts.enumerated().map { index, site in
            Site(
                entry: site.0, host: site.1, address: block.address(101 + index),
                isEarlier: site.2)
        }
    }
}
