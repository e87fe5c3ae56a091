import Addresses
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// One server that behaves in one way: what the stage records and which class comes of it.
@Suite struct HandshakeOutcomeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let primary: FailureClass?
        let evidence: String
        /// Shorter where the case waits for a timer to end.
        let budget: Duration
        let serve: LoopbackServer.Serve

        init(
            _ name: String, _ primary: FailureClass?, _ evidence: String = "",
            budget: Duration = .seconds(10), _ serve: @escaping LoopbackServer.Serve
        ) {
            (testDescription, self.primary, self.evidence) = (name, primary, evidence)
            (self.budget, self.serve) = (budget, serve)
        }

        /// A TLS server of this context.
        init(
            _ name: String, _ primary: FailureClass?, _ evidence: String = "",
            _ context: @escaping @Sendable (ServerAuthority) throws -> TLSContext
        ) {
            let context = Result { try context(ServerAuthority.shared.get()) }
            self.init(name, primary, evidence) { try await $0.serveTLS(try context.get()) }
        }
    }

    static let short = Duration.seconds(6)

    static let cases: [Case] = [
        Case("sound", nil) { try $0.context() },
        Case("TLS 1.2", nil) { try $0.context(versions: .tls12 ... .tls12) },
        Case("greeting of SMTP", .notTLS, "an SMTP or FTP greeting") {
            try await $0.write("220 mail.example.test ESMTP\r\n")
            try await $0.end()
        },
        Case("greeting, then reset", .notTLS, "an SMTP or FTP greeting") {
            try await $0.write("554 go away\r\n")
            _ = try await $0.hello()
            $0.reset()
        },
        Case("greeting of SSH", .notTLS, "an SSH greeting") {
            try await $0.write("SSH-2.0-OpenSSH_9.2p1\r\n")
            try await $0.end()
        },
        Case("plain HTTP", .notTLS, "an HTTP response") {
            _ = try await $0.hello()
            try await $0.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            try await $0.end()
        },
        Case("two letters and silence", .notTLS, "due: text", budget: short) {
            try await $0.write("ok")
            try await $0.drain()
        },
        Case("end of stream at once", .tlsReset, "closed the connection") { try await $0.end() },
        Case("end of stream after ClientHello", .tlsReset, "closed the connection") {
            _ = try await $0.hello()
        },
        Case("reset at once", .tlsReset) { $0.reset() },
        Case("reset after ClientHello", .tlsReset, "without SNI it does not complete either") {
            _ = try await $0.hello()
            $0.reset()
        },
        Case("silence", .tlsHandshakeTimeout, "no ServerHello came", budget: short) {
            try await $0.drain()
        },
        Case("alert 40", .tlsHandshakeFailure, "handshake failure (40)") {
            _ = try await $0.hello()
            try await $0.alert(40)
            try await $0.end()
        },
        Case("alert 80", .tlsHandshakeFailure, "internal error (80)") {
            _ = try await $0.hello()
            try await $0.alert(80)
            try await $0.end()
        },
        Case("close_notify for an answer", .tlsHandshakeFailure, "close notify (0)") {
            _ = try await $0.hello()
            try await $0.write([21, 3, 3, 0, 2, 1, 0], by: soon())
            try await $0.end()
        },
        Case("alert 112", .sniUnrecognized, "www.example.test") {
            _ = try await $0.hello()
            try await $0.alert(112)
            try await $0.end()
        },
        Case("an unknown name", .sniUnrecognized, "(112)") {
            let identity = $0.identity(
                [try $0.leaf("other.test"), $0.intermediate], names: ["other.test"])
            return try TLSContext(server: [identity], refusesUnknownNames: true)
        },
        Case("client certificate, TLS 1.2", .clientCertificateRequired, "(40)") {
            try $0.context(versions: .tls12 ... .tls12, requiresClientCertificate: true)
        },
        Case("client certificate, TLS 1.3", .clientCertificateRequired, "(116)") {
            try $0.context(versions: .tls13 ... .tls13, requiresClientCertificate: true)
        },
        Case("TLS 1.0 and 1.1", .tlsProtocolUnsupported, "TLS 1.1") {
            try $0.context(versions: .tls10 ... .tls11)
        },
        Case("SSL 3.0", .tlsProtocolUnsupported, "chose SSL 3.0") {
            _ = try await $0.hello()
            try await $0.write(ssl3ServerHello, by: soon())
            try await $0.end()
        },
        Case("Camellia", .tlsCipherMismatch, "CAMELLIA") {
            try TLSContext(
                server: [$0.identity([try $0.leaf(), $0.intermediate])],
                versions: .tls12 ... .tls12,
                ciphers: "ECDHE-ECDSA-CAMELLIA256-SHA384")
        },
        Case("anonymous", .tlsCipherMismatch, "anon") {
            try TLSContext(
                server: [$0.identity([try $0.leaf(), $0.intermediate])],
                versions: .tls12 ... .tls12,
                ciphers: "AECDH-AES256-SHA:@SECLEVEL=0")
        },
        Case("Diffie-Hellman of 1536 bits", .tlsWeakParameters, "DH 1536") {
            let key = try PrivateKey.generate(.rsa(bits: 2048))
            return try TLSContext(
                server: [$0.identity([try $0.leaf(for: key), $0.intermediate], key: key)],
                versions: .tls12 ... .tls12, ciphers: "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0",
                hasWeakGroup: true)
        },
    ]

    /// A record of SSL 3.0 with a ServerHello: 32 bytes of random, no session, cipher 0x0005.
    static let ssl3ServerHello: [UInt8] =
        [22, 3, 0, 0, 42, 2, 0, 0, 38, 3, 0] + [UInt8](repeating: 7, count: 32) + [0, 0, 5, 0]

    @Test(arguments: cases)
    func `Each behaviour has its class`(_ one: Case) async throws {
        let server = try LoopbackServer(one.serve)
        let stage = try ServerAuthority.shared.get().stage()
        let seen = await stage.see([server.address], budget: one.budget)
        #expect(seen.primary == one.primary, "\(seen.evidence)")
        #expect(seen.evidence.contains(one.evidence), "\(seen.evidence)")
        #expect(seen.results[0].isConnected)
        #expect(seen.results[0].handshake?.isCompleted == (one.primary == nil))
    }

    @Test func `What a sound handshake agreed on is recorded`() async throws {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context()
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        let seen = await (try authority.stage()).see([server.address])
        let handshake = try #require(seen.results[0].handshake)
        #expect(handshake.version == "TLSv1.3")
        #expect(handshake.versionOffered == .tls13)
        #expect(handshake.cipher == "TLS_AES_128_GCM_SHA256")
        #expect(handshake.group == "X25519")
        #expect(handshake.signature == "ecdsa_secp256r1_sha256")
        #expect(handshake.alpn == "http/1.1")
        #expect(handshake.hasForwardSecrecy == true)
        #expect(handshake.duration > .zero)
        let certificate = try #require(handshake.certificate)
        #expect(certificate.isTrusted && certificate.nameMatches)
        #expect(certificate.isChainComplete == true)
        #expect(certificate.sentChain.count == 2)
        #expect(certificate.verifiedChain?.last == authority.root)
        #expect(certificate.keyType == "ecdsa")
        #expect(seen.classes.isEmpty)
    }

    @Test func `HTTP is offered where HTTPS is spoken only`() async throws {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context()
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        let seen = await (try authority.stage()).see([server.address], service: .imaps)
        #expect(seen.results[0].handshake?.isCompleted == true)
        #expect(seen.results[0].handshake?.alpn == nil)
    }

    @Test func `A cipher without forward secrecy is a warning`() async throws {
        let authority = try ServerAuthority.shared.get()
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let context = try TLSContext(
            server: [
                authority.identity(
                    [try authority.leaf(for: key), authority.intermediate], key: key)
            ], versions: .tls12 ... .tls12, ciphers: "AES128-GCM-SHA256")
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        let seen = await (try authority.stage()).see([server.address])
        #expect(seen.classes == [.tlsWeakCipher])
        #expect(seen.primary == nil)
    }

    @Test func `A filter on the name is told from a server that resets everybody`() async throws {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context()
        for (number, expected) in [(nil, FailureClass.tlsReset), (UInt8(40), .sniUnrecognized)] {
            let server = try LoopbackServer { connection in
                let hello = try await connection.hello()
                guard String(decoding: hello, as: UTF8.self).contains(ServerAuthority.host) else {
                    return try await connection.serveTLS(context, after: hello)
                }
                guard let number else { return connection.reset() }
                try await connection.alert(number)
                try await connection.end()
            }
            let seen = await (try authority.stage()).see([server.address])
            #expect(seen.primary == expected)
            #expect(seen.results[0].handshake?.completesWithoutServerName == true)
            #expect(seen.evidence.contains("without SNI"))
        }
    }

    @Test func `An address is asked for without SNI and judged by the addresses it names`()
        async throws
    {
        let authority = try ServerAuthority.shared.get()
        let (right, wrong) = (
            try authority.leaf { $0.ipAddresses = [[127, 0, 0, 1]] }, try authority.leaf()
        )
        for (leaf, expected) in [(right, nil), (wrong, FailureClass.certNameMismatch)] {
            let context = try TLSContext(
                server: [authority.identity([leaf, authority.intermediate])])
            let server = try LoopbackServer { connection in
                let hello = try await connection.hello()
                // server_name is extension 0 with a list of host names (RFC 6066 3).
                if String(decoding: hello, as: UTF8.self).contains("127.0.0.1") { return }
                try await connection.serveTLS(context, after: hello)
            }
            let seen = await (try authority.stage()).see([server.address], host: "127.0.0.1")
            #expect(seen.primary == expected)
        }
    }

    @Test func `Another server name takes the host's place in SNI, certificate and evidence`()
        async throws
    {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context()
        let server = try LoopbackServer { connection in
            let hello = try await connection.hello()
            #expect(!String(decoding: hello, as: UTF8.self).contains("host.example"))
            try await connection.serveTLS(context, after: hello)
        }
        let configured = try authority.stage(serverName: ServerAuthority.host)
        let good = await configured.see([server.address], host: "host.example")
        #expect(good.classes.isEmpty)
        let bad = await configured.see(
            [server.address], host: "host.example", serverName: "other.test")
        #expect(bad.primary == .certNameMismatch)
        #expect(bad.evidence.contains("for www.example.test and not for other.test"))
    }
}
