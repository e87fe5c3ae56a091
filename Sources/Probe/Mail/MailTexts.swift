import DNS

/// What a domain's TXT records say about its mail: SPF, DMARC, DKIM keys, TLS reporting.
package struct MailTexts: Hashable, Sendable {
    /// A sentence each.
    package var faults: [String] = []
    /// As they came, by the name they stand at.
    package var records: [String: [String]] = [:]
    /// DNS lookups that the SPF record takes, up to one more than it may; nil where there is none.
    package var spfLookups: Int?

    package init() {}
}

extension MailTexts {
    /// Asks for all of them; the bounds are the walk's own.
    init(of domain: Name, selectors: [Name], _ lookup: MailLookup) async {
        self.init()
        async let policies = Self.records(at: domain.child("_dmarc".utf8), lookup)
        async let reporting = Self.records(
            at: domain.child("_tls".utf8)?.child("_smtp".utf8), lookup)
        async let keys = concurrently(selectors) { selector in
            await Self.key(selector, of: domain, lookup)
        }
        let own = await lookup(domain, .txt).texts
        var walk = SPFWalk { await lookup($0, $1) }
        await walk.run(domain, own)
        let spf = own.filter(SPFRecord.isOne)
        if !spf.isEmpty {
            records[domain.text] = spf
            spfLookups = walk.lookups
        }
        faults += walk.faults
        judge(await policies, "DMARC", DMARCRecord.isOne) { DMARCRecord($0).faults }
        judge(await reporting, "TLS reporting", TLSReportingRecord.isOne) {
            TLSReportingRecord($0).faults
        }
        for key in await keys {
            records[key.place] = key.texts
            faults += key.faults
        }
    }

    private typealias Found = (place: String, texts: [String])

    private static func records(at name: Name?, _ lookup: MailLookup) async -> Found {
        guard let name else { return ("", []) }
        return (name.text, await lookup(name, .txt).texts)
    }

    /// Several records of one kind are as good as none (RFC 7489 6.6.3, RFC 8460 3).
    private mutating func judge(
        _ found: Found, _ kind: String, _ isOne: (String) -> Bool, _ faults: (String) -> [String]
    ) {
        let own = found.texts.filter(isOne)
        guard let first = own.first else { return }
        records[found.place] = own
        if own.count > 1 {
            self.faults.append("\(found.place) has \(own.count) \(kind) records, and may have one")
        }
        self.faults += faults(first).map { "the \(kind) record at \(found.place): \($0)" }
    }

    private static func key(
        _ selector: Name, of domain: Name, _ lookup: MailLookup
    ) async -> (place: String, texts: [String], faults: [String]) {
        guard let parent = domain.child("_domainkey".utf8),
            let name = selector.labels.reversed().reduce(
                parent,
                { (name: Name?, label) in
                    name?.child(label)
                })
        else { return (selector.text, [], ["the selector \(selector.text) is too long"]) }
        let answer = await lookup(name, .txt)
        if case .unknown = answer { return (name.text, [], []) }
        guard let text = answer.texts.first else {
            return (name.text, [], ["there is no DKIM key at \(name.text)"])
        }
        return (
            name.text, answer.texts,
            DKIMKeyRecord(text).faults.map { "the DKIM key at \(name.text): \($0)" }
        )
    }
}
