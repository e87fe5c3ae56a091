import Addresses
import DNS
import DNSSEC

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
        _ block: LoopbackBlock, _ sites: [Site], ipv6: IPAddress?, at now: Int64
    ) throws(LabError) {
        let names = try Names(block)
        var plans: [(apex: Name, plan: ZonePlan)] = []
        var zones: [Name: Zone] = [:]
        var before: [Name: Zone] = [:]
        for entry in Catalogue.all {
            let owner = try Self.name(entry.owner)
            let apex = owner.suffix(2)
            if case .nothing = entry.answer { continue }
            if zones[apex] == nil {
                plans.append((apex, entry.zone))
                let serial: UInt32 = entry.earlier == nil ? 1 : 2
                zones[apex] = Self.zone(apex, servers: names.leaf.map(\.name), serial: serial)
            }
            let own = sites.filter { $0.entry.name == entry.name }
            let now = own.filter { !$0.isEarlier }.map(\.address)
            try Self.fill(&zones[apex], owner, entry.answer, now)
            if entry.hasIPv6, let ipv6 { zones[apex]?.add(owner, .aaaa, .address(ipv6)) }
            if let earlier = entry.earlier {
                before[apex] = Self.zone(
                    apex, servers: names.leaf.map(\.name), serial: earlier.serial,
                    ttl: earlier.ttl)
                let then = own.filter(\.isEarlier).map(\.address)
                try Self.fill(&before[apex], owner, earlier.answer, then, ttl: earlier.ttl)
            }
        }
        var top = Self.zone(try Self.name("test"), servers: [names.top.name])
        for server in names.all { top.add(server.name, .a, .address(server.address)) }
        var leaves: [Zone] = []
        do {
            for (apex, plan) in plans {
                guard let zone = zones[apex] else { continue }
                let planted = try PlantedZone(zone, before: before[apex], plan, at: now)
                leaves.append(planted.zone)
                before[apex] = planted.before
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
            earlier = before
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

    private static func zone(
        _ apex: Name, servers: [Name], serial: UInt32 = 1, ttl: UInt32 = 300
    ) -> Zone {
        var zone = Zone(apex: apex)
        // A cache keeps a denial for as long as the SOA says (RFC 2308 5).
        let soa = SOA(
            primary: servers.first ?? .root, mailbox: apex.child("hostmaster".utf8) ?? .root,
            serial: serial, refresh: 3600, retry: 600, expire: 86_400,
            minimum: ttl == 300 ? 60 : ttl)
        zone.add(apex, .soa, .soa(soa), ttl: ttl)
        for server in servers { zone.add(apex, .ns, .name(server), ttl: ttl) }
        return zone
    }

    private static func fill(
        _ zone: inout Zone?, _ owner: Name, _ answer: Entry.Answer, _ addresses: [IPAddress],
        ttl: UInt32 = 300
    ) throws(LabError) {
        switch answer {
        case .hosts:
            for address in addresses { zone?.add(owner, .a, .address(address), ttl: ttl) }
        case .alias(let target): zone?.add(owner, .cname, .name(try name(target)), ttl: ttl)
        case .noAddress, .nothing: break
        }
    }
}
