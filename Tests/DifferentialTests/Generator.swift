import Addresses
import DNS
import DNSSEC
import Lab

/// Makes the tree of one round: a zone below the root, with up to three levels of zones below it.
struct Generator {
    var draw: Draw

    /// All that is random comes from `draw`; `label` keeps the rounds apart.
    mutating func tree(_ label: String) -> PlannedZone {
        var top = zone(Name.root.down(label), depth: 1)
        let zones = top.all
        fillAliases(of: &top, among: zones)
        return top
    }

    private mutating func zone(_ apex: Name, depth: Int) -> PlannedZone {
        var zone = PlannedZone(apex: apex)
        zone.delegation = draw.weighted(
            .signed, (8, .unsigned), (6, .island), (3, .unsupportedDigest),
            (3, .unsupportedAlgorithm))
        // Most trees shall be secure where they begin, or nothing below matters.
        if depth == 1, draw.chance(80) { zone.delegation = .signed }
        zone.algorithm = draw.weighted(
            .ecdsaP256SHA256, (10, .rsaSHA256), (5, .rsaSHA512), (10, .ecdsaP384SHA384),
            (20, .ed25519), (3, .rsaSHA1NSEC3), (2, .rsaSHA1), (2, .ed448))
        zone.denial = denial()
        if zone.algorithm == .rsaSHA1 { zone.denial = .nsec }
        zone.keys = draw.weighted(
            .combined, (25, .split), (8, .standbyKey), (6, .secondKey), (8, .standbyDS),
            (8, .twoAlgorithms), (4, .revokedKey))
        zone.digests = draw.weighted(
            [.sha256], (8, [.sha384]), (6, [.sha1]), (8, [.sha1, .sha256]), (6, [.sha256, .sha384]))
        zone.signer = draw.weighted(.own, (15, .bind), (15, .ldns))
        if !zone.isSignableByOthers { zone.signer = .own }
        // BIND's signer refuses more.
        if case .nsec3(let hashing) = zone.denial, hashing.iterations > 150, zone.signer == .bind {
            zone.signer = .ldns
        }
        zone.records = contents(of: apex)
        guard depth < 4 else { return zone }
        let labels = draw.some(
            draw.weighted(1, (depth == 1 ? 10 : 50, 0), (30, 2), (5, 3)),
            of: ["sub", "Child", "a.deep", "z", "0", "b.sub", "_udp"])
        for label in labels where !labels.contains(where: { label.hasSuffix("." + $0) }) {
            zone.children.append(self.zone(apex.down(label), depth: depth + 1))
        }
        return zone
    }

    private mutating func denial() -> Signing.Denial {
        if draw.chance(45) { return .nsec }
        let iterations: UInt16 = draw.weighted(
            0, (15, 1), (10, 5), (3, 150), (3, 151), (2, 500))
        let salt: [UInt8] = draw.chance(40) ? [0xAB, 0xCD] : []
        return .nsec3(
            Signing.Hashing(iterations: iterations, salt: salt, optsOut: draw.chance(35)))
    }

    private mutating func contents(of apex: Name) -> [Record] {
        var records: [Record] = []
        func add(_ owner: String, _ type: RecordType, _ data: RecordData) {
            records.append(
                Record(owner: apex.down(owner), type: type, ttl: 300, data: data))
        }
        for _ in 0...draw.number(below: 3) {
            add("www", .a, .address(IPAddress(ipv4: 0xC000_0200 | UInt32(draw.number(below: 256)))))
        }
        add("www", .txt, .txt([Array("a text".utf8)]))
        if draw.chance(50) {
            add("", .a, .address(IPAddress(ipv4: 0xC000_0201)))
            add("", .mx, .mx(MX(preference: 10, exchange: apex.down("WWW"))))
        }
        if draw.chance(60) { add("x.ent", .a, .address(IPAddress(ipv4: 0xC000_0202))) }
        if draw.chance(30) { add("y.x.ent", .txt, .txt([[0x79]])) }
        if draw.chance(60) { add("*.wild", .a, .address(IPAddress(ipv4: 0xC000_0203))) }
        if draw.chance(30) { add("a.wild", .txt, .txt([[0x61]])) }
        if draw.chance(20) { add("*", .txt, .txt([Array("any".utf8)])) }
        if draw.chance(20) { add("*.x.ent", .txt, .txt([Array("deep".utf8)])) }
        if draw.chance(40) { add("Mixed", .a, .address(IPAddress(ipv4: 0xC000_0204))) }
        if draw.chance(30) { add("_25._tcp", .txt, .txt([[0x5f]])) }
        return records
    }

    /// CNAMEs and DNAMEs that lead anywhere in the tree, and out of it.
    private mutating func fillAliases(of zone: inout PlannedZone, among zones: [PlannedZone]) {
        let targets = zones.flatMap { zone in
            ["www", "nowhere", "a.wild", "q.wild", "ent", "alias", "out", "t.dn"]
                .map { zone.apex.down($0) }
        }
        func add(_ owner: String, _ type: RecordType, _ target: Name?) {
            guard let target else { return }
            zone.records.append(
                Record(owner: zone.apex.down(owner), type: type, ttl: 300, data: .name(target)))
        }
        if draw.chance(50) { add("alias", .cname, zone.apex.down("www")) }
        if draw.chance(50) { add("out", .cname, draw.pick(targets)) }
        if draw.chance(25) { add("*.cn", .cname, draw.pick(targets)) }
        if draw.chance(30) {
            add("dn", .dname, draw.pick(zones.map(\.apex) + [zone.apex.down("ent")]))
        }
        for index in zone.children.indices {
            fillAliases(of: &zone.children[index], among: zones)
        }
    }
}

extension PlannedZone {
    /// The tools take keys of these algorithms from us, and need a key for every one that signs.
    fileprivate var isSignableByOthers: Bool {
        let algorithms: Set<SecurityAlgorithm> = [.ecdsaP256SHA256, .ecdsaP384SHA384, .ed25519]
        return algorithms.contains(algorithm) && keys != .revokedKey
            && delegation != .unsupportedAlgorithm
    }
}

extension Name {
    /// The labels put in front; the name itself for none.
    func down(_ labels: String) -> Name {
        guard !labels.isEmpty else { return self }
        return (try? Name(text: labels.utf8, origin: self)) ?? self
    }
}
