import DNS

/// What an authoritative server says to one question (RFC 1034 4.3.2, RFC 4035 3.1, RFC 5155 7.2).
struct ZoneAnswer {
    private(set) var responseCode = ResponseCode.noError
    private(set) var isAuthoritative = true
    private(set) var answers: [Record] = []
    private(set) var authorities: [Record] = []
    private(set) var additionals: [Record] = []

    private let zone: Zone
    private let withProofs: Bool

    init(_ question: Question, in zone: Zone, dnssecOK: Bool) {
        self.zone = zone
        withProofs = dnssecOK && zone.isSigned
        var name = question.name
        var seen: Set<Name> = []
        // Aliases within the zone are followed here, those that leave it by the resolver.
        while seen.insert(name).inserted, seen.count <= 16 {
            guard let target = step(name, question.type) else { return }
            guard target.isWithin(zone.apex) else { return }
            name = target
        }
    }

    /// Answers for one name; the result is where an alias leads.
    private mutating func step(_ name: Name, _ type: RecordType) -> Name? {
        if let cut = zone.cut(above: name), !(cut == name && type == .ds) {
            // Behind an alias a referral is none of this answer: the resolver asks anew.
            if answers.isEmpty { refer(to: cut) }
            return nil
        }
        if let target = dname(above: name) { return target }
        if let node = zone.nodes[name] { return answer(from: node, as: name, type) }
        let encloser = zone.closestEncloser(of: name)
        guard let wildcard = encloser.wildcard, let node = zone.nodes[wildcard] else {
            responseCode = .nameError
            deny(name, encloser: encloser)
            return nil
        }
        let before = answers.count
        let target = answer(from: node, as: name, type)
        proveNoCloserName(name, encloser: encloser, isAnswered: answers.count > before)
        return target
    }

    private mutating func answer(from node: Zone.Node, as name: Name, _ type: RecordType) -> Name? {
        let found = records(of: node, type)
        if !found.isEmpty {
            answers += found.map { Self.record($0, ownedBy: name) }
            return nil
        }
        if let target = node.records[.cname]?.first?.name, type != .cname {
            answers += node.rrset(.cname, signed: withProofs).map {
                Self.record($0, ownedBy: name)
            }
            return target
        }
        addSOA()
        if withProofs { proveNoData(name) }
        return nil
    }

    private func records(of node: Zone.Node, _ type: RecordType) -> [Record] {
        switch type {
        case .any: node.records.keys.sorted().flatMap { node.rrset($0, signed: withProofs) }
        case .rrsig: node.signatures.keys.sorted().flatMap { node.signatures[$0] ?? [] }
        default: node.rrset(type, signed: withProofs)
        }
    }

    /// RFC 6672 3.2: the DNAME and the CNAME made from it.
    private mutating func dname(above name: Name) -> Name? {
        for owner in name.selfAndAncestors.dropFirst() where owner.isWithin(zone.apex) {
            guard let node = zone.nodes[owner], let record = node.records[.dname]?.first,
                let replacement = record.name
            else { continue }
            answers += node.rrset(.dname, signed: withProofs)
            guard let target = try? name.replacing(owner, by: replacement) else {
                responseCode = ResponseCode(rawValue: 6)  // YXDOMAIN
                return nil
            }
            answers.append(Record(owner: name, type: .cname, ttl: record.ttl, data: .name(target)))
            return target
        }
        return nil
    }

    /// The NS records of a cut with its DS or the proof that there is none, and glue.
    private mutating func refer(to cut: Name) {
        isAuthoritative = false
        guard let node = zone.nodes[cut] else { return }
        let servers = node.records[.ns] ?? []
        authorities += servers
        if withProofs {
            authorities += node.rrset(.ds, signed: true)
            if node.records[.ds] == nil { proveNoData(cut) }
        }
        for server in servers.compactMap(\.name) {
            for type in [RecordType.a, .aaaa] {
                additionals += zone.nodes[server]?.records[type] ?? []
            }
        }
    }

