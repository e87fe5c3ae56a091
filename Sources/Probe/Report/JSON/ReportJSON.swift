import Addresses
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

extension Resolution {
    fileprivate var json: JSON {
        .object([
            "host": .string(host),
            "outcome": .string(outcome.state),
            "detail": .string(outcome.trouble),
            "addresses": .strings(addresses.map(\.description)),
            "aliases": .array(
                aliases.map { alias in
                    .object([
                        "owner": .string(alias.owner.text),
                        "target": .string(alias.target.text),
                        "ttl": .integer(alias.ttl),
                        "fromDNAME": .bool(alias.isFromDNAME),
                    ])
                }),
            "resolvers": .array(resolvers.map(\.json)),
            "hostsEntry": hostsEntry.map { entry in
                .object([
                    "file": .string(entry.file),
                    "addresses": .strings(entry.addresses.map(\.description)),
                ])
            } ?? .null,
            "duration": .duration(duration),
        ])
    }
}

extension ResolverView {
    fileprivate var json: JSON {
        .object([
            "resolver": .string(resolver),
            "up": .bool(isUp),
            "responseCode": .string(responseCode?.description),
            "addresses": .strings(addresses.map(\.description)),
            "ttl": .integer(leastTTL),
            "duration": .duration(duration),
            "questions": .array(lookups.map(\.json)),
        ])
    }
}

extension Lookup {
    fileprivate var json: JSON {
        var failure: ExchangeFailure?
        if case .failure(let reason) = outcome { failure = reason }
        return .object([
            "name": .string(question.name.text),
            "type": .string(question.type.description),
            "responseCode": .string(response?.responseCode.description),
            "answer": .strings(response?.answers.map(\.description) ?? []),
            "extendedErrors": .array(
                response?.edns?.extendedErrors.map { error in
                    .object([
                        "code": .integer(error.code),
                        "purpose": .string(error.purpose),
                        "text": .string(error.text),
                    ])
                } ?? []),
            "failure": .string(failure?.description),
            "duration": .duration(duration),
        ])
    }
}
