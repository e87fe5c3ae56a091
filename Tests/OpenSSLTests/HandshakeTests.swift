import OpenSSL
import Testing

@Suite struct HandshakeTests {
    let authority: Authority

    init() throws { authority = try Authority.shared.get() }

    func wire(
        _ server: TLSContext, profile: ClientProfile = .strict, name: String? = "www.example.test",
        alpn: [String] = []
    ) throws -> Wire {
        Wire(
            client: try TLSSession(try TLSContext(client: profile, alpn: alpn), serverName: name),
            server: try TLSSession(server: server))
    }

    func server(
        _ versions: ClosedRange<TLSVersion> = .tls12 ... .tls13, ciphers: String = "ALL:@SECLEVEL=0"
    ) throws -> TLSContext {
        try TLSContext(
            server: [authority.identity(try authority.leaf())], versions: versions,
            ciphers: ciphers, alpn: ["h2", "http/1.1"])
    }

    @Test func `A TLS 1.3 handshake tells all its facts`() throws {
        let wire = try wire(try server(), alpn: ["http/1.1", "h2"])
        let (client, server) = wire.handshake()
        #expect(client == .done)
        #expect(server == .done)
        #expect(wire.client.version == "TLSv1.3")
        #expect(wire.client.versionOffered == .tls13)
        #expect(wire.client.cipher == "TLS_AES_128_GCM_SHA256")
        #expect(wire.client.cipherStandardName == "TLS_AES_128_GCM_SHA256")
        #expect(wire.client.group == "X25519")
        #expect(wire.client.signature == "ecdsa_secp256r1_sha256")
        #expect(wire.client.alpn == "h2")
        #expect(wire.client.hasForwardSecrecy == true)
        #expect(wire.client.leaf?.dnsNames == ["www.example.test"])
        #expect(wire.client.sentChain == [try #require(wire.client.leaf), authority.intermediate])
        #expect(wire.client.serverHelloSeen)
        #expect(wire.client.serverNameAcknowledged == false)
        #expect(!wire.client.clientCertificateRequested)
        #expect(wire.client.ocspResponse == nil)
        #expect(wire.client.read() == .wantsRead)
        #expect(wire.client.sessionTicketSeen)
        #expect(wire.client.alertReceived == nil)
    }

