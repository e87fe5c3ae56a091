import Testing

@testable import Configuration

/// `--web.config.file`, in exporter-toolkit's format.
@Suite struct WebConfigurationTests {
    private func read(_ text: String) throws(ConfigurationError) -> WebConfiguration {
        try WebConfiguration(yaml: Array(text.utf8), file: "web.yml")
    }

    @Test(arguments: ["", "# nothing", "tls_server_config:\nbasic_auth_users:", "{}"])
    func nothingIsPlainHTTPForAnyone(_ text: String) throws {
        let web = try read(text)
        #expect(web.tls == nil)
        #expect(web.users.isEmpty && web.headers.isEmpty && web.rateLimit == nil)
    }

    @Test func everything() throws {
        let web = try read(
            """
            tls_server_config:
              cert_file: server.crt
              key: |
                -----BEGIN PRIVATE KEY-----
                -----END PRIVATE KEY-----
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [scraper.example, "192.0.2.1"]
              min_version: TLS11
              max_version: TLS12
              cipher_suites:
                - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                - TLS_AES_128_GCM_SHA256
              prefer_server_cipher_suites: false
              curve_preferences: [X25519, CurveP256]
            http_server_config:
              http2: false
              headers:
                Content-Security-Policy: default-src 'self'
                X-Frame-Options: sameorigin
                X-XSS-Protection: ""
            basic_auth_users:
              alice: $2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG
            rate_limit: {interval: 500ms, burst: 20}
            """)
        let tls = try #require(web.tls)
        guard case .file(let certificate) = tls.certificate else {
            Issue.record("\(tls.certificate)")
            return
        }
        #expect(certificate.value == "server.crt")
        #expect(
            tls.key == .text("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"))
        #expect(tls.clientAuthentication == .requireAndVerify)
        #expect(tls.allowedNames == ["scraper.example", "192.0.2.1"])
        #expect(tls.versions == .tls11 ... .tls12)
        #expect(tls.cipherSuites == ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
        #expect(!tls.prefersOwnSuites)
        #expect(tls.curves == [.x25519, .p256])
        #expect(web.headers.map(\.name) == ["Content-Security-Policy", "X-Frame-Options"])
        #expect(web.users.keys.sorted() == ["alice"])
        #expect(web.rateLimit == .init(interval: .milliseconds(500), burst: 20))
    }

    @Test func suitesOfTLS13AloneLeaveNoOlderVersion() throws {
        let web = try read(
            """
            tls_server_config: {cert_file: a, key_file: b, cipher_suites: [TLS_AES_128_GCM_SHA256]}
            """)
        #expect(web.tls?.versions == .tls13 ... .tls13)
        #expect(try read("rate_limit: {interval: 0, burst: 0}").rateLimit == nil)
    }

    private static let pair = "cert_file: a, key_file: b"

    @Test(arguments: [
        (
            "tls_server_confg: {}",
            "1:1: unknown key \"tls_server_confg\"; did you mean \"tls_server_config\"?"
        ),
        (
            "tls_server_config: {certfile: a}",
            "1:21: unknown key \"certfile\" in tls_server_config; did you mean \"cert_file\"?"
        ),
        ("tls_server_config: {key_file: a}", "1:20: tls_server_config needs cert_file or cert"),
        ("tls_server_config: {cert_file: a}", "1:20: tls_server_config needs key_file or key"),
        (
            "tls_server_config: {\(pair), cert: x}",
            "1:54: cert and cert_file cannot both be given"
        ),
        (
            "tls_server_config: {\(pair), min_version: TLS14}",
            "1:61: tls_server_config.min_version must be TLS10, TLS11, TLS12 or TLS13, not \"TLS14\""
        ),
        (
            "tls_server_config: {\(pair), min_version: TLS13, max_version: TLS12}",
            "1:20: no version lies between TLS13 and TLS12"
        ),
        (
            "tls_server_config: {\(pair), cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}",
            "1:64: unknown cipher suite \"TLS_RSA_WITH_RC4_128_SHA\""
        ),
        (
            "tls_server_config: {\(pair), curve_preferences: [P-256]}",
            "1:68: tls_server_config.curve_preferences[0] must be CurveP256, CurveP384, CurveP521 "
                + "or X25519, not \"P-256\""
        ),
        (
            "tls_server_config: {\(pair), client_ca_file: ca}",
            "1:20: client_ca_file needs a client_auth_type that asks for certificates"
        ),
        (
            "tls_server_config: {\(pair), client_auth_type: VerifyClientCertIfGiven}",
            "1:20: VerifyClientCertIfGiven needs client_ca_file"
        ),
        (
            "tls_server_config: {\(pair), client_allowed_sans: [a]}",
            "1:69: client_allowed_sans needs the client_auth_type RequireAnyClientCert or "
                + "RequireAndVerifyClientCert"
        ),
        (
            "http_server_config: {http2: true}",
            "1:29: http2 cannot be true: this agent speaks HTTP/1.1 only; leave it out, or say false"
        ),
        (
            "http_server_config: {headers: {X-Frame-Option: deny}}",
            "1:32: the header \"X-Frame-Option\" cannot be configured; did you mean "
                + "\"X-Frame-Options\"?"
        ),
        (
            "http_server_config: {headers: {X-Frame-Options: allow}}",
            "1:49: http_server_config.headers.X-Frame-Options must be deny or sameorigin, not \"allow\""
        ),
        (
            "basic_auth_users: {alice: secret}",
            "1:27: the password of \"alice\" is no bcrypt hash ($2y$10$…), as `htpasswd -nBC 10 NAME` "
                + "makes it"
        ),
        (
            "basic_auth_users: {\"a:b\": secret}",
            "1:20: \"a:b\" is no user: it is empty or holds a colon"
        ),
        (
            "rate_limit: {interval: 1s}",
            "1:13: rate_limit.burst must be at least 1, or every request would be refused"
        ),
        (
            "rate_limit: {interval: 1, burst: 1}",
            "1:24: rate_limit.interval needs a unit, such as 1s"
        ),
    ])
    func mistakes(_ text: String, _ error: String) {
        #expect { try read(text) } throws: { "\($0)" == "web.yml:" + error }
    }
}
