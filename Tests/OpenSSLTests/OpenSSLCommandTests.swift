import OpenSSL
import Testing

/// The `openssl` command of the distribution as a peer and as a second opinion.
@Suite struct OpenSSLCommandTests {
    let authority: Authority
    let folder = Folder()

    init() throws { authority = try Authority.shared.get() }

    /// Runs `openssl s_server` for one connection and shakes hands with it.
    func handshake(
        _ options: String, profile: ClientProfile = .strict, identity: ServerIdentity? = nil
    ) throws -> (session: TLSSession, step: TLSSession.Step) {
        let identity = try identity ?? authority.identity(try authority.leaf())
        let leaf = folder.file("leaf.pem", identity.certificates[0].pem)
        let chain = folder.file("chain.pem", identity.certificates[1...].flatMap(\.pem))
        let key = folder.file("key.pem", identity.key.pem)
        let server = Command(
            "openssl s_server -accept 127.0.0.1:0 -naccept 1 -www -cert \(leaf) -key \(key)"
                + " -cert_chain \(chain) \(options)")
        var port: UInt16?
        while port == nil, let line = server.line() {
            guard line.hasPrefix("ACCEPT ") else { continue }
            port = line.split(separator: ":").last.flatMap { UInt16($0) }
        }
        let connection = try #require(port.flatMap { Connection(port: $0) })
        defer {  // it ends with its one connection
            connection.end()
            _ = server.output
        }
        let session = try TLSSession(
            try TLSContext(client: profile), serverName: "www.example.test")
        var step = session.handshake()
        connection.send(session.takeOutgoing())
        while step == .wantsRead {
            let bytes = connection.receive()
            bytes.isEmpty ? session.receiveEnd() : session.receive(bytes)
            step = session.handshake()
            connection.send(session.takeOutgoing())
        }
        if step == .done {
            session.write(Array("GET / HTTP/1.0\r\n\r\n".utf8))
            connection.send(session.takeOutgoing())
            var result = session.read()
            while result == .wantsRead, case let bytes = connection.receive(), !bytes.isEmpty {
                session.receive(bytes)
                result = session.read()
            }
            guard case .bytes(let page) = result else {
                Issue.record("no page but \(result)")
                return (session, step)
            }
            #expect(page.starts(with: Array("HTTP/1.0 200".utf8)))
        }
        return (session, step)
    }

    @Test func `s_server of TLS 1-3 with a staple`() throws {
        let staple = folder.file("staple.der", Self.ocspInternalError)
        let (session, step) = try handshake("-groups P-384 -status_file \(staple)")
        #expect(step == .done)
        #expect(session.version == "TLSv1.3")
        #expect(session.group == "P-384")
        #expect(session.sentChain.count == 2)
        #expect(session.ocspResponse == Self.ocspInternalError)
        #expect(session.sessionTicketSeen)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `Timestamps in the TLS extension for them are noticed`(_ version: String) throws {
        let signature: [UInt8] = [4, 3, 0, 8] + [UInt8](repeating: 9, count: 8)
        let one = [0] + [UInt8](repeating: 7, count: 40) + [0, 0] + signature
        let list = [0, UInt8(one.count + 2), 0, UInt8(one.count)] + one
        // ClientHello, TLS 1.2 ServerHello and TLS 1.3 Certificate; SSL_CTX_use_serverinfo_ex(3).
        let entry = [0, 0, 0x11, 0x80, 0, 18, 0, UInt8(list.count)] + list
        let file = folder.file("entry", entry)
        let lines = Command("base64 \(file)").output
        let pem =
            ["-----BEGIN SERVERINFOV2 FOR TIMESTAMPS-----"] + lines
            + ["-----END SERVERINFOV2 FOR TIMESTAMPS-----", ""]
        let info = folder.file("info.pem", Array(pem.joined(separator: "\n").utf8))
        let (session, step) = try handshake("\(version) -serverinfo \(info)")
        #expect(step == .done)
        #expect(session.hasTimestampExtension)
        #expect(try !handshake(version).session.hasTimestampExtension)
    }

