import Addresses
import DNS

extension Resolution {
    var json: JSON {
        .object([
            "host": .string(host),
            "outcome": .string(outcome.state),
            "detail": .string(outcome.trouble),
            "addresses": .strings(addresses.map(\.description)),
            "today": today.map { .strings($0.map(\.description)) } ?? .null,
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
            "zones": .array(zones.map(\.json)),
            "sources": .array(
                addresses.map { address in
                    .object([
                        "address": .string(address.description),
                        "from": .strings(sources(of: address)),
                    ])
                }),
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
            "questions": .array((lookups + others).map(\.json)),
            "unchecked": .array(unchecked.map(\.json)),
            "overTCP": overTCP?.json ?? .null,
            "soa": soa?.json ?? .null,
            "root": root?.json ?? .null,
        ])
    }
}

extension Lookup {
    var json: JSON {
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
            "attempts": .array(attempts.map(\.json)),
            "duration": .duration(duration),
        ])
    }
}

extension Attempt {
    fileprivate var json: JSON {
        .object([
            "transport": .string(transport.rawValue),
            "edns": .bool(usesEDNS),
            "outcome": .string(outcome.words),
            "bytes": .integer(size),
            "duration": .duration(duration),
        ])
    }
}

extension Attempt.Outcome {
    fileprivate var words: String {
        switch self {
        case .answered: "answered"
        case .truncated: "truncated"
        case .timedOut: "timed out"
        case .cutShort: "cut short"
        case .failed(let failure): failure.description
        }
    }
}
