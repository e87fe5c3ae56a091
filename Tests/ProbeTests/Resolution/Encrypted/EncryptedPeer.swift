import Addresses
import DNS
import HTTP2
import Hostile
import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// An encrypted resolver on loopback that treats each connection as a test says.
final class EncryptedPeer: Sendable {
    let address: SocketAddress
    private let server: TCPServer
    private let log: Log

    private final class Log: Sendable {
        let connections = Mutex(0)
    }

    /// `serve` is told the number of the connection, the first is 1.
    init(
        _ context: TLSContext,
        _ serve: @escaping @Sendable (TLSStream, Int) async throws -> Void
    ) throws {
        let log = Log()
        self.log = log
        server = try TCPServer { connection in
            let number = log.connections.withLock {
                $0 += 1
                return $0
            }
            let stream = try await TLSStream(connection, context)
            try await serve(stream, number)
            try await stream.close()
        }
        address = server.address
    }

    /// How many were opened.
    var connections: Int { log.connections.withLock { $0 } }
}

/// The server's end of a TLS connection; used by one task.
final class TLSStream {
    private let connection: TCPConnection
    private let session: TLSSession

    init(_ connection: TCPConnection, _ context: TLSContext) async throws {
        self.connection = connection
        session = try TLSSession(server: context)
        while true {
            let step = session.handshake()
            try await flush()
            switch step {
            case .done: return
            case .failed(let failure): throw failure
            case .wantsRead: try await receive()
            }
        }
    }

    /// None is the end.
    func read() async throws -> [UInt8] {
        while true {
            switch session.read() {
            case .bytes(let bytes): return bytes
            case .closed, .failed: return []
            case .wantsRead: try await receive()
            }
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        session.write(bytes)
        try await flush()
    }

    func close() async throws {
        session.shutdown()
        try await flush()
        connection.shutdownWriting()
        try await connection.drain()
    }

    /// Sends nothing more, and hears to the end.
    func staySilent() async throws { try await connection.drain() }

    func reset() { connection.reset() }

    private func receive() async throws {
        let bytes = try await connection.read(atMost: 16_384, by: .now + .seconds(60))
        if bytes.isEmpty { session.receiveEnd() } else { session.receive(bytes) }
    }

    private func flush() async throws {
        let bytes = session.takeOutgoing()
        if !bytes.isEmpty { try await connection.say(bytes) }
    }
}

/// Certificates of now, and what tests need to ask a peer.
struct EncryptedWorld {
    static let shared = Result { try EncryptedWorld() }

    let root: Certificate
    private let rootKey, leafKey: PrivateKey
    static let name = "dns.example"

    init() throws {
        rootKey = try .generate(.ecdsa(.p256))
        leafKey = try .generate(.ecdsa(.p256))
        var draft = Self.draft("Root")
        draft.isCA = true
        root = try draft.selfSigned(with: rootKey)
    }

    private static func draft(_ name: String) -> CertificateBuilder {
        let now = WallClock.now
        var draft = CertificateBuilder(
            commonName: name, notBefore: now - 86_400, notAfter: now + 86_400)
        draft.serialNumber = .random(in: 1 ... .max >> 1)
        return draft
    }

    /// A server whose certificate is for the name and for 127.0.0.1, unless changed.
    func context(
        alpn: [String] = [], isSelfSigned: Bool = false,
        _ change: (inout CertificateBuilder) -> Void = { _ in }
    ) throws -> TLSContext {
        var draft = Self.draft(Self.name)
        draft.dnsNames = [Self.name]
        draft.ipAddresses = [[127, 0, 0, 1]]
        change(&draft)
        let leaf =
            isSelfSigned
            ? try draft.selfSigned(with: leafKey)
            : try draft.issued(by: root, key: rootKey, for: leafKey)
        return try TLSContext(
            server: [ServerIdentity(certificates: [leaf], key: leafKey, names: [])],
            versions: .tls12 ... .tls13, requiresClientCertificate: false, alpn: alpn)
    }

    /// `tls` and `https` SPECs with the name; plain resolvers as given.
    func exchange(
        _ address: SocketAddress, https path: String? = nil, name: String? = EncryptedWorld.name,
        counts: ExchangeCounts = ExchangeCounts()
    ) throws -> EncryptedExchange {
        let host = [name, "\(address)"].compactMap { $0 }.joined(separator: "@")
        return try exchange(
            path.map { "https://\(host)\($0)" } ?? "tls://\(host)", counts: counts)
    }

    func exchange(
        _ spec: String, plain: [Exchange] = [], counts: ExchangeCounts = ExchangeCounts()
    ) throws -> EncryptedExchange {
        let server = try #require(try ResolverSpec(parsing: spec).encrypted)
        let door = try EncryptedDoor(
            trust: TrustStore(certificates: [root]), addresses: ServerAddresses { plain })
        return EncryptedExchange(server, through: door, counts: counts)
    }
}

extension EncryptedExchange {
    func ask(
        _ name: String = "www.example.test", timer: Duration = .seconds(10),
        deadline: Duration = .seconds(60)
    ) async throws -> Lookup {
        let question = Question(try #require(Name(name)), .a)
        return await self(question, as: .client, timer: timer, by: .now + deadline)
    }
}

extension Message {
    /// An address for whatever is asked.
    var positiveAnswer: [UInt8] {
        let record = questions.first.map {
            Record(owner: $0.name, type: .a, ttl: 300, data: .address(IPAddress(ipv4: 0xc000_0207)))
        }
        return answer([record].compactMap { $0 })
    }
}
