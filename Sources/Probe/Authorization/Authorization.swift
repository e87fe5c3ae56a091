import Addresses
package import DNS
import OpenSSL

/// What was found in the place of one name of a certificate: the CAA records that hold for it.
package struct Authorization: Hashable, Sendable {
    /// Where the climb begins: the host, or what stands behind the `*.` of the certificate's name.
    package var name: Name
    package var outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        case found(CAASet)
        /// Neither the name nor any above it has CAA records: everybody may issue.
        case none
        /// A clause says why.
        case unknown(String)
    }
}

/// All that was found for one host, and by whom authorities are known.
package struct Authorizations: Hashable, Sendable {
    package var found: [Authorization] = []
    var issuers = KnownIssuers()

    package init() {}
}

/// The name of a certificate that covers a host, as an authority had to judge it.
struct CoveredName: Hashable, Sendable {
    let name: Name
    let isWildcard: Bool

    /// Nil where no DNS name of the certificate covers the host.
    init?(of certificate: Certificate, for host: String) {
        guard IPAddress(host) == nil, let name = Name(host) else { return nil }
        let host = host.lowercased()
        let names = certificate.dnsNames.lazy.map { $0.lowercased() }
        if names.contains(host) {
            (self.name, isWildcard) = (name, false)
            return
        }
        guard let dot = host.firstIndex(of: "."), names.contains("*" + host[dot...]),
            let parent = Name(String(host[host.index(after: dot)...]))
        else { return nil }
        (self.name, isWildcard) = (parent, true)
    }
}

/// Looks for CAA records where the certificates shown come from authorities that are known.
struct AuthorizationStage: Sendable {
    let lookup: @Sendable (Name, RecordType) async -> RecordLookup.Answer
    let issuers: KnownIssuers

    /// One for each name that a certificate was issued for.
    func callAsFunction(_ endpoints: [EndpointResult]) async -> Authorizations {
        let names = Set(
            endpoints.flatMap { result in
                result.certificates.compactMap { certificate -> Name? in
                    guard issuers.domains(of: certificate) != nil else { return nil }
                    return CoveredName(of: certificate, for: result.serverName)?.name
                }
            })
        var result = Authorizations()
        result.issuers = issuers
        result.found = await concurrently(names.sorted()) { name in
            Authorization(name: name, outcome: await climb(from: name))
        }
        return result
    }

    /// From the name towards the root, which has none (RFC 8659 3).
    func climb(from name: Name) async -> Authorization.Outcome {
        var owner = name
        while !owner.isRoot {
            switch await lookup(owner, .caa) {
            case .records(let data):
                let records = data.compactMap { if case .caa(let caa) = $0 { caa } else { nil } }
                return .found(CAASet(owner: owner, records: records))
            case .none, .nameError: owner = owner.parent ?? .root
            case .unknown(let trouble): return .unknown("\(owner) CAA: \(trouble)")
            }
        }
        return .none
    }
}

extension Authorization {
    /// One line: where CAA records stand, and which.
    package var words: String {
        switch outcome {
        case .found(let set):
            "CAA of \(name): \(set.owner == name ? "" : "by \(set.owner), ")"
                + set.texts.joined(separator: "; ")
        case .none: "CAA of \(name): none, everybody may issue"
        case .unknown(let trouble): "CAA of \(name): unknown (\(trouble.plain()))"
        }
    }
}

extension EndpointResult {
    /// Of both kinds of keys.
    var certificates: [Certificate] {
        [handshake?.certificate?.leaf, handshake?.otherCertificate?.leaf].compactMap { $0 }
    }

    /// The name asked for.
    var serverName: String { handshake?.serverName ?? endpoint.host }
}
