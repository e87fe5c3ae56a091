import DNS

extension Report {
    /// The whole report as one JSON object; times are RFC 3339, durations seconds, unknown is null.
    package func json() -> [UInt8] {
        JSON.object([
            "target": .string(target.text),
            "module": .string(moduleName),
            "at": .time(at),
            "success": .bool(isSuccess),
            "class": .string(diagnosis.primary?.failureClass.rawValue),
            "findings": .array(diagnosis.findings.map(\.json)),
            "resolution": resolution.json,
            "dnssec": validation?.json ?? .null,
            "endpoints": .array(endpoints.map(\.json)),
            "mail": mail?.json ?? .null,
            "caa": .array(authorizations.map(\.json)),
            "expectations": .array(expectations.map(\.json)),
            "durations": durations.json,
            "timeout": .duration(timeout),
        ]).bytes
    }
}

extension Finding {
    fileprivate var json: JSON {
        .object([
            "class": .string(failureClass.rawValue),
            "severity": .string(severity.rawValue),
            "confidence": .string(confidence.rawValue),
            "stage": .string(failureClass.stage.rawValue),
            "places": .strings(places),
            "evidence": .strings(evidence),
            "remedy": .string(remedy),
            "runbook": .string(failureClass.runbook),
        ])
    }
}

extension ExpectationResult {
    fileprivate var json: JSON {
        .object([
            "expectation": .string(kind.rawValue),
            "expected": .string(expected),
            "found": .string(found),
            "match": matches.map { .bool($0) } ?? .null,
        ])
    }
}

extension Authorization {
    fileprivate var json: JSON {
        let (owner, records, trouble): (String?, [String], String?)
        switch outcome {
        case .found(let set): (owner, records, trouble) = (set.owner.text, set.texts, nil)
        case .none: (owner, records, trouble) = (nil, [], nil)
        case .unknown(let reason): (owner, records, trouble) = (nil, [], reason)
        }
        return .object([
            "name": .string(name.text),
            "owner": .string(owner),
            "records": .strings(records),
            "trouble": .string(trouble),
        ])
    }
}

extension StageDurations {
    fileprivate var json: JSON {
        .object([
            "resolve": .duration(resolve),
            "validate": .duration(validate),
            "connect": .duration(connect),
            "starttls": .duration(starttls),
            "handshake": .duration(handshake),
            "diagnose": .duration(diagnose),
            "total": .duration(total),
        ])
    }
}
