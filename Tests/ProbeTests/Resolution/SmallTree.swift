import DNS
import Hostile

/// Zones as text, and what a resolver and the zones' own servers say of them.
struct SmallTree: Sendable {
    /// By apex, then by owner; a zone may hold thousands.
    private let zones: [Name: [Name: [Record]]]

    /// Text of records by the apex' name; names are full ones.
    init(_ texts: [String: String]) throws {
        var zones: [Name: [Name: [Record]]] = [:]
        for (apex, text) in texts {
            let records = try zone("\(apex) 60 SOA ns. root. 7 3600 600 86400 60\n" + text)
            zones[try apex.asName] = Dictionary(grouping: records, by: \.owner)
        }
        self.zones = zones
    }

    /// As a resolver says it that sees everything: aliases are followed from zone to zone.
    func resolved(_ query: Message) -> [UInt8] {
        guard let question = query.questions.first else { return [] }
        var name = question.name.lowercased
        var answers: [Record] = []
        for _ in 0..<24 {
            guard let (apex, zone) = deepest(above: name, of: Set(zones.keys)) else { break }
            let records = zone[name] ?? []
            let found = records.filter { $0.type == question.type }
            if !found.isEmpty { return query.answer(answers + found) }
            guard let alias = records.first(where: { $0.type == .cname }), let target = alias.name
            else { return denial(query, answers, of: name, in: apex) }
            answers.append(alias)
            name = target
        }
        return query.answer(answers, .serverFailure)
    }

    /// As a server says it that holds `served` alone, with referrals to what is below.
    func authoritative(_ query: Message, for served: [String]) -> [UInt8] {
        guard let question = query.questions.first else { return [] }
        let held = Set(served.compactMap { Name($0) })
        let name = question.name.lowercased
        guard let (apex, zone) = deepest(above: name, of: held) else {
            return query.answer([], .refused) { $0.flags.remove(.recursionAvailable) }
        }
        if let listed = Self.cut(above: name, below: apex, in: zone) {
            return query.answer(authorities: listed) { message in
                message.flags.remove(.recursionAvailable)
                message.additionals = listed.compactMap(\.name).flatMap { zone[$0] ?? [] }
                    .filter { $0.type == .a || $0.type == .aaaa }
            }
        }
        let isAuthority = { (message: inout Message) in
            message.flags.insert(.authoritativeAnswer)
            message.flags.remove(.recursionAvailable)
        }
        let found = (zone[name] ?? []).filter { [question.type, .cname].contains($0.type) }
        return found.isEmpty
            ? denial(query, [], of: name, in: apex, isAuthority)
            : query.answer(found, .noError, isAuthority)
    }

    /// The NS records of a delegation.
    private static func cut(
        above name: Name, below apex: Name, in zone: [Name: [Record]]
    ) -> [Record]? {
        name.selfAndAncestors.filter { $0.isBelow(apex) }
            .compactMap { owner in
                let listed = (zone[owner] ?? []).filter { $0.type == .ns }
                return listed.isEmpty ? nil : listed
            }.last
    }

    private func deepest(above name: Name, of held: Set<Name>) -> (Name, [Name: [Record]])? {
        let apex = name.selfAndAncestors.first { held.contains($0) && zones[$0] != nil }
        return apex.flatMap { apex in zones[apex].map { (apex, $0) } }
    }

    private func denial(
        _ query: Message, _ answers: [Record], of name: Name, in apex: Name,
        _ change: (inout Message) -> Void = { _ in }
    ) -> [UInt8] {
        let zone = zones[apex] ?? [:]
        let exists = zone[name] != nil || zone.keys.contains { $0.isBelow(name) }
        return query.answer(
            answers, exists ? .noError : .nameError,
            authorities: (zone[apex] ?? []).filter { $0.type == .soa }, change)
    }
}

extension String {
    var asName: Name {
        get throws { try Name(self) ?? { throw DNSError.malformed("the test's name \(self)") }() }
    }
}
