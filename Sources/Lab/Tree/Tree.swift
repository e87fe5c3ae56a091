import Addresses
import DNS
import DNSSEC

/// The lab's zones, signed: the root, `test.` and the leaves.
struct Tree: Sendable {
    let root: Zone
    let top: Zone
    let leaves: [Zone]
    /// The DS of the root's key.
    let anchors: [DS]

    init(
        _ block: LoopbackBlock, _ sites: [Site], ipv6: IPAddress?, at now: Int64
    ) throws(LabError) {
        let names = try Names(block)
        var plans: [(apex: Name, plan: ZonePlan)] = []
        var zones: [Name: Zone] = [:]
        for entry in Catalogue.all {
            let owner = try Self.name(entry.owner)
            let apex = owner.suffix(2)
            if case .nothing = entry.answer { continue }
            if zones[apex] == nil {
                plans.append((apex, entry.zone))
                zones[apex] = Self.zone(apex, servers: names.leaf.map(\.name))
            }
            try Self.fill(&zones[apex], owner, entry, sites, ipv6)
        }
        var top = Self.zone(try Self.name("test"), servers: [names.top.name])
        for server in names.all { top.add(server.name, .a, .address(server.address)) }
        var leaves: [Zone] = []
        do {
            for (apex, plan) in plans {
                guard let zone = zones[apex] else { continue }
                let planted = try PlantedZone(zone, plan, at: now)
                leaves.append(planted.zone)
                for server in names.leaf { top.add(apex, .ns, .name(server.name)) }
                for ds in planted.delegationSigners { top.add(apex, .ds, .ds(ds)) }
            }
            let plantedTop = try PlantedZone(
                top, .signed(.ecdsaP256SHA256, .nsec3(), split: true), at: now)
            var root = Self.zone(.root, servers: [names.root.name])
            root.add(top.apex, .ns, .name(names.top.name))
            for ds in plantedTop.delegationSigners { root.add(top.apex, .ds, .ds(ds)) }
            for server in [names.root, names.top] {
                root.add(server.name, .a, .address(server.address))
            }
            let plantedRoot = try PlantedZone(root, .signed(.rsaSHA256), at: now)
            (self.root, self.top, self.leaves) = (plantedRoot.zone, plantedTop.zone, leaves)
            anchors = plantedRoot.delegationSigners
        } catch {
            throw .keys(error)
        }
    }

    /// The servers' names, all in `test.`.
    private struct Names {
        let root, top: (name: Name, address: IPAddress)
        let leaf: [(name: Name, address: IPAddress)]

        var all: [(name: Name, address: IPAddress)] { [root, top] + leaf }

        init(_ block: LoopbackBlock) throws(LabError) {
            root = (try Tree.name("root.nic.test"), block.rootServer)
            top = (try Tree.name("top.nic.test"), block.topServer)
            var leaf: [(Name, IPAddress)] = []
            for (index, address) in block.leafServers.enumerated() {
                leaf.append((try Tree.name("ns\(index + 1).nic.test"), address))
            }
            self.leaf = leaf
        }
    }

    private static func name(_ text: String) throws(LabError) -> Name {
        guard let name = Name(text) else { throw .name(text) }
        return name
    }

    private static func zone(_ apex: Name, servers: [Name]) -> Zone {
        var zone = Zone(apex: apex)
        let soa = SOA(
            primary: servers.first ?? .root, mailbox: apex.child("hostmaster".utf8) ?? .root,
            serial: 1, refresh: 3600, retry: 600, expire: 86_400, minimum: 60)
        zone.add(apex, .soa, .soa(soa))
        for server in servers { zone.add(apex, .ns, .name(server)) }
        return zone
    }

    private static func fill(
        _ zone: inout Zone?, _ owner: Name, _ entry: Entry, _ sites: [Site], _ ipv6: IPAddress?
    ) throws(LabError) {
        switch entry.answer {
        case .hosts:
            for site in sites where site.entry.name == entry.name {
                zone?.add(owner, .a, .address(site.address))
            }
            if entry.hasIPv6, let ipv6 { zone?.add(owner, .aaaa, .address(ipv6)) }
        case .alias(let target): zone?.add(owner, .cname, .name(try name(target)))
        case .noAddress, .nothing: break
        }
    }
}
