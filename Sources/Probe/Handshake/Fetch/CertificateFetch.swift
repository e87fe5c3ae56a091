import OpenSSL
import Sockets

/// Fetches what certificates name: the issuer that a chain lacks, and what the authorities say of revocation.
///
/// What cannot be fetched is told and held against nobody: this network is not the clients'.
package struct CertificateFetch: Sendable {
    let settings: Settings
    let http: HTTPFetch
    /// Seconds since 1970.
    let now: Int64

    /// What a module wants to be fetched.
    package struct Settings: Hashable, Sendable {
        package var ocsp = false
        package var lists = false
        package var issuers = false

        package init() {}

        var isEmpty: Bool { self == Settings() }
    }

    /// Gives the results with all that could be fetched; `judge` made them of these sightings.
    ///
    /// Revocation is asked about only where a trusted authority signed: a stranger's certificate must not send this
    /// agent anywhere. A missing issuer cannot be known before it is fetched: there the address policy must do.
    func enrich(
        _ results: [EndpointResult], of sightings: [Sighting], by judge: CertificateJudge
    ) async -> [EndpointResult] {
        var results = results
        if settings.issuers {
            let helpless = Set(
                results.flatMap(\.presented)
                    .filter { $0.verification.lacksIssuer && $0.completion == nil }
                    .map(\.verification.chain))
            let found = await issuers(of: Array(helpless))
            if !found.isEmpty {
                results = judge(sightings, with: found.values.flatMap(\.certificates), at: now)
            }
            results.note { found[$0.verification.chain]?.facts ?? [] }
        }
        let trusted = results.flatMap(\.presented).compactMap(\.trustedPath)
        let told = await revocation(of: Set(trusted.flatMap(Self.pairs)))
        results.note { presented in
            presented.trustedPath.map { Self.pairs(of: $0).flatMap { told[$0] ?? [] } } ?? []
        }
        return results
    }

    // MARK: - Missing issuers

    struct Issuers: Sendable {
        var certificates: [Certificate] = []
        var facts: [FetchedFact] = []
    }

    /// Climbs from the last certificate of each chain that lacks its issuer.
    func issuers(of chains: [[Certificate]]) async -> [[Certificate]: Issuers] {
        let found = await concurrently(
            Array(chains.prefix(Self.mostChains)), atMost: Self.mostAtOnce
        ) { await climb($0) }
        return Dictionary(
            zip(chains, found), uniquingKeysWith: { first, _ in first })
    }

    private func climb(_ chain: [Certificate]) async -> Issuers {
        var found = Issuers()
        guard var last = chain.last else { return found }
        for depth in (chain.count - 1)..<(chain.count - 1 + Self.mostSteps) {
            let fact = await issuer(of: last, depth)
            found.facts.append(fact)
            guard case .issuers(let certificates) = fact.answer,
                let next = certificates.first(where: last.issued(by:))
            else { break }
            found.certificates += certificates
            // A root is trusted already, or never will be.
            if next.isSelfIssued { break }
            last = next
        }
        return found
    }

    private func issuer(of certificate: Certificate, _ depth: Int) async -> FetchedFact {
        let locations = certificate.issuerLocations
        return await first(of: locations, FetchedFact.Kind.issuer, depth) { location in
            await http(location, atMost: Self.longestAnswer).flatMap { bytes in
                let certificates = Certificate.list(fetched: bytes)
                return certificates.isEmpty
                    ? .failure(HTTPFetch.Failure(clause: "what came is no certificate"))
                    : .success(.issuers(certificates))
            }
        }
    }

    // MARK: - Revocation

    /// A certificate and who signed it.
    struct Pair: Hashable, Sendable {
        let certificate, issuer: Certificate
        let depth: Int
    }

    /// The pairs of a chain that may have been revoked; of a root nobody says so.
    static func pairs(of chain: [Certificate]) -> [Pair] {
        zip(chain, chain.dropFirst()).enumerated().prefix(mostSteps).map {
            Pair(certificate: $1.0, issuer: $1.1, depth: $0)
        }
    }

    /// Asks about each pair once, the leaves before their issuers.
    func revocation(of pairs: Set<Pair>) async -> [Pair: [FetchedFact]] {
        guard settings.ocsp || settings.lists else { return [:] }
        let asked = pairs.sorted {
            ($0.depth, $0.certificate.fingerprintSHA256) < (
                $1.depth, $1.certificate.fingerprintSHA256
            )
        }.prefix(Self.mostChains)
        let facts = await concurrently(Array(asked), atMost: Self.mostAtOnce) { pair in
            async let ocsp = settings.ocsp ? ocsp(pair) : nil
            async let list = settings.lists ? list(pair) : nil
            return [await ocsp, await list].compactMap { $0 }
        }
        return Dictionary(zip(asked, facts), uniquingKeysWith: { first, _ in first })
    }

    private func ocsp(_ pair: Pair) async -> FetchedFact {
        let request = OCSPRequest.der(about: pair.certificate, issuedBy: pair.issuer) ?? []
        let body = HTTPFetch.Body(type: "application/ocsp-request", bytes: request)
        return await first(of: pair.certificate.ocspResponders, .ocsp, pair.depth) { location in
            await http(location, body, atMost: Self.longestAnswer).map { bytes in
                .ocsp(
                    OCSPStaple(
                        der: bytes, leaf: pair.certificate, issuer: pair.issuer, at: now))
            }
        }
    }

    private func list(_ pair: Pair) async -> FetchedFact {
        let locations = pair.certificate.revocationListLocations
        return await first(of: locations, .crl, pair.depth) { location in
            await http(location, atMost: Self.longestList).map { bytes in
                .list(
                    RevocationList(
                        der: bytes, leaf: pair.certificate, issuer: pair.issuer, at: now))
            }
        }
    }

    /// The answer of the first location that gives one, else the first failure.
    private func first(
        of locations: [String], _ kind: FetchedFact.Kind, _ depth: Int,
        _ fetch: (String) async -> Result<FetchedFact.Answer, HTTPFetch.Failure>
    ) async -> FetchedFact {
        var fact = FetchedFact(
            depth: depth, kind: kind, answer: .failed("the certificate names no place"))
        for location in Self.places(locations) {
            switch await fetch(location) {
            case .success(let answer):
                (fact.location, fact.answer) = (location, answer)
                return fact
            case .failure(let failure):
                guard fact.location == nil else { continue }
                (fact.location, fact.answer) = (location, .failed(failure.clause))
            }
        }
        return fact
    }

    /// Which of them are asked. Directories (`ldap:`) cannot be, and must not hide a place that can.
    static func places(_ locations: [String]) -> ArraySlice<String> {
        let places = locations.filter { HTTPLocation($0) != nil }
        return (places.isEmpty ? locations : places).prefix(mostLocations)
    }

    /// Chains, or certificates, that one probe fetches for.
    private static let mostChains = 16
    private static let mostAtOnce = 4
    /// Certificates of one chain that are climbed, or asked about.
    private static let mostSteps = 4
    private static let mostLocations = 2
    /// Bytes of a certificate, a bundle of them or an OCSP response.
    private static let longestAnswer = 64 << 10
    private static let longestList = 4 << 20
}

extension EndpointResult {
    /// All certificates that were shown.
    fileprivate var presented: [PresentedCertificate] {
        [handshake?.certificate, handshake?.otherCertificate].compactMap { $0 }
    }
}

extension [EndpointResult] {
    /// Adds facts to each certificate shown.
    fileprivate mutating func note(_ facts: (PresentedCertificate) -> [FetchedFact]) {
        for index in indices {
            for place in [\Handshake.certificate, \Handshake.otherCertificate] {
                guard let presented = self[index].handshake?[keyPath: place] else { continue }
                self[index].handshake?[keyPath: place]?.fetched += facts(presented)
            }
        }
    }
}

extension PresentedCertificate {
    /// The chain that ends in something trusted, completed where need be.
    fileprivate var trustedPath: [Certificate]? {
        completion ?? (verification.reachesTrust ? verification.chain : nil)
    }
}
