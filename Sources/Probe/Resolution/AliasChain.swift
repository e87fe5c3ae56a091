import DNS

/// The aliases of a response from one name on, and where they end (RFC 1034 3.6.2, RFC 6672).
struct AliasChain {
    private(set) var aliases: [Alias] = []
    private(set) var end: Name
    /// A clause, where the chain cannot be followed any further.
    private(set) var fault: String?

    /// Aliases that are followed; resolvers stop near this number too.
    static let limit = 11

    init(from name: Name) {
        end = name
    }

    /// Follows as far as these records lead.
    mutating func follow(_ records: [Record]) { follow([records]) }

    /// Follows as far as the records of these answers lead. Of what a cache holds one may be older than another: only
    /// within one of them does a CNAME stand beside other data.
    mutating func follow(_ answers: [[Record]]) {
        // Most answers hold none.
        guard !aliases.isEmpty || answers.contains(where: { $0.contains(where: \.isAlias) }) else {
            return
        }
        let records = answers.flatMap { $0 }
        while fault == nil, let alias = Self.alias(of: end, in: records) { append(alias) }
        guard fault == nil else { return }
        let mixed = aliases.first { alias in
            answers.contains { answer in
                let own = answer.filter { $0.owner == alias.owner }
                return own.contains { $0.address != nil }
                    && (alias.isFromDNAME || own.contains { $0.type == .cname })
            }
        }
        if let mixed { fault = "\(mixed.owner.text) has a CNAME beside other data" }
    }

    private mutating func append(_ alias: Alias) {
        aliases.append(alias)
        if alias.target == aliases[0].owner || aliases.contains(where: { $0.owner == alias.target })
        {
            fault =
                "the aliases form a loop: \(alias.owner.text) leads back to \(alias.target.text)"
        } else if aliases.count > Self.limit {
            fault = "the chain has more than \(Self.limit) aliases"
        } else {
            end = alias.target
        }
    }

    private static func alias(of name: Name, in records: [Record]) -> Alias? {
        for record in records where record.type == .dname && name.isBelow(record.owner) {
            guard let replacement = record.name,
                let target = try? name.replacing(record.owner, by: replacement)
            else { continue }
            return Alias(owner: name, target: target, ttl: record.ttl, isFromDNAME: true)
        }
        for record in records where record.type == .cname && record.owner == name {
            guard let target = record.name else { continue }
            return Alias(owner: name, target: target, ttl: record.ttl)
        }
        return nil
    }
}

extension Record {
    fileprivate var isAlias: Bool { type == .cname || type == .dname }
}
