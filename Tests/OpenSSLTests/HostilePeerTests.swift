import OpenSSL
import Testing

/// Whatever a peer sends, the client answers with a step: it never traps and never hoards.
@Suite struct HostilePeerTests {
    let authority: Authority

    init() throws { authority = try Authority.shared.get() }

    func client() throws -> TLSSession {
        let client = try TLSSession(Self.context.get(), serverName: "www.example.test")
        _ = client.handshake()
        _ = client.takeOutgoing()
        return client
    }

    static let context = Result { try TLSContext(client: .strict) }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", Opening.http), ("SSH-2.0-OpenSSH_9.2\r\n", .ssh),
        ("220 mail.example.test ESMTP\r\n", .smtp), ("* OK [CAPABILITY IMAP4rev1]\r\n", .imap),
        ("+OK POP3 ready\r\n", .pop3), ("hello, stranger\r\n", .otherText),
        ("\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}", .otherBytes),
    ])
    func `Plaintext is not TLS, and what it looks like is told`(
        _ text: String, _ opening: Opening
    ) throws {
        let client = try client()
        client.receive(Array(text.utf8))
        let failure = try #require(client.handshake().failure)
        #expect(failure.isNotTLS)
        #expect(failure.opening == opening)
        #expect(client.handshake().failure == failure)
        #expect(client.read() == .failed(failure))
    }

    @Test func `An end of the stream is told from a failure`() throws {
        let client = try client()
        client.receiveEnd()
        let failure = try #require(client.handshake().failure)
        #expect(failure.isEndOfStream)
        #expect(!failure.isNotTLS)
        #expect(failure.opening == .nothing)
    }

    @Test func `Alerts of every number are reported as they came`() throws {
        for number in UInt8(1)...255 {
            let client = try client()
            client.receive([21, 3, 3, 0, 2, 2, number])
            let failure = try #require(client.handshake().failure)
            #expect(failure.alertReceived == number)
            #expect(client.alertReceived == TLSAlert(level: .fatal, number: number))
        }
    }

    @Test func `A certificate message of 10 MB costs one record`() throws {
        // TLS 1.2 up to ServerHello, then a Certificate that announces 10 MB.
        let server = try TLSSession(
            server: try TLSContext(
                server: [authority.identity(try authority.leaf())], versions: .tls12 ... .tls12))
        let client = try TLSSession(Self.context.get(), serverName: nil)
        _ = client.handshake()
        server.receive(client.takeOutgoing())
        _ = server.handshake()
        let flight = server.takeOutgoing()
        let helloEnd = 5 + Int(flight[3]) << 8 + Int(flight[4])
        client.receive(Array(flight[..<helloEnd]))
        #expect(client.handshake() == .wantsRead)
        client.receive(
            [0x16, 3, 3, 0x40, 0, 11, 0x98, 0x96, 0x80] + [UInt8](repeating: 0, count: 16_380))
        let failure = try #require(client.handshake().failure)
        #expect(failure.reason?.text == "excessive message size")
    }

    @Test func `More bytes than a handshake may hold end it`() throws {
        let client = try client()
        var step = TLSSession.Step.wantsRead
        // A record of TLS that never completes a message: hello requests, ignored one by one.
        for _ in 0..<100_000 where step == .wantsRead {
            client.receive([0x16, 3, 3, 0, 4, 0, 0, 0, 0] + [0x16, 3, 3, 0, 4, 0, 0, 0, 0])
            step = client.handshake()
        }
        #expect(step.failure != nil)
        let flooded = try self.client()
        flooded.receive([UInt8](repeating: 0x16, count: 2 << 20))
        #expect(flooded.handshake().failure?.isOverLimit == true)
    }

    @Test func `Every flipped and every cut byte of a server's flight ends in a step`() throws {
        let context = try TLSContext(
            server: [authority.identity(try authority.leaf())], versions: .tls12 ... .tls12)
        let length = try flight(context).bytes.count
        for index in stride(from: 0, to: length, by: 3) {
            let (client, bytes) = try flight(context)
            guard index < bytes.count else { continue }
            var flipped = bytes
            flipped[index] ^= UInt8(truncatingIfNeeded: 1 << (index % 8))
            client.receive(flipped)
            #expect(client.handshake() != .done)
            _ = (client.sentChain, client.leaf, client.group, client.signature, client.version)

            let (cut, all) = try flight(context)
            cut.receive(Array(all[..<min(index, all.count)]))
            cut.receiveEnd()
            #expect(cut.handshake().failure?.isEndOfStream == true)
        }
    }

    @Test func `Garbage in handshake records ends in a failure`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let client = try client()
            let body = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            client.receive([0x16, 3, 3, 0, UInt8(body.count)] + body)
            client.receiveEnd()
            #expect(client.handshake().failure != nil)
        }
    }

    private func flight(_ context: TLSContext) throws -> (client: TLSSession, bytes: [UInt8]) {
        let client = try TLSSession(Self.context.get(), serverName: nil)
        let server = try TLSSession(server: context)
        _ = client.handshake()
        server.receive(client.takeOutgoing())
        _ = server.handshake()
        return (client, server.takeOutgoing())
    }
}
