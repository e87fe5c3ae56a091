import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// What is asked again once a handshake failed, and what it tells.
@Suite struct RetryTests {
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    enum Refusal: Sendable, CaseIterable {
        case reset, silence

        func refuse(_ connection: TCPConnection) async throws {
            switch self {
            case .reset: connection.reset()
            case .silence: try await connection.drain()
            }
        }

        var failureClass: FailureClass { self == .reset ? .tlsReset : .tlsHandshakeTimeout }
    }

    /// A server that refuses some ClientHellos, whatever else they say.
    func server(
        _ refusal: Refusal, _ isRefused: @escaping @Sendable ([UInt8]) -> Bool
    ) throws -> LoopbackServer {
        let context = try authority.context(versions: .tls12 ... .tls12)
        return try LoopbackServer { connection in
            let hello = try await connection.hello()
            if isRefused(hello) { return try await refusal.refuse(connection) }
            try await connection.serveTLS(context, after: hello)
        }
    }

    @Test(arguments: Refusal.allCases)
    func `Something that does not take a large ClientHello is told`(_ refusal: Refusal)
        async throws
    {
        let server = try server(refusal) { $0.count > 160 }
        let seen = await (try authority.stage()).see([server.address])
        #expect(seen.primary == refusal.failureClass, "\(seen.evidence)")
        let handshake = try #require(seen.results[0].handshake)
        let (small, size) = (try #require(handshake.smallHello), try #require(handshake.helloSize))
        #expect(small.version == .tls12 && small.size <= 160)
        #expect(small.paddedSize == size && small.takesPadded == false)
        #expect(
            seen.evidence.contains(
                "a ClientHello of \(small.size) bytes gets TLS 1.2 and the same one padded to \(size)"
            ),
            "\(seen.evidence)")
        #expect(seen.evidence.contains("does not take large ones"))
    }

    @Test func `What a modern ClientHello offers is told from its size`() async throws {
        // supported_versions with TLS 1.3 first (RFC 8446 4.2.1).
        let server = try server(.reset) { $0.contains([0, 43, 0, 5, 4, 3, 4]) }
        let seen = await (try authority.stage()).see([server.address])
        #expect(seen.primary == .tlsReset)
        #expect(seen.results[0].handshake?.smallHello?.takesPadded == true)
        #expect(seen.evidence.contains("does not take what a modern one offers"))
    }

    @Test func `A silent filter on the name is told`() async throws {
        let name = Array(ServerAuthority.host.utf8)
        let server = try server(.silence) { $0.contains(name) }
        let seen = await (try authority.stage()).see([server.address])
        #expect(seen.primary == .tlsHandshakeTimeout)
        #expect(
            seen.evidence.contains(
                "without SNI the handshake completes: something filters the name"),
            "\(seen.evidence)")
        #expect(seen.results[0].handshake?.smallHello == nil)
    }

    @Test func `A reset that follows a request for a certificate says so`() async throws {
        let context = try authority.context(
            versions: .tls13 ... .tls13, requiresClientCertificate: true)
        let server = try LoopbackServer { connection in
            let session = try TLSSession(server: context)
            session.receive(try await connection.hello())
            _ = session.handshake()
            try await connection.write(session.takeOutgoing(), by: soon())
            _ = try await connection.hello()
            connection.reset()
        }
        let seen = await (try authority.stage()).see([server.address])
        #expect(seen.primary == .tlsReset)
        #expect(seen.evidence.contains("it had asked for a client certificate"))
    }

    @Test func `Nothing of one handshake is used in the next`() async throws {
        let context = try authority.context()
        let hellos = Mutex<[[UInt8]]>([])
        let server = try LoopbackServer { connection in
            let hello = try await connection.hello()
            hellos.withLock { $0.append(hello) }
            try await connection.serveTLS(context, after: hello)
        }
        let stage = try authority.stage()
        for _ in 1...2 { #expect(await stage.see([server.address]).classes == []) }
        let seen = hellos.withLock { $0 }
        #expect(seen.count == 2)
        for hello in seen {
            let types = Self.extensionTypes(of: hello)
            #expect(types.contains(0) && types.contains(43))
            // session_ticket, pre_shared_key and early_data (RFC 5077, RFC 8446 4.2).
            #expect(types.isDisjoint(with: [35, 41, 42]), "\(types)")
        }
    }

    /// RFC 8446 4.1.2, of a ClientHello in one record.
    static func extensionTypes(of hello: [UInt8]) -> Set<UInt16> {
        func number(_ place: Int) -> Int {
            place + 1 < hello.count ? Int(hello[place]) << 8 | Int(hello[place + 1]) : 0
        }
        var place = 5 + 4 + 2 + 32
        place += 1 + Int(hello[place])
        place += 2 + number(place)
        place += 1 + Int(hello[place]) + 2
        var types: Set<UInt16> = []
        while place + 4 <= hello.count {
            types.insert(UInt16(number(place)))
            place += 4 + number(place + 2)
        }
        return types
    }
}
