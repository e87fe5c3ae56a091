import DNS
import Lab

@testable import DNSSEC

extension FuzzBody {
    /// Of a random zone's true NSEC or NSEC3 records any few are given: whatever they prove must be so. All of them
    /// together must prove whatever there is to prove.
    @Sendable public static func denial(_ bytes: [UInt8]) {
        var script = Script(bytes)
        var zone = Zone(apex: Self.apex)
        zone.add(apex, .soa, .soa(Self.soa))
        for _ in 0..<script.number(below: 6) {
            zone.add(randomName(&script), types[script.number(below: types.count)], Self.data)
        }
        let isHashed = script.flag()
        let hashing = Signing.Hashing(
            iterations: UInt16(script.number(below: 3)), salt: script.flag() ? [1, 2] : [],
            optsOut: script.flag())
        let signing = Signing(
            keys: [], denial: isHashed ? .nsec3(hashing) : .nsec, window: 0...1)
        guard (try? zone.sign(signing)) != nil else { return }
        let all = zone.records.filter { $0.type == .nsec || $0.type == .nsec3 }
        let given = all.filter { _ in script.flag() }
        let rrsets = given.compactMap { RRset(owner: $0.owner, type: $0.type, in: given) }
        let (asked, type) = (randomName(&script), types[script.number(below: types.count)])
        let work = Work(WorkLimits())
        guard let denial = try? Denial(rrsets, in: apex, WorkLimits()) else { return }
        let proof = (try? denial.proof(of: asked, type, work)) ?? nil
        if let proof { check(proof, of: asked, type, in: zone) }
        if given.count == all.count, isPlainlyDenied(asked, type, in: zone) {
            promise(proof != nil, "nothing shows that there is no \(asked) \(type)")
        }
        let encloser = asked.suffix(script.number(below: 6))
        if encloser.isWithin(apex), asked.isBelow(encloser),
            let proof = try? denial.proof(
                thatWildcardUnder: encloser, standsFor: asked, work)
        {
            check(proof, thatWildcardUnder: encloser, standsFor: asked, in: zone)
        }
    }

    /// Where a wildcard is, it may stand for a name only if nothing is closer to that.
    private static func check(
        _ proof: Denial.Proof, thatWildcardUnder encloser: Name, standsFor name: Name,
        in zone: Zone
    ) {
        guard let wildcard = encloser.wildcard, zone.nodes[wildcard]?.records.isEmpty == false,
            cut(above: wildcard, in: zone) == nil
        else { return }
        let nextCloser = name.suffix(encloser.labelCount + 1)
        switch proof {
        case .nameError: promise(zone.nodes[nextCloser] == nil, "\(nextCloser) exists")
        case .optOut:
            let below = zone.nodes.filter {
                $0.key.isWithin(nextCloser) && !$0.value.records.isEmpty
            }
            promise(
                below.keys.allSatisfy { name in
                    cut(above: name, in: zone).map { zone.nodes[$0]?.records[.ds] == nil } ?? false
                }, "\(nextCloser) has more than unsigned delegations")
        default: promise(false, "\(proof) says nothing about a wildcard")
        }
    }

    /// Whether the zone itself would deny this, with no alias, cut or DNAME to complicate it.
    private static func isPlainlyDenied(_ name: Name, _ type: RecordType, in zone: Zone) -> Bool {
        let ancestors = name.selfAndAncestors.filter { $0.isWithin(zone.apex) }
        guard cut(above: name, in: zone) == nil, type != .ds || name != zone.apex,
            !ancestors.dropFirst().contains(where: { zone.nodes[$0]?.records[.dname] != nil })
        else { return false }
        let encloser = ancestors.first { zone.nodes[$0] != nil } ?? zone.apex
        guard let source = zone.nodes[name] ?? encloser.wildcard.flatMap({ zone.nodes[$0] }) else {
            return true
        }
        let isCut = source.records[.ns] != nil && name != zone.apex
        return source.records[type] == nil && source.records[.cname] == nil && !isCut
    }

    private static func cut(above name: Name, in zone: Zone) -> Name? {
        name.selfAndAncestors.last { $0.isBelow(zone.apex) && zone.nodes[$0]?.records[.ns] != nil }
    }

    private static func check(
        _ proof: Denial.Proof, of name: Name, _ type: RecordType, in zone: Zone
    ) {
        let cut = cut(above: name, in: zone)
        let isInZone = cut == nil || cut == name && type == .ds
        let node = zone.nodes[name]
        let encloser = name.selfAndAncestors.first { zone.nodes[$0] != nil } ?? zone.apex
        let wildcard = encloser.wildcard.flatMap { node == nil ? zone.nodes[$0] : nil }
        switch proof {
        case .nameError:
            promise(isInZone && node == nil && wildcard == nil, "\(name) exists")
        case .noData:
            let source = node ?? wildcard
            promise(isInZone && source != nil, "\(name) does not exist, or is another zone's")
            promise(source?.records[type] == nil, "\(name) has \(type)")
        case .unsignedDelegation:
            promise(cut == name && node?.records[.ds] == nil, "\(name) is no unsigned cut")
        case .unsignedZone(let claimed):
            promise(zone.nodes[claimed]?.records[.ns] != nil, "\(claimed) is no cut")
            promise(zone.nodes[claimed]?.records[.ds] == nil, "\(claimed) has a DS")
            promise(name.isWithin(claimed), "\(name) is not below \(claimed)")
        case .optOut, .optOutOfData:
            // A signed delegation and data of the zone itself have records of their own.
            let top = cut ?? name
            promise(zone.nodes[top]?.records[.ds] == nil, "\(top) has a DS")
            promise(
                cut != nil || node == nil || node?.records.isEmpty == true, "\(name) exists")
        }
    }

    /// Few labels, so that names meet; `*` among them.
    private static func randomName(_ script: inout Script) -> Name {
        var name = apex
        for _ in 0..<script.number(below: 4) {
            name = name.child(labels[script.number(below: labels.count)]) ?? name
        }
        return name
    }

    private static let labels: [[UInt8]] = ["a", "b", "*", "A", "ab", "z"].map { Array($0.utf8) }
    private static let types: [RecordType] = [.a, .ns, .ds, .txt, .cname, .dname]
    private static let apex = Name("zone.test") ?? .root
    private static let soa = SOA(
        primary: apex, mailbox: apex, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1)
    private static let data = RecordData.unknown([1])
}
