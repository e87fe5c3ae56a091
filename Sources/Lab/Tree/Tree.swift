import Addresses
import DNS
import DNSSEC
import OpenSSL

/// The lab's zones, signed: the root, `test.` and the leaves.
struct Tree: Sendable {
    let root: Zone
    let top: Zone
    let leaves: [Zone]
    /// What some leaves held before their last change.
    let earlier: [Name: Zone]
    /// The DS of the root's key.
    let anchors: [DS]

    init(
        _ block: LoopbackBlock, _ sites: [Site], ipv6: IPAddress?, _ tlsa: TLSARecords,
        at now: Int64
    ) throws(LabError) {
        let drafts = try Leaf.all(block, sites, ipv6: ipv6, tlsa)
        let (topServer, rootServer) = (
            try Self.name("top.nic.test"), try Self.name("root.nic.test")
        )
        var top = Zone(apex: try Self.name("test"), servers: [topServer])
        top.add(topServer, .a, .address(block.topServer))
        top.add(rootServer, .a, .address(block.rootServer))
        for authority in Authority.allCases where authority != .gone {
            top.add(try authority.name, .a, .address(block.address(of: authority)))
        }
        var leaves: [Zone] = []
        var earlier: [Name: Zone] = [:]
        do {
            for draft in drafts {
                let apex = draft.zone.apex
                let planted = try PlantedZone(
                    draft.zone, before: draft.earlier, draft.plan, at: now)
                leaves.append(planted.zone)
                earlier[apex] = planted.before
                for server in draft.parents { top.add(apex, .ns, .name(server)) }
                for (name, address) in draft.glue { top.add(name, .a, .address(address)) }
                for ds in planted.delegationSigners { top.add(apex, .ds, .ds(ds)) }
            }
            let plantedTop = try PlantedZone(
                top, .signed(.ecdsaP256SHA256, .nsec3(), split: true), at: now)
            var root = Zone(apex: .root, servers: [rootServer])
            root.add(top.apex, .ns, .name(topServer))
            for ds in plantedTop.delegationSigners { root.add(top.apex, .ds, .ds(ds)) }
            root.add(rootServer, .a, .address(block.rootServer))
            root.add(topServer, .a, .address(block.topServer))
            let plantedRoot = try PlantedZone(root, .signed(.rsaSHA256), at: now)
            (self.root, self.top, self.leaves) = (plantedRoot.zone, plantedTop.zone, leaves)
            self.earlier = earlier
            anchors = plantedRoot.delegationSigners
        } catch {
            throw .keys(error)
        }
    }

    static func name(_ text: String) throws(LabError) -> Name {
        guard let name = Name(text) else { throw .name(text) }
        return name
    }
}

extension Authority {
    var name: Name {
        get throws(LabError) { try Tree.name(rawValue + ".nic.test") }
    }
}

extension Zone {
    /// A zone with SOA and NS records and no more.
    init(apex: Name, servers: [Name], serial: UInt32 = 1, ttl: UInt32 = Self.usualTTL) {
        self.init(apex: apex)
        // A cache keeps a denial for as long as the SOA says (RFC 2308 5).
        let soa = SOA(
            primary: servers.first ?? .root, mailbox: apex.child("hostmaster".utf8) ?? .root,
            serial: serial, refresh: 3600, retry: 600, expire: 86_400,
            minimum: ttl == Self.usualTTL ? 60 : ttl)
        add(apex, .soa, .soa(soa), ttl: ttl)
        for server in servers { add(apex, .ns, .name(server), ttl: ttl) }
    }

    static let usualTTL: UInt32 = 300
}
