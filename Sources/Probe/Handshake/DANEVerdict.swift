package import DNS
package import OpenSSL

/// What the TLSA records of a port say of the chain that one endpoint sent.
package struct DANEVerdict: Hashable, Sendable {
    /// Where the records were asked for: `_25._tcp.mx.example.com`.
    package var owner: Name
    /// In the order of the answer.
    package var records: [Judged]

    package init(owner: Name, records: [Judged]) {
        (self.owner, self.records) = (owner, records)
    }

    package struct Judged: Hashable, Sendable {
        package var record: TLSA
        package var match: TLSAMatch

        package init(_ record: TLSA, _ match: TLSAMatch) {
            (self.record, self.match) = (record, match)
        }
    }

    /// The TLSA base domain (RFC 7671 7).
    var base: Name { owner.suffix(max(0, owner.labelCount - 2)) }

    /// Nil where no record is usable, which is as if there were none (RFC 7671 10.3, RFC 7672 2.2).
    package var matches: Bool? {
        let usable = records.filter { $0.match != .unusable }
        return usable.isEmpty ? nil : usable.contains(where: \.isMatch)
    }

    /// Name, dates and chain do not count (RFC 7671 5.1).
    package var matchesEndEntity: Bool {
        records.contains { $0.isMatch && $0.record.usage == 3 }
    }

    /// The chain needs no root that we trust (RFC 7671 5.2).
    package var matchesTrustAnchor: Bool {
        records.contains { $0.isMatch && $0.record.usage == 2 }
    }

    /// One clause on the next change of keys; nil where nothing is to be said. `other` is the verdict on the server's
    /// certificate of the other kind of key.
    func outlook(beside other: DANEVerdict?) -> String? {
        guard matches == true else { return nil }
        let elsewhere = Set((other?.records ?? []).filter(\.isMatch).map(\.record))
        if records.contains(where: { $0.match == .differs && !elsewhere.contains($0.record) }) {
            return
                "a record matches nothing sent: the next key is already published, or an old one "
                + "still is"
        }
        let isOfCertificate = records.filter(\.isMatch).allSatisfy {
            $0.record.selector == 0 && [1, 3].contains($0.record.usage)
        }
        guard isOfCertificate else { return nil }
        return "every record that matches is of this very certificate: none will match after the "
            + "next renewal"
    }
}

extension Handshake {
    /// What its TLSA records say of the next change of keys.
    var outlook: String? { dane?.outlook(beside: otherDANE) }
}

extension DANEVerdict.Judged {
    package var isMatch: Bool { if case .matches = match { true } else { false } }

    /// `3 1 1 0C72AC70…`, as zone files have it, the end of long data left out.
    package var text: String {
        let data = RecordData.tlsa(record).text(.tlsa)
        return data.count > Self.longest ? data.prefix(Self.longest) + "…" : data
    }

    /// `3 1 1 0C72AC70…: matches the certificate`.
    package var words: String {
        switch match {
        case .unusable: "\(text): unusable"
        case .differs: "\(text): matches nothing sent"
        case .matches(depth: 0): "\(text): matches the certificate"
        case .matches(let depth): "\(text): matches at depth \(depth)"
        }
    }

    private static let longest = 6 + 128
}

extension CertificateJudge {
    /// Puts beside each chain what the records of its port say of it; `now` is in seconds since 1970.
    func match(
        _ results: [EndpointResult], _ published: [PublishedTLSA], at now: Int64
    ) -> [EndpointResult] {
        struct Pair: Hashable {
            let chain: [Certificate]
            let port: Port
        }
        var verdicts: [Pair: DANEVerdict] = [:]
        func verdict(_ certificate: PresentedCertificate?, at port: Port) -> DANEVerdict? {
            guard let chain = certificate?.sentChain,
                let tlsa = published.first(where: { $0.port == port.number }),
                !tlsa.records.isEmpty
            else { return nil }
            let pair = Pair(chain: chain, port: port)
            if let known = verdicts[pair] { return known }
            let verdict = DANEVerdict(
                owner: tlsa.owner,
                records: tlsa.records.prefix(Self.mostRecords).map {
                    .init($0, match(of: $0, chain, port.service, at: now))
                })
            verdicts[pair] = verdict
            return verdict
        }
        return results.map { result in
            guard let handshake = result.handshake else { return result }
            let port = result.endpoint.port
            var result = result
            result.handshake?.dane = verdict(handshake.certificate, at: port)
            result.handshake?.otherDANE = verdict(handshake.otherCertificate, at: port)
            return result
        }
    }

    private func match(
        of record: TLSA, _ chain: [Certificate], _ service: ServiceProtocol, at now: Int64
    ) -> TLSAMatch {
        // Between mail servers there are no CAs to fall back on (RFC 7672 3.1.3).
        guard service != .smtp || record.usage >= 2, let leaf = chain.first else {
            return .unusable
        }
        return trust.match(
            usage: record.usage, selector: record.selector, matchingType: record.matchingType,
            association: record.association, leaf, sent: chain, at: now)
    }

    /// Records of one name that are looked at: nobody needs as many, and each costs a verification.
    private static let mostRecords = 64
}