    @Test func `s_server of TLS 1-2 with an RSA key exchange has no group`() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let leaf = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: key)
        let identity = ServerIdentity(
            certificates: [leaf, authority.intermediate], key: key, names: [])
        let (session, step) = try handshake(
            "-tls1_2 -cipher AES128-GCM-SHA256", identity: identity)
        #expect(step == .done)
        #expect(session.cipher == "AES128-GCM-SHA256")
        #expect(session.cipherStandardName == "TLS_RSA_WITH_AES_128_GCM_SHA256")
        #expect(session.hasForwardSecrecy == false)
        #expect(session.group == nil)
        #expect(session.signature == nil)
    }

    @Test func `A cipher suite of small devices is taken permissively`() throws {
        let options = "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256"
        #expect(try handshake(options).step.failure?.alertReceived == 40)
        let (session, step) = try handshake(options, profile: .permissive)
        #expect(step == .done)
        #expect(session.cipher == "TLS_AES_128_CCM_SHA256")
    }

    @Test func `A small DH group fails strictly, and permissively shows its size`() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let leaf = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: key)
        let identity = ServerIdentity(
            certificates: [leaf, authority.intermediate], key: key, names: [])
        _ =
            Command(
                "openssl genpkey -genparam -algorithm DH -pkeyopt group:modp_1536"
                    + " -out \(folder.path)/dh.pem"
            ).output
        let options =
            "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0 -dhparam \(folder.path)/dh.pem"
        let failure = try #require(try handshake(options, identity: identity).step.failure)
        #expect(failure.concern == .weakParameters)
        #expect(failure.reason?.text == "dh key too small")
        let (session, step) = try handshake(options, profile: .permissive, identity: identity)
        #expect(step == .done)
        #expect(session.group == "DH 1536")
    }

    @Test func `openssl verify finds the same first fault`() throws {
        let now = Authority.now
        let leaf = try authority.leaf()
        let expired = try authority.leaf { $0.notAfter = now - 60 }
        let early = try authority.leaf { $0.notBefore = now + 60 }
        let purpose = try authority.leaf { $0.extendedUsages = [.codeSigning] }
        let own = try Authority.draft("own.test").selfSigned(with: authority.leafKey)
        var forged = leaf.der
        forged[forged.count - 1] ^= 1
        let tampered = try #require(Certificate(der: forged))
        let cases: [(leaf: Certificate, sent: [Certificate], store: [Certificate])] = [
            (leaf, [authority.intermediate], [authority.root]),
            (leaf, [], [authority.root]),
            (leaf, [authority.intermediate, authority.root], [own]),
            (leaf, [authority.intermediate], [authority.intermediate]),
            (leaf, [], [leaf]),
            (expired, [authority.intermediate], [authority.root]),
            (early, [authority.intermediate], [authority.root]),
            (purpose, [authority.intermediate], [authority.root]),
            (tampered, [authority.intermediate], [authority.root]),
            (own, [], [authority.root]),
            (own, [], [own]),
        ]
        for (number, (leaf, sent, store)) in cases.enumerated() {
            let trusted = folder.file("trusted.pem", store.flatMap(\.pem))
            let untrusted = folder.file("untrusted.pem", sent.flatMap(\.pem))
            let output = Command(
                "openssl verify -attime \(now) -auth_level 2 -purpose sslserver -partial_chain"
                    + " -trusted \(trusted) \(sent.isEmpty ? "" : "-untrusted \(untrusted)")"
                    + " \(folder.file("leaf.pem", leaf.pem))"
            ).output
            let ours = TrustStore(certificates: store).verify(leaf, sent: sent, at: now)
            #expect(
                ours.isTrusted == output.contains { $0.hasSuffix("leaf.pem: OK") },
                "case \(number): \(output)")
            let theirs = output.first { $0.hasPrefix("error ") && $0.contains(" depth lookup") }
            let first = ours.faults.first.map { "error \($0.code.rawValue) at \($0.depth) depth" }
            #expect(
                theirs?.hasPrefix(first ?? "none") ?? (first == nil), "case \(number): \(output)")
        }
    }

    /// OCSPResponse { responseStatus internalError } (RFC 6960 4.2.1).
    private static let ocspInternalError: [UInt8] = [0x30, 3, 0x0a, 1, 2]
}
