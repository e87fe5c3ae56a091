import DNS

/// What a domain's TXT records say about its mail: SPF, DMARC, DKIM keys, TLS reporting.
package struct MailTexts: Hashable, Sendable {
    /// A sentence each.
    package var faults: [String] = []
    /// As they came, by the name they stand at.
    package var records: [String: [String]] = [:]
    /// DNS lookups that the SPF record takes, up to one more than it may; nil where there is none.
    package var spfLookups: Int?
    /// Names whose records nobody gives, with the reason: of them nothing is claimed.
    package var unknown: [String] = []

    package init() {}
}

extension MailTexts {
    /// Asks for all of them; the bounds are the walk's own.
    init(of domain: Name, selectors: [Name], _ lookup: RecordLookup) async {
        self.init()
        async let policies = Self.policies(of: domain, lookup)
        async let reporting = Self.records(
            at: domain.child("_tls".utf8)?.child("_smtp".utf8), lookup)
        async let keys = concurrently(selectors) { selector in
            await Self.key(selector, of: domain, lookup)
        }
        let answer = await lookup(domain, .txt)
        let own = answer.texts
        note(answer, at: domain.text)
        var walk = SPFWalk { await lookup($0, $1) }
        await walk.run(domain, own)
        let spf = own.filter(SPFRecord.isOne)
        if !spf.isEmpty {
            records[domain.text] = spf
            spfLookups = walk.lookups
        }
        faults += walk.faults
        unknown += walk.unknown
        judge(await policies, "DMARC", DMARCRecord.isOne) { DMARCRecord($0).faults }
        judge(await reporting, "TLS reporting", TLSReportingRecord.isOne) {
            TLSReportingRecord($0).faults
        }
        for key in await keys {
            records[key.place] = key.texts
            faults += key.faults
            note(key.answer, at: key.place)
        }
    }

    private typealias Found = (place: String, answer: RecordLookup.Answer)

    private static func records(at name: Name?, _ lookup: RecordLookup) async -> Found {
        guard let name else { return ("", .none) }
        return (name.text, await lookup(name, .txt))
    }

    /// The domain's own, else those of the nearest name above that has any: without a list of public suffixes that is
    /// the organizational domain (RFC 7489 6.6.3).
    private static func policies(of domain: Name, _ lookup: RecordLookup) async -> Found {
        let above = domain.selfAndAncestors.dropFirst().filter { $0.labelCount >= 2 }
        let own = await records(at: domain.child("_dmarc".utf8), lookup)
        for name in above.suffix(mostAbove) where own.answer.isKnown {
            guard !own.answer.texts.contains(where: DMARCRecord.isOne) else { break }
            let found = await records(at: name.child("_dmarc".utf8), lookup)
            guard found.answer.isKnown else { return found }
            if found.answer.texts.contains(where: DMARCRecord.isOne) { return found }
        }
        return own
    }

    private mutating func note(_ answer: RecordLookup.Answer, at place: String) {
        if case .unknown(let clause) = answer { unknown.append("\(place) TXT: \(clause)") }
    }

    private static let mostAbove = 7

    /// Several records of one kind are as good as none (RFC 7489 6.6.3, RFC 8460 3).
    private mutating func judge(
        _ found: Found, _ kind: String, _ isOne: (String) -> Bool, _ faults: (String) -> [String]
    ) {
        note(found.answer, at: found.place)
        let own = found.answer.texts.filter(isOne)
        guard let first = own.first else { return }
        records[found.place] = own
        if own.count > 1 {
            self.faults.append("\(found.place) has \(own.count) \(kind) records, and may have one")
        }
        self.faults += faults(first).map { "the \(kind) record at \(found.place): \($0)" }
    }

    private typealias FoundKey = (
        place: String, answer: RecordLookup.Answer, texts: [String], faults: [String]
    )

    private static func key(
        _ selector: Name, of domain: Name, _ lookup: RecordLookup
    ) async -> FoundKey {
        guard let parent = domain.child("_domainkey".utf8),
            let name = selector.labels.reversed().reduce(
                parent,
                { (name: Name?, label) in
                    name?.child(label)
                })
        else {
            return (selector.text, .none, [], ["the selector \(selector.text) is too long"])
        }
        let answer = await lookup(name, .txt)
        let texts = answer.texts
        var faults: [String] = []
        if let text = texts.first {
            faults = DKIMKeyRecord(text).faults.map { "the DKIM key at \(name.text): \($0)" }
        } else if answer.isKnown {
            faults = ["there is no DKIM key at \(name.text)"]
        }
        // Which one a verifier takes is left open (RFC 6376 3.6.2.2).
        if texts.count > 1 {
            faults.append("\(name.text) has \(texts.count) TXT records, and may have one")
        }
        return (name.text, answer, texts, faults)
    }
}
