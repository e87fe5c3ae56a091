import Addresses
import DNS

/// What the authorities along a name's aliases say together.
struct AuthorityAnswers {
    /// The different address sets that sound servers give where the aliases end, with the serials under which they do;
    /// the empty set where they deny.
    let serials: [RecordType: [Set<IPAddress>: Set<UInt32>]]
    /// The greatest TTL with which they come, seconds.
    let greatestTTL: [RecordType: UInt32]
    /// Somebody's word is there for every name along the aliases.
    let isComplete: Bool
    let chain: AliasChain
    /// Of all sets.
    let addresses: Set<IPAddress>
    private let isNameError: Bool

    init(_ zones: [ZoneView], of name: Name) {
        var serials: [RecordType: [Set<IPAddress>: Set<UInt32>]] = [:]
        var greatestTTL: [RecordType: UInt32] = [:]
        var open: Set<Name> = [name]
        var isNameError = true
        // A server may tell the SOA, and the addresses not: what is truncated needs a TCP that works.
        let told = Set(zones.filter(\.tellsOfAddresses).map(\.owner))
        open.subtract(told)
        for (type, statement, serial) in zones.flatMap(\.addressStatements) {
            let under = Set([serial].compactMap { $0 })
            switch statement {
            case .data(let records, let ttl):
                serials[type, default: [:]][Set(records.compactMap(\.address)), default: []]
                    .formUnion(under)
                greatestTTL[type] = max(greatestTTL[type] ?? 0, ttl)
                isNameError = false
            case .noData:
                serials[type, default: [:]][[], default: []].formUnion(under)
                isNameError = false
            case .nameError: serials[type, default: [:]][[], default: []].formUnion(under)
            case .alias(let target):
                if !told.contains(target) { open.insert(target) }
            case .useless, .silence: break
            }
        }
        let chain = Self.chain(from: name, zones)
        (self.serials, self.greatestTTL, self.chain) = (serials, greatestTTL, chain)
        addresses = Set(serials.values.lazy.flatMap(\.keys).joined())
        self.isNameError = isNameError && !serials.isEmpty
        isComplete = open.isEmpty || chain.fault != nil
    }

    /// Each name's alias by the word of one server: two that hold different states of a zone would together make a
    /// chain that neither has. A fault is there where every one shows it.
    private static func chain(from name: Name, _ zones: [ZoneView]) -> AliasChain {
        var chain = AliasChain(from: name)
        var left = zones
        while chain.fault == nil, let place = left.firstIndex(where: { $0.owner == chain.end }) {
            let each = left.remove(at: place).sound.map { server in
                var next = chain
                next.follow(server.lookups.flatMap { $0.response?.answers ?? [] })
                return next
            }
            let whole = each.filter { $0.fault == nil }
            chain =
                (whole.isEmpty ? each : whole).max { $0.aliases.count < $1.aliases.count } ?? chain
        }
        return chain
    }

    var sets: [RecordType: Set<Set<IPAddress>>] { serials.mapValues { Set($0.keys) } }

    /// Those of one type; nil where nobody speaks of it.
    func sets(of type: RecordType) -> Dictionary<Set<IPAddress>, Set<UInt32>>.Keys? {
        serials[type]?.keys
    }

    /// Whether every server that speaks of a type has records of it.
    func everyoneHas(_ type: RecordType) -> Bool {
        sets(of: type).map { !$0.isEmpty && !$0.contains([]) } ?? false
    }

    /// Every sound server leads to an address of one type at least.
    var everyoneHasData: Bool { isComplete && (everyoneHas(.a) || everyoneHas(.aaaa)) }

    /// Whether a resolver's answer is one that some authority gives, for both types; nil where either says nothing.
    func matches(_ view: ResolverView) -> Bool? {
        let each = view.lookups.map(matches)
        return !isComplete || each.contains(nil) ? nil : !each.contains(false)
    }

    private func matches(_ lookup: Lookup) -> Bool? {
        guard let response = lookup.response, response.isDecisive,
            let sets = sets(of: lookup.question.type)
        else { return nil }
        let addresses = response.answers.filter { $0.type == lookup.question.type }
        // An answer that ends with an alias leaves open where that leads.
        if addresses.isEmpty, !response.answers.isEmpty, response.serial == nil { return nil }
        return sets.contains(Set(addresses.compactMap(\.address)))
    }

    /// Whether some decided answer of the resolver is none that an authority gives.
    func differ(from view: ResolverView) -> Bool {
        isComplete && view.lookups.contains { matches($0) == false }
    }

    /// Nil where they cannot tell.
    var outcome: Resolution.Outcome? {
        if let fault = chain.fault { return .brokenAlias(fault) }
        guard isComplete else { return nil }
        guard addresses.isEmpty else { return .addresses }
        // One type denied leaves the other open.
        guard isNameError || serials[.a] != nil && serials[.aaaa] != nil else { return nil }
        let end = chain.end.text
        if chain.aliases.isEmpty { return isNameError ? .nameError : .noAddress }
        return .brokenAlias(
            isNameError
                ? "\(end), where the aliases end, does not exist"
                : "\(end), where the aliases end, has no address")
    }
}

extension ZoneView {
    /// What each sound server says for A and for AAAA, and under which serial.
    fileprivate var addressStatements: [(type: RecordType, statement: Statement, serial: UInt32?)] {
        sound.flatMap { server in
            let serial = server.serial
            return zip(server.lookups, server.statements).compactMap { lookup, statement in
                let type = lookup.question.type
                return type == .a || type == .aaaa ? (type, statement, serial) : nil
            }
        }
    }

    /// Whether anyone says of the owner what addresses it has, or where its alias leads.
    var tellsOfAddresses: Bool {
        addressStatements.contains { $0.statement.isAuthoritative }
    }

    /// Whether its sound servers say different things of the owner's addresses.
    var isDivided: Bool {
        let sound = sound
        return sound.count > 1
            && [RecordType.a, .aaaa].contains { type in
                let answers = sound.compactMap { $0.answer(for: type) }
                return answers.contains { $0 != answers[0] }
            }
    }

    /// Every listed nameserver answers with authority; at one address, where this host has no way to its others.
    var everyListedAnswers: Bool {
        let servers = Dictionary(grouping: nameservers, by: \.name).values
        return !servers.isEmpty
            && servers.allSatisfy { views in
                views.contains { $0.state == .sound }
                    && views.allSatisfy { $0.state == .sound || $0.state.isUnknown }
            }
    }

    /// Whether no sound server leaves a type of the owner open.
    func everyoneTells(_ type: RecordType) -> Bool {
        sound.allSatisfy { $0.answer(for: type) != nil }
    }

    /// The different serials, ascending as numbers.
    var serials: [UInt32] { Set(sound.compactMap(\.serial)).sorted() }
}

extension NameserverView {
    /// Its word on one type without order and TTL; nil where it gives none.
    func answer(for type: RecordType, again: Bool = false) -> Statement? {
        let place = (again ? second : lookups).firstIndex { $0.question.type == type }
        guard let place else { return nil }
        let statement = again ? second[place].statement(in: zone) : statements[place]
        guard statement.isAuthoritative else { return nil }
        guard case .data(let records, _) = statement else { return statement }
        return .data(records.sorted { "\($0)" < "\($1)" }, ttl: 0)
    }
}

extension RecordData {
    fileprivate var address: IPAddress? {
        if case .address(let address) = self { address } else { nil }
    }
}
