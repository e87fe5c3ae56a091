import Addresses
import DNS

/// A zone below `test.` before it is signed, and what its parent is to say of it.
struct Leaf {
    var zone: Zone
    /// Its content before its last change.
    var earlier: Zone?
    let plan: ZonePlan
    let parents: [Name]
    private(set) var glue: [(name: Name, address: IPAddress)] = []

    /// Every zone of the catalogue once, with the records of all its names.
    static func all(
        _ block: LoopbackBlock, _ sites: [Site], ipv6: IPAddress?, _ tlsa: TLSARecords
    ) throws(LabError) -> [Leaf] {
        var leaves: [Leaf] = []
        for entry in Catalogue.all {
            if case .nothing = entry.answer { continue }
            let apex = try Tree.name(entry.owner).suffix(2)
            if !leaves.contains(where: { $0.zone.apex == apex }) {
                leaves.append(try Leaf(apex, entry, block))
            }
            guard let index = leaves.firstIndex(where: { $0.zone.apex == apex }) else { continue }
            try leaves[index].fill(entry, sites.filter { $0.entry.name == entry.name }, ipv6)
            if let key = entry.tlsa {
                tlsa.add(to: &leaves[index].zone, below: try Tree.name(entry.owner), of: key)
            }
            if let plan = entry.answer.mail {
                let addresses = sites.filter { $0.entry.name == entry.name }.map(\.address)
                try leaves[index].zone.add(try Tree.name(entry.owner), plan, addresses, tlsa)
            }
        }
        return leaves
    }

    /// The zone of its first name, which says who serves it.
    private init(_ apex: Name, _ entry: Entry, _ block: LoopbackBlock) throws(LabError) {
        var (own, parents): ([Name], [Name]) = ([], [])
        for authority in entry.servers.own { own.append(try authority.name) }
        for authority in entry.servers.parents { parents.append(try authority.name) }
        let inside = apex.child("ns".utf8) ?? apex
        if entry.servers.inZone != nil {
            own.append(inside)
            parents.append(inside)
        }
        zone = Zone(apex: apex, servers: own, serial: entry.earlier == nil ? 1 : 2)
        earlier = entry.earlier.map { earlier in
            Zone(apex: apex, servers: own, serial: earlier.serial, ttl: earlier.ttl)
        }
        if let (glue, address) = entry.servers.inZone {
            self.glue = [(inside, block.address(of: glue))]
            zone.add(inside, .a, .address(block.address(of: address)))
        }
        (plan, self.parents) = (entry.zone, parents)
    }

    private mutating func fill(
        _ entry: Entry, _ sites: [Site], _ ipv6: IPAddress?
    ) throws(LabError) {
        let owner = try Tree.name(entry.owner)
        let addresses = sites.filter { !$0.isEarlier }.map(\.address)
        try zone.add(owner, entry.answer, addresses, aliases: entry.aliases)
        if let authority = entry.authority {
            zone.add(
                zone.apex, .caa,
                .caa(CAA(flags: 0, tag: Array("issue".utf8), value: Array(authority.utf8))))
        }
        if entry.hasIPv6, let ipv6 { zone.add(owner, .aaaa, .address(ipv6)) }
        if let before = entry.earlier {
            let addresses = sites.filter(\.isEarlier).map(\.address)
            try earlier?.add(owner, before.answer, addresses, ttl: before.ttl)
        }
    }
}

/// TLSA records of the lab's ports (RFC 6698 3).
struct TLSARecords: Sendable {
    let ports: [UInt16]
    /// The SHA-256 of the key that the lab's servers use.
    let digest: [UInt8]

    func add(to zone: inout Zone, below host: Name, of key: PublishedKey) {
        let digest = key == .inUse ? digest : digest.reversed()
        for port in ports {
            guard let owner = host.child("_tcp".utf8)?.child("_\(port)".utf8) else { continue }
            zone.add(
                owner, .tlsa,
                .tlsa(TLSA(usage: 3, selector: 1, matchingType: 1, association: digest)))
        }
    }
}

extension Zone {
    /// `aliases` long names lead from the owner to where the addresses stand.
    fileprivate mutating func add(
        _ owner: Name, _ answer: Entry.Answer, _ addresses: [IPAddress], ttl: UInt32 = usualTTL,
        aliases: Int = 0
    ) throws(LabError) {
        switch answer {
        case .hosts:
            var owner = owner
            for number in 0..<aliases {
                let next = try Tree.name("\(Self.longName(number)).\(apex.text)")
                add(owner, .cname, .name(next), ttl: ttl)
                owner = next
            }
            for address in addresses { add(owner, .a, .address(address), ttl: ttl) }
        case .alias(let target): add(owner, .cname, .name(try Tree.name(target)), ttl: ttl)
        case .noAddress, .mail, .nothing: break
        }
    }

    /// Three labels of 60 letters.
    private static func longName(_ number: Int) -> String {
        (0..<3).map { label in
            let text = "alias-\(number)-\(label)-"
            return text + String(repeating: "x", count: 60 - text.count)
        }.joined(separator: ".")
    }
}
