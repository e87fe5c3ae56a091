import Addresses
package import OpenSSL
package import Sockets

/// Connects to every endpoint at once and shakes hands; contexts and trust are made once for a module.
package struct HandshakeStage: Sendable {
    private let judge: CertificateJudge
    private let serverName: String?
    private let policy: AddressRule
    private let contexts: ClientContexts
    private let extras: Extras

    /// `serverName` stands in for the host in SNI and certificate; `intermediates` may complete a chain, and
    /// so may the system's, which are looked at only where a chain has no end.
    package init(
        trust: TrustStore, intermediates: [Certificate], serverName: String?, policy: AddressRule,
        extras: Extras = Extras(),
        systemIntermediates: @escaping @Sendable () -> [Certificate] = { [] }
    ) throws(InputError) {
        let known = KnownIntermediates(intermediates, system: systemIntermediates)
        judge = CertificateJudge(trust: trust, known: known)
        (self.serverName, self.policy) = (serverName, policy)
        self.extras = extras
        do { contexts = try ClientContexts(extras) } catch {
            throw InputError("OpenSSL cannot make a TLS context: \(error)")
        }
    }

    /// What a module asks for beyond one handshake.
    package struct Extras: Sendable {
        /// Whether every version, cipher and group that there ever was is asked for.
        package var scansVersions = false
        /// A second handshake for the certificate of the other kind of key.
        package var fetchesBothKeys = false
        package var fetches = CertificateFetch.Settings()

        package init() {}
    }

    /// Begins with each endpoint as it comes; the results stand in the order of their ends. `budget` is the whole
    /// probe's, `now` in seconds since 1970. Without `http` nothing is fetched.
    package func callAsFunction(
        _ batches: AsyncStream<[Endpoint]>, serverName: String? = nil, http: HTTPFetch? = nil,
        budget: Duration, by deadline: Deadline, at now: Int64
    ) async -> [EndpointResult] {
        let allowance = extras.scansVersions ? OfferScan.Allowance() : nil
        let boxed = await withTaskGroup(of: Boxed<Sighting>.self) { group in
            var sightings: [Boxed<Sighting>] = []
            var started = 0
            var seen: Set<IPAddress> = []
            for await batch in batches {
                seen.formUnion(batch.map(\.address).filter(policy.permits))
                let unroutable = Self.familiesWithoutRoute(seen)
                for endpoint in batch {
                    if started - sightings.count >= Self.most, let one = await group.next() {
                        sightings.append(one)
                    }
                    started += 1
                    let name = serverName ?? self.serverName ?? endpoint.host
                    group.addTask {
                        await sighting(
                            of: endpoint, as: name, unroutable, allowance, budget: budget,
                            by: deadline)
                    }
                }
            }
            for await one in group { sightings.append(one) }
            return sightings
        }
        let sightings = boxed.map(\.value)
        let results = judge(sightings, at: now)
        guard let http else { return results }
        return await CertificateFetch(settings: extras.fetches, http: http, now: now)
            .enrich(results, of: sightings, by: judge)
    }

    /// Puts beside each chain what the TLSA records of its port say of it; `now` is in seconds since 1970.
    func match(
        _ results: [EndpointResult], _ published: [PublishedTLSA], at now: Int64
    ) -> [EndpointResult] {
        judge.match(results, published, at: now)
    }

    private func sighting(
        of endpoint: Endpoint, as name: String, _ unroutable: Set<IPAddress.Family>,
        _ allowance: OfferScan.Allowance?, budget: Duration, by deadline: Deadline
    ) async -> Boxed<Sighting> {
        let attempt = EndpointAttempt(
            endpoint: endpoint, serverName: name, contexts: contexts,
            allowance: allowance, timer: min(.seconds(3), budget * 0.3), deadline: deadline)
        guard policy.permits(endpoint.address) else { return attempt.sighting(.forbidden) }
        guard !unroutable.contains(endpoint.address.family) else {
            return attempt.sighting(.noRouteForFamily)
        }
        return await attempt.run()
    }

    /// Families that this host cannot reach at all, where it reaches another: a host with IPv4 only is no fault of
    /// the target's. With no route to anything the attempts are made, and say so.
    private static func familiesWithoutRoute(_ addresses: Set<IPAddress>) -> Set<IPAddress.Family> {
        let families = Dictionary(grouping: addresses, by: \.family)
        guard families.count > 1 else { return [] }
        let routed = families.mapValues { addresses in
            addresses.contains { (try? LocalRoute.exists(to: $0)) ?? true }
        }
        guard routed.values.contains(true) else { return [] }
        return Set(routed.filter { !$0.value }.keys)
    }

    /// Connections at one time: a name with thousands of addresses costs its own probe only.
    private static let most = 256
}

/// What one endpoint did, its certificates not judged yet.
struct Sighting: Sendable {
    var result: EndpointResult
    /// The host name or address that the certificate is to cover.
    let serverName: String
    /// As sent, the leaf first; empty where none came.
    var sentChain: [Certificate] = []
    /// The stapled OCSP response in DER; nil where none came.
    var staple: [UInt8]?
    /// The same for the other kind of key.
    var otherChain: [Certificate] = []
    var otherStaple: [UInt8]?

    init(_ endpoint: Endpoint, _ connection: EndpointResult.Connection, serverName: String) {
        result = EndpointResult(endpoint: endpoint, connection: connection)
        self.serverName = serverName
    }
}

/// The TLS contexts of a module.
struct ClientContexts: Sendable {
    let strict: TLSContext
    /// As `strict`, and offering HTTP's protocols.
    let strictHTTP: TLSContext
    /// Asked only where `strict` failed, to tell why.
    let permissive: TLSContext
    /// By OpenSSL's names.
    let strictCiphers: Set<String>
    /// As `strict`, for one kind of key each; empty where nobody asks.
    let byKey: [ServerKey: TLSContext]

    init(_ extras: HandshakeStage.Extras) throws(OpenSSLError) {
        strict = try TLSContext(client: .strict, isQuick: true)
        strictHTTP = try TLSContext(client: .strict, alpn: Self.http, isQuick: true)
        permissive = try TLSContext(client: .permissive)
        strictCiphers = Set(strict.ciphers)
        byKey =
            extras.fetchesBothKeys
            ? [
                .rsa: try TLSContext(client: .strict, key: .rsa, isQuick: true),
                .elliptic: try TLSContext(client: .strict, key: .elliptic, isQuick: true),
            ] : [:]
    }

    func strict(for port: Port) -> TLSContext {
        Self.isHTTP(port) ? strictHTTP : strict
    }

    /// As `strict(for:)`, and reads keys of every kind; made where one is met that those do not know.
    func strictOfAnyKey(for port: Port) -> TLSContext? {
        try? TLSContext(client: .strict, alpn: Self.isHTTP(port) ? Self.http : [])
    }

    private static func isHTTP(_ port: Port) -> Bool {
        port.service == .https || port.number == 443
    }

    private static let http = ["h2", "http/1.1"]
}
