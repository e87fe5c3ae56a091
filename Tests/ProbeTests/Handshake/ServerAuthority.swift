import Addresses
import Configuration
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// A root, an intermediate, and the leaves and servers of the handshake tests; one per test process.
struct ServerAuthority: Sendable {
    static let now: Int64 = 1_800_000_000
    static let day: Int64 = 86_400
    static let host = "www.example.test"
    static let shared = Result { try ServerAuthority() }

    let rootKey, key, leafKey: PrivateKey
    let root, intermediate: Certificate

    init() throws {
        rootKey = try .generate(.ecdsa(.p256))
        key = try .generate(.ecdsa(.p256))
        leafKey = try .generate(.ecdsa(.p256))
        root = try Self.draft("Root", isCA: true).selfSigned(with: rootKey)
        intermediate = try Self.draft("Intermediate", isCA: true)
            .issued(by: root, key: rootKey, for: key)
    }

    /// Made 10 days ago for `days` more.
    static func draft(_ name: String, isCA: Bool = false, days: Int64 = 80) -> CertificateBuilder {
        var draft = CertificateBuilder(
            commonName: name, notBefore: now - 10 * day, notAfter: now + days * day)
        draft.isCA = isCA
        draft.serialNumber = .random(in: 1 ... .max >> 1)
        if !isCA { draft.dnsNames = [name] }
        return draft
    }

    func leaf(
        _ name: String = host, for key: PrivateKey? = nil,
        _ change: (inout CertificateBuilder) -> Void = { _ in }
    ) throws -> Certificate {
        var draft = Self.draft(name)
        change(&draft)
        return try draft.issued(by: intermediate, key: self.key, for: key ?? leafKey)
    }

    func identity(_ chain: [Certificate], names: [String] = [], key: PrivateKey? = nil)
        -> ServerIdentity
    {
        ServerIdentity(certificates: chain, key: key ?? leafKey, names: names)
    }

    /// A sound server.
    func context(
        versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
        requiresClientCertificate: Bool = false
    ) throws -> TLSContext {
        try TLSContext(
            server: [identity([try leaf(), intermediate])], versions: versions,
            requiresClientCertificate: requiresClientCertificate, alpn: ["http/1.1"])
    }

    func stage(
        _ policy: AddressPolicy = Module().addresses, serverName: String? = nil,
        intermediates: [Certificate] = [], extras: HandshakeStage.Extras = .init()
    ) throws -> HandshakeStage {
        try HandshakeStage(
            trust: TrustStore(certificates: [root]), intermediates: intermediates,
            serverName: serverName, policy: try AddressRule(policy),
            extras: extras)
    }
}

/// What came out of the stage and of the rules over it.
struct Seen {
    let results: [EndpointResult]
    let diagnosis: Diagnosis

    init(
        _ results: [EndpointResult], _ demands: MailDemands = MailDemands(),
        at now: Int64 = ServerAuthority.now
    ) {
        self.results = results
        diagnosis = Diagnosis(
            findings: EndpointRules(results, at: now, demands: demands).findings)
    }

    var primary: FailureClass? { diagnosis.primary?.failureClass }
    var classes: [FailureClass] { diagnosis.findings.map(\.failureClass) }
    var evidence: String { diagnosis.findings.flatMap(\.evidence).joined(separator: "\n") }
}

extension HandshakeStage {
    /// Runs it on addresses; `budget` gives each timer three tenths, the deadline is far away.
    func see(
        _ addresses: [SocketAddress], host: String = ServerAuthority.host,
        serverName: String? = nil, http: HTTPFetch? = nil, at now: Int64 = ServerAuthority.now,
        service: ServiceProtocol = .https, isRequired: Bool = true,
        budget: Duration = .seconds(10), by deadline: Deadline = .now + .seconds(60)
    ) async -> Seen {
        let endpoints = addresses.map {
            Endpoint(
                host: host, address: $0.address,
                port: Port($0.port, service, isRequired: isRequired))
        }
        return Seen(
            await self(
                endpoints, serverName: serverName, http: http, budget: budget, by: deadline,
                at: now), at: now)
    }
}

extension HandshakeStage {
    /// With all endpoints at once; the results stand in their order.
    func callAsFunction(
        _ endpoints: [Endpoint], serverName: String? = nil, http: HTTPFetch? = nil,
        budget: Duration, by deadline: Deadline, at now: Int64
    ) async -> [EndpointResult] {
        let (batches, continuation) = AsyncStream<[Endpoint]>.makeStream()
        continuation.yield(endpoints)
        continuation.finish()
        let results = await self(
            batches, serverName: serverName, http: http, budget: budget, by: deadline, at: now)
        return endpoints.compactMap { endpoint in results.first { $0.endpoint == endpoint } }
    }
}
