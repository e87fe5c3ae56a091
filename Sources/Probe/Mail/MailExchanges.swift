import Addresses
package import DNS

/// The hosts that take a domain's mail (RFC 5321 5.1).
package struct MailExchanges: Hashable, Sendable {
    package var outcome: Outcome
    /// By preference, then by name, each once.
    package var records: [MX]

    package enum Outcome: Hashable, Sendable {
        case records
        /// The domain exists and has none: its own addresses would take the mail.
        case none
        /// There is no such domain.
        case nameError
        /// No resolver's answer decides; a clause says why.
        case unknown(String)
    }

    init(_ answer: RecordLookup.Answer) {
        records = []
        switch answer {
        case .none: outcome = .none
        case .nameError: outcome = .nameError
        case .unknown(let clause): outcome = .unknown(clause)
        case .records(let data):
            outcome = .records
            let records = Set(data.compactMap { if case .mx(let mx) = $0 { mx } else { nil } })
            self.records = records.sorted {
                ($0.preference, $0.exchange) < ($1.preference, $1.exchange)
            }
        }
    }

    /// The domain takes no mail by its own word (RFC 7505 3).
    package var isNull: Bool { records.count == 1 && records[0].exchange == .root }

    /// Those to look at; the first `most` of them, which is what senders try at the very most.
    package var hosts: [Name] { Array(named.prefix(Self.most)) }

    /// Each once.
    private var named: [Name] {
        var seen: Set<Name> = []
        return records.map(\.exchange).filter {
            $0 != .root && IPAddress($0.text) == nil && seen.insert($0).inserted
        }
    }

    /// All of them, or the domain itself where it has no MX records (RFC 5321 5.1).
    func named(or domain: Name?) -> [Name] {
        outcome == .none ? [domain].compactMap { $0 } : named
    }

    /// Of a domain with more nobody tries all (RFC 5321 5.1), and each costs a probe of its own.
    package static let most = 8
}
