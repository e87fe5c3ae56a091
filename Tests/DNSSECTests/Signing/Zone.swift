import DNS
import DNSSEC
import Testing

/// How a zone denies.
enum DenialKind: Sendable, Hashable {
    case nsec
    case nsec3(iterations: UInt16 = 0, optOut: Bool = false)
}

/// A zone in memory, signed when made; a test may change any record afterwards.
struct Zone: Sendable {
    let apex: Name
    let keys: [Key]
    let denial: DenialKind
    /// Of every owner, signatures and NSEC among them.
    var nodes: [Name: [Record]] = [:]
    /// NSEC3 records with their signatures, by the hash in their owner.
    var nsec3: [(hash: [UInt8], records: [Record])] = []

    static let salt: [UInt8] = [0xAA, 0xBB]

    /// `records` are all but DNSKEY, RRSIG and NSEC; no keys, no signatures.
    init(
        _ apex: Name, _ records: [Record], keys: [Key], denial: DenialKind = .nsec,
        fields: Key.Fields = Key.Fields()
    ) throws {
        (self.apex, self.keys, self.denial) = (apex, keys, denial)
        nodes = Dictionary(grouping: records, by: \.owner)
        guard !keys.isEmpty else { return }
        nodes[apex, default: []] += keys.map {
            Record(owner: apex, type: .dnskey, ttl: 3600, data: .dnskey($0.dnskey))
        }
        if denial == .nsec { addNSEC() }
        for owner in Array(nodes.keys) where !isGlue(owner) { try sign(owner, fields) }
        if case .nsec3(let iterations, let optOut) = denial {
            try addNSEC3(iterations, optOut, fields)
        }
    }

    func rrset(_ owner: Name, _ type: RecordType) -> RRset? {
        RRset(owner: owner, type: type, in: nodes[owner] ?? [])
    }

    /// The records of an RRset with its signatures.
    func signed(_ owner: Name, _ type: RecordType) -> [Record] {
        (nodes[owner] ?? []).filter {
            $0.type == type || $0.rrsig?.typeCovered == type || type == .any
        }
    }

    func isCut(_ owner: Name) -> Bool {
        owner != apex && nodes[owner]?.contains { $0.type == .ns } == true
    }

    /// The zone cut at or above a name, within the zone.
    func cut(above name: Name) -> Name? {
        name.selfAndAncestors.first { $0.isBelow(apex) && isCut($0) }
    }

    private func isGlue(_ owner: Name) -> Bool {
        owner.parent.flatMap { cut(above: $0) } != nil
    }

    /// Replaces an RRset's signatures by one with these fields.
    mutating func resign(
        _ owner: Name, _ type: RecordType, by key: Key? = nil, as signer: Name? = nil,
        _ fields: Key.Fields
    ) throws {
        let rrset = try #require(self.rrset(owner, type))
        let key = try #require(key ?? keys.last)
        nodes[owner]?.removeAll { $0.rrsig?.typeCovered == type }
        nodes[owner]?.append(try key.sign(rrset, as: signer ?? apex, fields))
    }

    private mutating func sign(_ owner: Name, _ fields: Key.Fields) throws {
        for type in Set((nodes[owner] ?? []).map(\.type)) where type != .rrsig {
            if isCut(owner), type != .ds, type != .nsec { continue }
            guard let rrset = rrset(owner, type), let last = keys.last else { continue }
            // The first key signs the keys, the last one all else.
            let key = type == .dnskey ? keys[0] : last
            nodes[owner]?.append(try key.sign(rrset, as: apex, fields))
        }
    }

    private func types(at owner: Name) -> Set<RecordType> {
        var types = Set((nodes[owner] ?? []).map(\.type))
        if isCut(owner) { types.formIntersection([.ns, .ds]) }
        return types
    }

    private mutating func addNSEC() {
        let owners = nodes.keys.filter { !isGlue($0) }.sorted()
        for (index, owner) in owners.enumerated() {
            let next = index + 1 < owners.count ? owners[index + 1] : apex
            let nsec = NSEC(
                nextName: next, types: TypeBitmap(types(at: owner).union([.nsec, .rrsig])))
            nodes[owner]?.append(Record(owner: owner, type: .nsec, ttl: 300, data: .nsec(nsec)))
        }
    }

    private mutating func addNSEC3(
        _ iterations: UInt16, _ optOut: Bool, _ fields: Key.Fields
    ) throws {
        let owners = nodes.keys.filter { owner in
            !isGlue(owner) && !(optOut && isCut(owner) && !types(at: owner).contains(.ds))
        }
        let names = Set(owners.flatMap { $0.selfAndAncestors.filter { $0.isWithin(apex) } })
        let hashes = names.map {
            (NSEC3Hash.hash($0, iterations: iterations, salt: Self.salt), $0)
        }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
        for (index, (hash, owner)) in hashes.enumerated() {
            var types = types(at: owner)
            if !types.isEmpty, types != [.ns] { types.insert(.rrsig) }
            let record = Record(
                owner: try #require(apex.child(NSEC3.label(hash))), type: .nsec3, ttl: 300,
                data: .nsec3(
                    NSEC3(
                        hashAlgorithm: 1, flags: optOut ? 1 : 0, iterations: iterations,
                        salt: Self.salt, nextHash: hashes[(index + 1) % hashes.count].0,
                        types: TypeBitmap(types))))
            let rrset = try #require(RRset(owner: record.owner, type: .nsec3, in: [record]))
            let key = try #require(keys.last)
            nsec3.append((hash, [record, try key.sign(rrset, as: apex, fields)]))
        }
    }
}

extension Zone {
    /// Records in presentation format, each RRset with a signature by the zone's last key.
    func signing(_ text: String, _ fields: Key.Fields = Key.Fields()) throws -> [Record] {
        let records = try ZoneText.records(text.utf8, origin: apex)
        let key = try #require(keys.last)
        var signed: [Record] = []
        for record in records where !signed.contains(record) {
            let rrset = try #require(RRset(owner: record.owner, type: record.type, in: records))
            signed += rrset.records + [try key.sign(rrset, as: apex, fields)]
        }
        return signed
    }
}
