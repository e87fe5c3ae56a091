import DNS
import DNSSEC

// What a domain says about its mail, in phrases that terminal and page share.
extension MailExchanges {
    /// What follows a heading: the hosts by preference, or why there are none.
    var summary: String {
        switch outcome {
        case .records where isNull: "the domain takes none (null MX)"
        case .records:
            records.prefix(Self.most)
                .map { "\($0.exchange.text.plain()) (\($0.preference))" }.joined(separator: ", ")
                + (records.count > Self.most
                    ? " and \(records.count - Self.most) more, which are not probed" : "")
        case .none: "no MX record, the domain's own addresses stand in"
        case .nameError: "there is no such domain"
        case .unknown(let clause): "the MX records are not known: \(clause.plain())"
        }
    }
}

extension MailTexts {
    /// A line for each record.
    var words: [String] {
        sorted.flatMap { place, texts in
            texts.map { "\(place.plain()): \($0.plain(limit: 512))" }
        } + unknown.map { "not known: \($0.plain(limit: 512))" }
            + (spfLookups.map { ["SPF takes \($0) of 10 DNS lookups"] } ?? [])
    }
}

extension MTASTSReport {
    /// The policy, or why there is none.
    var words: String {
        if let policy {
            let names = policy.patterns.isEmpty ? "" : ", mx " + policy.patternsText
            return "MTA-STS: mode \(policy.modeText), max_age \(policy.maxAge ?? 0) s\(names)"
        }
        if let unknown { return "MTA-STS: not known: " + unknown.plain(limit: 512) }
        return "MTA-STS: " + (trouble?.plain(limit: 512) ?? "no policy")
    }

    /// One clause.
    var trouble: String? {
        switch outcome {
        case .fetched(let policy): policy.faults.first
        case .failed(let clause): clause
        case .forbidden: "the address policy forbids the policy host"
        case .cutShort: "the probe's time was over"
        case nil: unknown ?? faults.first
        }
    }
}

extension MailReport {
    /// A line on DNSSEC, one for each record, and one for the policy.
    var words: [String] {
        [validation.map { "MX records: \($0.status.rawValue)" }].compactMap { $0 }
            + texts.words + [sts?.words].compactMap { $0 }
    }
}
