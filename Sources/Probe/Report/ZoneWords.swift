import Addresses
import DNS

/// What the authorities said, in phrases that terminal and page share, all free of control characters.
extension ZoneView {
    /// `example.com, asked for www.example.com`.
    var headWords: String {
        zone == owner ? zone.text : "\(zone.text), asked for \(owner.text)"
    }
}

extension NameserverView {
    /// `192.0.2.7 (TTL 300 s); serial 7`, or why it does not count.
    var words: String {
        guard state == .sound else {
            return [state.name, state.clause].compactMap { $0 }.joined(separator: ": ").plain()
        }
        var parts = zip(lookups.map(\.question.type), statements).map { type, statement in
            "\(type) \(statement.words(type))"
        }
        if Set(statements).count == 1 { parts = [statements[0].words(lookups[0].question.type)] }
        if let serial { parts.append("serial \(serial)") }
        if let failure = delegation?.failure { parts.append("over TCP: \(failure)") }
        return parts.joined(separator: "; ").plain(limit: 1024)
    }
}

extension Statement {
    func words(_ type: RecordType) -> String {
        switch self {
        case .data(let records, let ttl):
            let shown = records.prefix(8).map { $0.text(type) }.joined(separator: ", ")
            return
                "\(shown)\(records.count > 8 ? " and \(records.count - 8) more" : "") (TTL \(ttl) s)"
        case .alias(let target): return "alias to \(target.text)"
        case .noData: return "no record"
        case .nameError: return "NXDOMAIN"
        case .useless(let clause): return clause
        case .silence: return "no answer"
        }
    }
}

extension NameserverView.State {
    /// As JSON has it.
    var name: String {
        switch self {
        case .sound: "sound"
        case .lame: "lame"
        case .unresponsive: "unresponsive"
        case .addressless: "without an address"
        case .unknown: "unknown"
        }
    }

    var clause: String? {
        switch self {
        case .sound, .addressless: nil
        case .lame(let clause), .unresponsive(let clause), .unknown(let clause): clause
        }
    }
}

extension Resolution {
    /// Who gives an address: resolvers by their labels, nameservers by name and address.
    func sources(of address: IPAddress) -> [String] {
        resolvers.filter { $0.addresses.contains(address) }.map(\.resolver)
            + zones.flatMap(\.sound).filter { $0.addresses.contains(address) }.map(\.label)
    }

    /// Who gives it, where not everyone does who answered.
    func sourceWords(of address: IPAddress) -> String {
        let sources = sources(of: address)
        let speakers =
            resolvers.filter { !$0.addresses.isEmpty }.count
            + zones.flatMap(\.sound).filter { !$0.addresses.isEmpty }.count
        guard !sources.isEmpty, sources.count < speakers else { return "" }
        return " (only \(sources.joined(separator: ", ").plain(limit: 256)))"
    }
}

extension NameserverView {
    var addresses: Set<IPAddress> {
        Set(lookups.flatMap { $0.response?.answers.compactMap(\.address) ?? [] })
    }
}
