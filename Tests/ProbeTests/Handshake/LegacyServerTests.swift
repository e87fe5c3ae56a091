import Addresses
import OpenSSL
import Peers
import Sockets
import Testing

@testable import Probe

/// Servers that speak what libssl does not: GnuTLS, and bytes of our own for what nobody has any more.
@Suite struct LegacyServerTests {
    let authority: ServerAuthority

    static let scanning: HandshakeStage.Extras = {
        var extras = HandshakeStage.Extras()
        extras.scansVersions = true
        return extras
    }()

    init() throws { authority = try ServerAuthority.shared.get() }

    @Test(
        .enabled(if: Program.arePresent("gnutls-serv")),
        arguments: [
            ("3DES-CBC", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
            ("ARCFOUR-128", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
        ])
    func `A broken cipher alone is told by its name`(_ cipher: String, _ name: String)
        async throws
    {
        let priority =
            "NONE:+VERS-TLS1.2:+\(cipher):+ECDHE-RSA:+SHA1:+SIGN-ALL:+COMP-NULL:+GROUP-ALL"
        let seen = try await RealServer(.gnutls(priority)).see()
        #expect(seen.primary == .tlsCipherMismatch, "\(seen.evidence)")
        #expect(seen.evidence.contains("gets TLS 1.2 with \(name)"), "\(seen.evidence)")
    }

    @Test(.enabled(if: Program.arePresent("gnutls-serv")))
    func `The versions that a server takes are found one by one`() async throws {
        let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.2"
        let seen = try await RealServer(.gnutls(priority)).see(Self.scanning)
        let offered = seen.results[0].handshake?.offers?.versions
        #expect(
            offered == [
                .ssl2: false, .ssl3: false, .tls10: true, .tls11: false, .tls12: true,
                .tls13: false,
            ])
        #expect(seen.classes == [.tlsLegacyOffered], "\(seen.evidence)")
        #expect(seen.evidence.contains("the server still takes TLS 1.0"))
        #expect(seen.primary == nil)
    }

    @Test func `Versions are not asked for unless the module says so`() async throws {
        let context = try authority.context(versions: .tls10 ... .tls13)
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        let quiet = await (try authority.stage()).see([server.address])
        #expect(quiet.results[0].handshake?.offers == nil)
        #expect(quiet.classes.isEmpty)
        let loud = await (try authority.stage(extras: Self.scanning)).see([server.address])
        #expect(loud.classes == [.tlsLegacyOffered], "\(loud.evidence)")
        #expect(loud.results[0].handshake?.offers?.taken == [.tls10, .tls11, .tls12, .tls13])
    }

    @Test func `SSL 3-0 and SSL 2-0 alone are found after both handshakes failed`() async throws {
        let ssl3 = try LoopbackServer { connection in
            let hello = try await connection.hello()
            if hello.starts(with: [22, 3, 0]) {
                try await connection.write(HandshakeOutcomeTests.ssl3ServerHello, by: soon())
            } else {
                try await connection.alert(40)
            }
            try await connection.end()
        }
        let ssl2 = try LoopbackServer { connection in
            let hello = try await connection.hello()
            guard hello.first == 0x80 else { return connection.reset() }
            try await connection.write([0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0], by: soon())
            try await connection.end()
        }
        for (server, text) in [
            (ssl3, "gets SSL 3.0 with TLS_RSA_WITH_RC4"), (ssl2, "gets SSL 2.0"),
        ] {
            let seen = await (try authority.stage()).see([server.address])
            #expect(seen.primary == .tlsProtocolUnsupported, "\(seen.evidence)")
            #expect(seen.evidence.contains(text), "\(seen.evidence)")
        }
    }
}
