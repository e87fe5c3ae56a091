import OpenSSL

extension FetchedFact {
    /// `OCSP of http://…: good, until 2027-01-20T00:00:00Z`.
    var words: String {
        let place = location.map { " of " + $0.plain(limit: 256) } ?? ""
        let owner = depth == 0 ? "" : " (depth \(depth))"
        return "\(kind.words)\(place)\(owner): \(answer.words)"
    }

    var json: JSON {
        let told = answer.told
        return .object([
            "kind": .string(kind.rawValue),
            "depth": .integer(depth),
            "location": .string(location),
            "status": .string(told.status),
            "thisUpdate": .time(told.thisUpdate),
            "nextUpdate": .time(told.nextUpdate),
            "revokedAt": .time(told.revokedAt),
            "revocationReason": .string(told.reason),
            "trouble": .string(told.trouble),
            "subjects": .strings(told.subjects),
        ])
    }
}

extension FetchedFact.Kind {
    fileprivate var words: String {
        switch self {
        case .ocsp: "OCSP"
        case .crl: "CRL"
        case .issuer: "issuer"
        }
    }
}

/// What all kinds of answers tell, in JSON's terms.
private struct Told {
    var status: String
    var thisUpdate: Int64?
    var nextUpdate: Int64?
    var revokedAt: Int64?
    var reason: String?
    var trouble: String?
    var subjects: [String] = []
}

extension FetchedFact.Answer {
    fileprivate var words: String {
        let told = told
        switch self {
        case .failed(let clause): return clause.plain()
        case .issuers:
            return told.subjects.prefix(4).map { $0.plain(limit: 256) }.joined(separator: "; ")
        case .ocsp, .list:
            let end = told.nextUpdate.map { ", until \($0.timeText)" } ?? ""
            return told.status + (told.trouble.map { " (\($0))" } ?? "") + end
        }
    }

    fileprivate var told: Told {
        switch self {
        case .ocsp(let answer):
            Told(
                status: answer.status.rawValue, thisUpdate: answer.thisUpdate,
                nextUpdate: answer.nextUpdate, revokedAt: answer.revokedAt,
                reason: answer.revocationReason, trouble: answer.trouble?.words)
        case .list(let list):
            Told(
                status: list.status.rawValue, thisUpdate: list.thisUpdate,
                nextUpdate: list.nextUpdate, revokedAt: list.revokedAt,
                reason: list.revocationReason, trouble: list.trouble)
        case .issuers(let certificates):
            Told(status: "fetched", subjects: certificates.map(\.subject))
        case .failed(let clause): Told(status: "failed", trouble: clause)
        }
    }
}
