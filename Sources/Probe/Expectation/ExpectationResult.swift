import Addresses
import DNS
import OpenSSL

/// One expectation of the configuration beside what there is.
package struct ExpectationResult: Hashable, Sendable {
    package var kind: Kind
    package var expected: String
    /// Nil where nothing can be told.
    package var found: String?
    /// Nil where `found` is.
    package var matches: Bool?
    /// Of a CNAME: there is none at all.
    var isMissing = false

    /// The raw value is the metrics' `expectation`.
    package enum Kind: String, Hashable, Sendable {
        case cname, addresses, mx, txt, issuer
    }

    init(_ kind: Kind, _ expected: [String], _ found: [String]?, matches: Bool?) {
        self.kind = kind
        self.expected = expected.joined(separator: ", ")
        self.found = found.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") }
        self.matches = found == nil ? nil : matches
    }
}

extension ExpectedRecords {
    /// Compares with what the authorities say, or where they are not asked the clients' view, and with the
    /// certificates shown.
    func results(_ resolution: Resolution, _ endpoints: [EndpointResult]) -> [ExpectationResult] {
        guard let name = resolution.name else { return issuerResult(endpoints) }
        let word = Word(resolution, name)
        var results: [ExpectationResult] = []
        if let cname {
            let targets = word.chain.map { $0.aliases.map(\.target) }
            var result = ExpectationResult(
                .cname, [cname.text], targets.map { $0.map(\.text) },
                matches: targets?.contains(cname))
            result.isMissing = targets?.isEmpty == true
            results.append(result)
        }
        if !addresses.isEmpty {
            let found =
                resolution.supposes ? Set(resolution.addresses) : word.addresses(beside: addresses)
            results.append(
                ExpectationResult(
                    .addresses, addresses.sorted().map(\.description),
                    found.map { $0.sorted().map(\.description) }, matches: found == addresses))
        }
        if !mx.isEmpty {
            let found = word.records(.mx).map { Set($0.compactMap(\.exchange)) }
            results.append(
                ExpectationResult(
                    .mx, mx.sorted().map(\.text), found.map { $0.sorted().map(\.text) },
                    matches: found == mx))
        }
        if !txt.isEmpty {
            let found = word.records(.txt).map { Set($0.compactMap(\.text)) }
            results.append(
                ExpectationResult(
                    .txt, Self.texts(txt), found.map(Self.texts),
                    matches: found.map { txt.isSubset(of: $0) }))
        }
        return results + issuerResult(endpoints)
    }

    private func issuerResult(_ endpoints: [EndpointResult]) -> [ExpectationResult] {
        guard let issuer else { return [] }
        let shown = Set(endpoints.compactMap { $0.handshake?.certificate?.issuer })
        return [
            ExpectationResult(
                .issuer, [issuer], shown.isEmpty ? nil : shown.sorted(),
                matches: shown.allSatisfy { $0.contains(issuer) })
        ]
    }

    private static func texts(_ texts: Set<[UInt8]>) -> [String] {
        texts.map { "\"" + String(decoding: $0, as: UTF8.self).plain(limit: 256) + "\"" }.sorted()
    }

    /// Whose word counts: the authorities', or the clients' view.
    private struct Word {
        private let answers: AuthorityAnswers?
        private let zones: [ZoneView]
        private let view: ResolverView?
        private let name: Name

        init(_ resolution: Resolution, _ name: Name) {
            let answers = resolution.authorityAnswers
            let speaks = !resolution.zones.isEmpty && answers?.isComplete == true
            (self.name, zones) = (name, resolution.zones)
            self.answers = speaks ? answers : nil
            view = resolution.resolvers.first
        }

        /// Nil where nobody tells, and where one type was left open and the other does not decide.
        func addresses(beside expected: Set<IPAddress>) -> Set<IPAddress>? {
            let found: Set<IPAddress>
            let isWhole: Bool
            if let answers {
                found = answers.addresses
                isWhole =
                    answers.chain.fault != nil
                    || [.a, .aaaa].allSatisfy { answers.serials[$0] != nil }
            } else {
                found = Set(view?.addresses ?? [])
                isWhole = view?.lookups.allSatisfy { $0.response?.isDecisive == true } ?? false
            }
            return isWhole || !found.isSubset(of: expected) ? found : nil
        }

        var chain: AliasChain? {
            if let answers { return answers.chain }
            guard let view, view.isDecisive else { return nil }
            var chain = AliasChain(from: name)
            chain.follow((view.lookups + view.others).flatMap { $0.response?.answers ?? [] })
            return chain
        }

        /// Of one type where the aliases end; nil where nobody answered.
        func records(_ type: RecordType) -> [RecordData]? {
            answers == nil ? recordsOfView(type) : recordsOfAuthorities(type)
        }

        private func recordsOfAuthorities(_ type: RecordType) -> [RecordData]? {
            var found: [RecordData]?
            for server in zones.flatMap(\.sound) {
                for (lookup, statement) in zip(server.lookups, server.statements)
                where lookup.question.type == type {
                    switch statement {
                    case .data(let records, _): found = (found ?? []) + records
                    case .noData, .nameError: found = found ?? []
                    // Where an alias leads others tell.
                    case .alias, .useless, .silence: break
                    }
                }
            }
            return found
        }

        private func recordsOfView(_ type: RecordType) -> [RecordData]? {
            let responses = (view?.others ?? []).filter { $0.question.type == type }
                .compactMap(\.response).filter(\.isDecisive)
            guard !responses.isEmpty else { return nil }
            return responses.flatMap(\.answers).filter { $0.type == type }.map(\.data)
        }
    }
}

extension RecordData {
    fileprivate var exchange: Name? { if case .mx(let mx) = self { mx.exchange } else { nil } }

    /// The strings of a TXT record as one (RFC 7208 3.3).
    fileprivate var text: [UInt8]? {
        if case .txt(let strings) = self { Array(strings.joined()) } else { nil }
    }
}

extension PresentedCertificate {
    fileprivate var issuer: String { leaf.issuer.plain(limit: 256) }
}
