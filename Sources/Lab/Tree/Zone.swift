package import DNS

/// A zone's data: what stands at each name, its signatures and its denial records.
package struct Zone: Sendable {
    /// One name of the zone; without records it is an empty non-terminal.
    package struct Node: Sendable {
        package var records: [RecordType: [Record]] = [:]
        /// The RRSIG records by the type they cover.
        package var signatures: [RecordType: [Record]] = [:]

        /// The RRset of a type and, when `signed`, its signatures.
        func rrset(_ type: RecordType, signed: Bool) -> [Record] {
            (records[type] ?? []) + (signed ? signatures[type] ?? [] : [])
        }
    }

    package let apex: Name
    package var nodes: [Name: Node] = [:]
    /// The NSEC3 chain by hash, ascending; empty in a zone with NSEC or without signatures.
    package var hashed: [(hash: [UInt8], node: Node)] = []
    /// How the names of that chain are hashed.
    var hashing = Signing.Hashing()
    /// The owners of NSEC records in canonical order.
    var ordered: [Name] = []

    package init(apex: Name) {
        self.apex = apex
    }

    var isSigned: Bool { !ordered.isEmpty || !hashed.isEmpty }

    /// Adds a record and the empty non-terminals above it; a name outside the zone is passed over.
    package mutating func add(
        _ owner: Name, _ type: RecordType, _ data: RecordData, ttl: UInt32 = 300
    ) {
        guard owner.isWithin(apex) else { return }
        for name in owner.selfAndAncestors where name.isWithin(apex) && nodes[name] == nil {
            nodes[name] = Node()
        }
        let record = Record(owner: owner, type: type, ttl: ttl, data: data)
        nodes[owner]?.records[type, default: []].append(record)
    }

    /// Everything that the zone's server holds: data, signatures and denial records.
    package var records: [Record] {
        let all = nodes.keys.sorted().compactMap { nodes[$0] } + hashed.map(\.node)
        return all.flatMap { node in
            node.records.keys.sorted().flatMap { node.rrset($0, signed: true) }
        }
    }

    /// The highest zone cut at or above a name; the apex is none.
    func cut(above name: Name) -> Name? {
        name.selfAndAncestors.last { $0.isBelow(apex) && nodes[$0]?.records[.ns] != nil }
    }

    /// Whether the zone speaks for a name itself: not below a cut, where only glue stands.
    func isAuthoritative(for name: Name) -> Bool {
        cut(above: name).map { $0 == name } ?? true
    }

    /// The longest existing ancestor of a name (RFC 4592 3.3.1).
    func closestEncloser(of name: Name) -> Name {
        name.selfAndAncestors.first { nodes[$0] != nil } ?? apex
    }
}
