import Addresses
import Configuration
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// A CA of the test's own and what its servers need.
struct TLSPeer: Sendable {
    static let shared = Result { try TLSPeer() }
    static let host = "www.example.test"
    static let now: Int64 = 1_800_000_000
    static let day: Int64 = 86400

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

    /// `life` is in days from `now` on.
    static func draft(
        _ name: String, isCA: Bool = false, life: ClosedRange<Int64> = -10...60
    ) -> CertificateBuilder {
        var draft = CertificateBuilder(
            commonName: name, notBefore: now + life.lowerBound * day,
            notAfter: now + life.upperBound * day)
        draft.isCA = isCA
        draft.dnsNames = isCA ? [] : [name]
        return draft
    }

    func leaf(_ name: String = host, life: ClosedRange<Int64> = -10...60) throws -> Certificate {
        try Self.draft(name, life: life).issued(by: intermediate, key: key, for: leafKey)
    }

    func context(
        _ certificates: [Certificate], requiresClientCertificate: Bool = false,
        versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
    ) throws -> TLSContext {
        try TLSContext(
            server: [ServerIdentity(certificates: certificates, key: leafKey, names: [])],
            versions: versions, requiresClientCertificate: requiresClientCertificate)
    }

    /// Shakes hands with the servers as with the addresses of one name, each port required; `budget` is the probe's.
    func shake(
        _ servers: [TCPServer], budget: Duration = .seconds(6), host: String = host,
        optional: Bool = false
    ) async throws -> (results: [EndpointResult], diagnosis: Diagnosis, elapsed: Duration) {
        let stage = try HandshakeStage(
            trust: TrustStore(certificates: [root]), intermediates: [], serverName: nil,
            policy: try AddressRule(Module().addresses))
        let endpoints = servers.map {
            Endpoint(
                host: host, address: $0.address.address,
                port: Port($0.address.port, .tls, isRequired: !optional))
        }
        let start = Deadline.now
        let results = await stage(endpoints, budget: budget, by: start + budget, at: Self.now)
        let diagnosis = Diagnosis(findings: EndpointRules(results, at: Self.now).findings)
        return (results, diagnosis, Deadline.now - start)
    }
}

extension TCPServer {
    /// Shakes hands as a server and keeps the connection until the client goes.
    convenience init(
        on address: IPAddress = NameServer.loopback, port: UInt16 = 0, tls context: TLSContext
    ) throws {
        try self.init(on: address, port: port) { connection in
            let end = Deadline.now + .seconds(20)
            let session = try TLSSession(server: context)
            while true {
                let step = session.handshake()
                try await connection.write(session.takeOutgoing(), by: end)
                switch step {
                case .done, .failed:
                    // Closed at once, unread bytes would turn an alert into a reset.
                    connection.shutdownWriting(unless: step == .done)
                    return try await connection.drain()
                case .wantsRead:
                    let bytes = try await connection.read(atMost: 16_384, by: end)
                    bytes.isEmpty ? session.receiveEnd() : session.receive(bytes)
                }
            }
        }
    }
}

extension TCPConnection {
    fileprivate func shutdownWriting(unless isDone: Bool) {
        if !isDone { shutdownWriting() }
    }
}