    @Test func `TLS 1.2 facts carry the old names`() throws {
        let wire = try wire(try server(.tls12 ... .tls12, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256"))
        #expect(wire.handshake().client == .done)
        #expect(wire.client.version == "TLSv1.2")
        #expect(wire.client.cipher == "ECDHE-ECDSA-AES128-GCM-SHA256")
        #expect(wire.client.cipherStandardName == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        #expect(wire.client.group == "X25519")
        #expect(wire.client.signature == "ecdsa_secp256r1_sha256")
        #expect(wire.client.sentChain.count == 2)
    }

    @Test func `Bytes one at a time make the same handshake, and data passes both ways`() throws {
        var wire = try wire(try server())
        wire.piece = 1
        let (client, server) = wire.handshake()
        #expect(client == .done)
        #expect(server == .done)
        #expect(wire.client.write(Array("ping".utf8)) == nil)
        wire.server.receive(wire.client.takeOutgoing())
        #expect(wire.server.read() == .bytes(Array("ping".utf8)))
        wire.server.write(Array("pong".utf8))
        wire.server.shutdown()
        wire.client.receive(wire.server.takeOutgoing())
        #expect(wire.client.read(2) == .bytes(Array("po".utf8)))
        #expect(wire.client.read() == .bytes(Array("ng".utf8)))
        #expect(wire.client.read() == .closed)
    }

    @Test func `SNI picks the identity, an IP literal sends none, a stranger may be refused`()
        throws
    {
        let other = try authority.leaf("other.example.test")
        var stapled = authority.identity(other, names: ["*.example.test"])
        stapled.ocspResponse = [1, 2, 3]
        let first = authority.identity(try authority.leaf(), names: ["www.example.test"])
        let context = try TLSContext(server: [first, stapled], refusesUnknownNames: true)

        let named = try wire(context, name: "OTHER.example.test.")
        #expect(named.handshake().client == .done)
        #expect(named.client.leaf == other)
        #expect(named.client.ocspResponse == [1, 2, 3])
        #expect(named.client.serverNameAcknowledged)

        let literal = try wire(context, name: "2001:db8::1")
        #expect(literal.handshake().client == .done)
        #expect(literal.client.leaf == first.certificates[0])

        let refused = try wire(context, name: "stranger.test").handshake().client.failure
        #expect(refused?.alertReceived == 112)
        #expect(TLSAlert(level: .fatal, number: 112).description == "unrecognized name (112)")
    }

    @Test func `A client certificate demanded shows in both versions`() throws {
        let identity = authority.identity(try authority.leaf())
        let old = try wire(
            try TLSContext(
                server: [identity], versions: .tls12 ... .tls12, requiresClientCertificate: true))
        let failure = old.handshake().client.failure
        #expect(failure?.alertReceived == 40)
        #expect(old.client.clientCertificateRequested)
        #expect(old.client.leaf == identity.certificates[0])

        let new = try wire(try TLSContext(server: [identity], requiresClientCertificate: true))
        #expect(new.handshake().client == .done)
        #expect(new.client.clientCertificateRequested)
        guard case .failed(let late) = new.client.read() else {
            Issue.record("read does not see the alert")
            return
        }
        #expect(late.alertReceived == 116)
        #expect(!new.client.sessionTicketSeen)
        #expect(late.concern == .certificate)
    }

    @Test(arguments: [TLSVersion.tls10, .tls11])
    func `An old server fails strictly and works permissively`(_ version: TLSVersion) throws {
        let old = try server(version...version)
        let strict = try wire(old)
        let failure = try #require(strict.handshake().client.failure)
        #expect(failure.concern == .version)
        #expect(!failure.isNotTLS)
        let permissive = try wire(old, profile: .permissive)
        #expect(permissive.handshake().client == .done)
        #expect(permissive.client.version == version.name)
        #expect(permissive.client.versionOffered == version)
    }

    @Test func `A server that only answers an old version is refused with its offer known`() throws
    {
        // A ServerHello of TLS 1.0 by hand: OpenSSL's own server would send an alert instead.
        let hello: [UInt8] =
            [0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1] + [UInt8](repeating: 7, count: 32)
            + [0, 0xc0, 0x14, 0]
        let client = try TLSSession(try TLSContext(client: .strict), serverName: nil)
        _ = client.handshake()
        client.receive(hello)
        let failure = try #require(client.handshake().failure)
        #expect(failure.concern == .version)
        #expect(client.versionOffered == .tls10)
        #expect(failure.alertSent == 70)
        #expect(!client.takeOutgoing().isEmpty)
    }

    @Test func `A cipher that strict clients do not offer is told apart`() throws {
        let weak = try server(.tls12 ... .tls12, ciphers: "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
        let failure = try #require(try wire(weak).handshake().client.failure)
        #expect(failure.alertReceived == 40)
        let permissive = try wire(weak, profile: .permissive)
        #expect(permissive.handshake().client.failure != nil)  // ALL has no NULL ciphers
    }

    @Test func `A weak group fails strictly and works permissively`() throws {
        let context = try TLSContext(
            server: [authority.identity(try authority.leaf())], versions: .tls12 ... .tls12,
            ciphers: "ADH-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
            hasWeakGroup: true)
        // Without an RSA key only the anonymous cipher is left, which "DEFAULT" lacks.
        #expect(try wire(context).handshake().client.failure?.alertReceived == 40)
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let rsa = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: key)
        let weak = try TLSContext(
            server: [.init(certificates: [rsa], key: key, names: [])], versions: .tls12 ... .tls12,
            ciphers: "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", hasWeakGroup: true)
        #expect(try wire(weak).handshake().client.failure?.concern == .weakParameters)
        let permissive = try wire(weak, profile: .permissive)
        #expect(permissive.handshake().client == .done)
        #expect(permissive.client.group == "DH 1536")
    }

    @Test func `Contexts, certificates and stores are shared by many tasks`() async throws {
        let serverContext = try server()
        let clientContext = try TLSContext(client: .strict)
        let store = authority.store()
        let trusted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    let wire = Wire(
                        client: try TLSSession(clientContext, serverName: "www.example.test"),
                        server: try TLSSession(server: serverContext))
                    guard wire.handshake().client == .done, let leaf = wire.client.leaf
                    else { return false }
                    return leaf.matches(host: "www.example.test")
                        && store.verify(leaf, sent: wire.client.sentChain, at: Authority.now)
                            .isTrusted
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(trusted == 64)
    }

    @Test func `A server name that C would cut is refused`() throws {
        let context = try TLSContext(client: .strict)
        let long = String(repeating: "a.", count: 200) + "test"
        for name in ["www.example.test\u{0}.evil", long] {
            #expect(throws: OpenSSLError.self) { try TLSSession(context, serverName: name) }
        }
    }

    @Test func `RSA and ECDSA of the same names are served by what the client can`() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let rsa = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: key)
        let context = try TLSContext(
            server: [
                authority.identity(try authority.leaf()),
                ServerIdentity(certificates: [rsa], key: key, names: []),
            ], versions: .tls12 ... .tls12, ciphers: "ECDHE-RSA-AES128-GCM-SHA256")
        let wire = try wire(context)
        #expect(wire.handshake().client == .done)
        #expect(wire.client.leaf == rsa)
        #expect(wire.client.signature == "rsa_pss_rsae_sha256")
    }
}
