package import DNS

/// The CAA records that are closest to a name: who may issue certificates for it (RFC 8659 3).
package struct CAASet: Hashable, Sendable {
    /// Where they stand: the name itself or one above it.
    package var owner: Name
    package var records: [CAA]

    package init(owner: Name, records: [CAA]) {
        (self.owner, self.records) = (owner, records)
    }

    /// Whether an authority that is spoken of by any of these names may issue; `wildcard` is of the certificate's
    /// name. Without a property that speaks of it everybody may (RFC 8659 4.2, 4.3).
    func permits(_ domains: Set<String>, wildcard: Bool) -> Bool {
        let ofWildcards = values("issuewild")
        let values = wildcard && !ofWildcards.isEmpty ? ofWildcards : values("issue")
        guard !values.isEmpty else { return true }
        return values.contains { $0.map(domains.contains) ?? false }
    }

    /// The domain of each property of one tag; nil for one that names nobody (`;`) or cannot be read, which is the
    /// same.
    private func values(_ tag: String) -> [String?] {
        records.filter { String(decoding: $0.tag, as: UTF8.self).lowercased() == tag }.map {
            let value = String(decoding: $0.value, as: UTF8.self)
            let domain = value.prefix { $0 != ";" }.lowercased().filter { !" \t".contains($0) }
            return domain.isEmpty || Name(domain) == nil ? nil : domain
        }
    }

    /// `0 issue "letsencrypt.org"`, each.
    package var texts: [String] {
        records.map { RecordData.caa($0).text(.caa).plain(limit: 256) }
    }
}