    /// The SOA with the TTL of a negative answer (RFC 2308 3).
    private mutating func addSOA() {
        guard let node = zone.nodes[zone.apex] else { return }
        authorities += node.rrset(.soa, signed: withProofs).map { record in
            var record = record
            record.ttl = min(record.ttl, node.records[.soa]?.first?.soa?.minimum ?? record.ttl)
            return record
        }
    }

    private static func record(_ record: Record, ownedBy name: Name) -> Record {
        var record = record
        record.owner = name
        return record
    }
}

// The proofs.
extension ZoneAnswer {
    /// The name exists, in itself or through a wildcard, and has not this type.
    private mutating func proveNoData(_ name: Name) {
        if zone.nodes[name] != nil {
            // An empty non-terminal has an NSEC3 record of its own, but of NSEC only a cover.
            if zone.hashed.isEmpty { return prove(nsec(at: name) ?? nsec(over: name)) }
            if let match = nsec3(at: name) { return prove(match) }
            return proveOptOut(name)
        }
        guard let wildcard = zone.closestEncloser(of: name).wildcard else { return }
        prove(zone.hashed.isEmpty ? nsec(at: wildcard) : nsec3(at: wildcard))
    }

    /// A delegation that the chain leaves out: the closest encloser in it, and the span (RFC 5155 7.2.7).
    private mutating func proveOptOut(_ name: Name) {
        var nextCloser = name
        while let encloser = nextCloser.parent, encloser.isWithin(zone.apex) {
            if let match = nsec3(at: encloser) {
                prove(match)
                return prove(nsec3(over: nextCloser))
            }
            nextCloser = encloser
        }
    }

    /// A wildcard answered: nothing stands closer to the name (RFC 4035 3.1.3.3, RFC 5155 7.2.6).
    private mutating func proveNoCloserName(_ name: Name, encloser: Name, isAnswered: Bool) {
        guard withProofs else { return }
        if zone.hashed.isEmpty { return prove(nsec(over: name)) }
        // Without an answer the closest encloser is to be shown as well (RFC 5155 7.2.5).
        if !isAnswered { prove(nsec3(at: encloser)) }
        prove(nsec3(over: name.suffix(encloser.labelCount + 1)))
    }

    /// NXDOMAIN: neither the name nor a wildcard for it (RFC 4035 3.1.3.2, RFC 5155 7.2.2).
    private mutating func deny(_ name: Name, encloser: Name) {
        addSOA()
        guard withProofs, let wildcard = encloser.wildcard else { return }
        if zone.hashed.isEmpty {
            prove(nsec(over: name))
            prove(nsec(over: wildcard))
        } else {
            prove(nsec3(at: encloser))
            prove(nsec3(over: name.suffix(encloser.labelCount + 1)))
            prove(nsec3(over: wildcard))
        }
    }

    private mutating func prove(_ records: [Record]?) {
        for record in records ?? [] where !authorities.contains(record) {
            authorities.append(record)
        }
    }

    private func nsec(at name: Name) -> [Record]? {
        let records = zone.nodes[name]?.rrset(.nsec, signed: true)
        return records?.isEmpty == false ? records : nil
    }

    /// The last NSEC record before a name; the apex is before all.
    private func nsec(over name: Name) -> [Record]? {
        nsec(at: zone.ordered.last { $0 < name } ?? zone.apex)
    }

    private func nsec3(at name: Name) -> [Record]? {
        let hash = zone.hashing.hash(name)
        return zone.hashed.first { $0.hash == hash }?.node.rrset(.nsec3, signed: true)
    }

    /// The last NSEC3 record before a name's hash, round the ring.
    private func nsec3(over name: Name) -> [Record]? {
        let hash = zone.hashing.hash(name)
        let before = zone.hashed.last { $0.hash.lexicographicallyPrecedes(hash) }
        return (before ?? zone.hashed.last)?.node.rrset(.nsec3, signed: true)
    }
}
