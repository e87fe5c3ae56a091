import OpenSSL
import Peers
import Testing

@testable import Probe

/// What OpenSSL's, GnuTLS's, tlslite-ng's and nginx's servers do with odd settings, and the class that comes of it.
@Suite(.enabled(if: Program.arePresent("openssl", "gnutls-serv", "nginx", Tlslite.python)))
struct RealServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let program: RealServer.Program
        let primary: FailureClass?
        let evidence: String

        init(
            _ name: String, _ program: RealServer.Program, _ primary: FailureClass?,
            _ evidence: String = ""
        ) {
            (testDescription, self.program, self.primary) = (name, program, primary)
            self.evidence = evidence
        }
    }

    static let everyCipher = ["-cipher", "ALL:@SECLEVEL=0"]

    static let cases: [Case] = [
        Case(
            "openssl, TLS 1.0", .openssl(["-tls1"] + everyCipher), .tlsProtocolUnsupported,
            "a permissive one gets TLS 1.0"),
        Case(
            "openssl, Diffie-Hellman of 1024 bits",
            .openssl([
                "-tls1_2", "-dhparam", "dh.pem", "-cipher",
                "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0",
            ]), .tlsWeakParameters, "DH 1024"),
        Case(
            "openssl, signs with SHA-1",
            .openssl([
                "-tls1_2", "-sigalgs", "RSA+SHA1", "-cipher",
                "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
            ]), .tlsWeakParameters, "rsa_pkcs1_sha1"),
        Case(
            "openssl, client certificate, TLS 1.2", .openssl(["-tls1_2", "-Verify", "1"]),
            .clientCertificateRequired, "handshake failure (40)"),
        Case(
            "openssl, client certificate, TLS 1.3", .openssl(["-tls1_3", "-Verify", "1"]),
            .clientCertificateRequired, "certificate required (116)"),
        Case(
            "openssl, client certificate, TLS 1.3, no ticket",
            .openssl(["-tls1_3", "-Verify", "1", "-no_ticket", "-num_tickets", "0"]),
            .clientCertificateRequired, "certificate required (116)"),
        Case(
            "openssl, client certificate as one likes", .openssl(["-tls1_3", "-verify", "1"]), nil),
        Case(
            "openssl, anonymous",
            .openssl(["-nocert", "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"]), .tlsCipherMismatch,
            "_anon_WITH_"),
        Case(
            "openssl, no certificate", .openssl(["-nocert"]), .tlsHandshakeFailure,
            "the server sent alert handshake failure (40)"),
        Case(
            "openssl, a cipher suite of TLS 1.3 that no client offers",
            .openssl(["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"]), .tlsCipherMismatch,
            "gets TLS 1.3 with TLS_AES_128_CCM_SHA256"),
        Case(
            "openssl, no encryption",
            .openssl(["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"]), .tlsCipherMismatch,
            "gets TLS 1.2 with TLS_RSA_WITH_NULL_SHA256"),
        Case(
            "openssl, another name",
            .openssl([
                "-servername", "other.test", "-servername_fatal", "-cert2", "leaf.pem", "-key2",
                "key.pem",
            ]), .sniUnrecognized, "unrecognized name (112)"),
        Case(
            "gnutls, TLS 1.1", .gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.1"), .tlsProtocolUnsupported,
            "TLS 1.1"),
        Case(
            "gnutls, client certificate, TLS 1.2",
            .gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2", ["--require-client-cert"]),
            // Its alert is none of those that say so: decode_error.
            .tlsHandshakeFailure, "it had asked for a client certificate and got none"),
        Case(
            "gnutls, client certificate, TLS 1.3",
            .gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.3", ["--require-client-cert"]),
            .clientCertificateRequired, "asked for a client certificate"),
        Case(
            "tlslite-ng, SSL 3.0",
            .tlslite(
                "settings.minVersion = settings.maxVersion = (3, 0); settings.versions = [(3, 0)]"),
            .tlsProtocolUnsupported, "gets SSL 3.0"),
        Case(
            "tlslite-ng, RC4",
            .tlslite("settings.cipherNames = ['rc4']; settings.maxVersion = (3, 3)"),
            .tlsCipherMismatch, "_WITH_RC4_128_"),
        Case(
            "nginx, TLS 1.0 and 1.1",
            .nginx("ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"),
            .tlsProtocolUnsupported, "a permissive one gets TLS 1.1"),
        Case("nginx, every name", .nginx("ssl_reject_handshake on;"), .sniUnrecognized, "(112)"),
        Case(
            "nginx, client certificate",
            // nginx shakes hands with anybody, and answers 400 to the first request.
            .nginx("ssl_client_certificate intermediate.pem; ssl_verify_client on;"), nil),
    ]

    @Test(arguments: cases)
    func `Each setting has its class`(_ one: Case) async throws {
        let seen = try await RealServer(one.program).see()
        #expect(seen.primary == one.primary, "\(seen.evidence)")
        #expect(seen.evidence.contains(one.evidence), "\(seen.evidence)")
        let handshake = try #require(seen.results[0].handshake)
        #expect(handshake.isCompleted == (one.primary == nil))
        if one.testDescription.contains("client certificate") {
            #expect(handshake.clientCertificateRequested)
        }
    }

    @Test func `A request for a certificate that nothing follows is no finding`() async throws {
        let program = RealServer.Program.openssl([
            "-tls1_3", "-verify", "1", "-no_ticket", "-num_tickets", "0",
        ])
        // Silence is waited out, so that the timer is short here.
        let seen = try await RealServer(program).see(budget: .seconds(10))
        let handshake = try #require(seen.results[0].handshake)
        #expect(handshake.isCompleted && handshake.clientCertificateRequested)
        #expect(seen.classes == [], "\(seen.evidence)")
    }

    @Test(arguments: [
        (
            RealServer.Program.nginx("ssl_ecdh_curve secp384r1; ssl_protocols TLSv1.2 TLSv1.3;"),
            ["P-384"]
        ),
        (.nginx("ssl_ecdh_curve X25519:secp521r1; ssl_protocols TLSv1.2;"), ["P-521", "X25519"]),
        (
            .gnutls("NORMAL:-GROUP-ALL:+GROUP-X448:+GROUP-FFDHE2048:-VERS-ALL:+VERS-TLS1.3"),
            ["X448", "ffdhe2048"]
        ),
        (
            .tlslite(
                """
                settings.eccCurves = ["x25519mlkem768", "secp384r1"]; settings.dhGroups = []
                settings.keyShares = ["x25519mlkem768"]
                """), ["P-384", "X25519MLKEM768"]
        ),
    ])
    func `The groups of a server are found`(_ program: RealServer.Program, _ groups: [String])
        async throws
    {
        let seen = try await RealServer(program).see(LegacyServerTests.scanning)
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.groups.map(\.name).sorted() == groups, "\(seen.evidence)")
        #expect(offers.isComplete)
    }

    @Test func `The cipher suites of a server are found`() async throws {
        let server = try await RealServer(
            .nginx(
                "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES256-SHA:AES128-GCM-SHA256;"
            ))
        let seen = try await server.see(LegacyServerTests.scanning)
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.taken == [.tls12, .tls13])
        #expect(
            offers.suites[.tls12].map { Set($0.map(\.name)) } == [
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256",
            ])
        #expect(seen.classes == [], "\(seen.evidence)")
    }
}
