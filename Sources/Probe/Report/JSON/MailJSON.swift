import DNS

extension MailReport {
    var json: JSON {
        .object([
            "state": .string(exchanges.state),
            "exchanges": .array(
                exchanges.records.map { record in
                    .object([
                        "preference": .integer(record.preference),
                        "host": .string(record.exchange.text),
                    ])
                }),
            "dnssec": validation?.json ?? .null,
            "hosts": .array(
                paths.map { path in
                    .object([
                        "host": .string(path.resolution.host),
                        "resolution": path.resolution.json,
                        "dnssec": path.validation?.json ?? .null,
                    ])
                }),
            "records": .array(
                texts.sorted.map { place, texts in
                    .object(["name": .string(place), "texts": .strings(texts)])
                }),
            "unknown": .strings(texts.unknown),
            "spfLookups": .integer(texts.spfLookups),
            "faults": .strings(texts.faults),
            "mtaSTS": sts?.json ?? .null,
        ])
    }
}

extension MTASTSReport {
    fileprivate var json: JSON {
        .object([
            "records": .strings(records),
            "id": .string(id),
            "state": .string(state),
            "detail": .string(trouble),
            "policy": policy?.json ?? .null,
        ])
    }

    private var state: String {
        switch outcome {
        case .fetched(let policy): policy.faults.isEmpty ? "fetched" : "invalid"
        case .failed: "failed"
        case .forbidden: "forbidden"
        case .cutShort: "cut_short"
        case nil: unknown == nil ? "invalid_record" : "unknown"
        }
    }
}

extension MTASTSPolicy {
    fileprivate var json: JSON {
        .object([
            "mode": .string(mode?.rawValue),
            "maxAge": .integer(maxAge),
            "mx": .strings(patterns),
        ])
    }
}

extension MailTexts {
    /// By the name they stand at.
    var sorted: [(place: String, texts: [String])] {
        records.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension MailExchanges {
    /// The state's name in JSON.
    fileprivate var state: String {
        switch outcome {
        case .records: isNull ? "null" : "records"
        case .none: "none"
        case .nameError: "no_such_domain"
        case .unknown: "unknown"
        }
    }
}
