/// How the agent's own HTTP server does TLS.
package struct WebTLS: Sendable, Hashable {
    package var certificate = Source.text("")
    package var key = Source.text("")
    package var clientAuthority: Source?
    package var clientAuthentication = ClientAuthentication.none
    /// Subject alternative names of which a client must have one; empty for any.
    package var allowedNames: [String] = []
    package var versions = Version.tls12...Version.tls13
    /// IANA's names of suites up to TLS 1.2, the preferred one first; nil for the usual ones.
    package var cipherSuites: [String]?
    package var prefersOwnSuites = true
    /// The preferred one first; nil for the usual ones.
    package var curves: [Curve]?

    /// Where a PEM text is.
    package enum Source: Sendable, Hashable {
        case file(Located<String>)
        case text(String)
    }

    package enum ClientAuthentication: String, Sendable, CaseIterable {
        case none = "NoClientCert"
        case request = "RequestClientCert"
        case requireAny = "RequireAnyClientCert"
        case verifyIfGiven = "VerifyClientCertIfGiven"
        case requireAndVerify = "RequireAndVerifyClientCert"

        package var verifies: Bool { self == .verifyIfGiven || self == .requireAndVerify }
        package var requires: Bool { self == .requireAny || self == .requireAndVerify }
    }

    package enum Version: String, Sendable, CaseIterable, Comparable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        package static func < (left: Version, right: Version) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    package enum Curve: String, Sendable, CaseIterable {
        case p256 = "CurveP256"
        case p384 = "CurveP384"
        case p521 = "CurveP521"
        case x25519 = "X25519"
    }

    /// Go's secure suites for TLS 1.2 and older, as the format names them, with OpenSSL's names.
    package static let suites = [
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
    ]

    /// Those of TLS 1.3 may stand in the list, but are always on there, as in Go.
    private static let fixedSuites = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ]
}

extension WebTLS {
    /// Nil where the section says nothing of a certificate, a key or clients, which is plain HTTP in this format.
    static func read(_ value: Value) throws(ConfigurationError) -> WebTLS? {
        var (tls, fields) = (WebTLS(), try Fields(value))
        let certificate = try source("cert", &fields)
        let key = try source("key", &fields)
        tls.clientAuthority = try source("client_ca", &fields)
        let mode = fields.present("client_auth_type")
        tls.clientAuthentication = try mode?.clientAuthentication() ?? .none
        let names = fields.present("client_allowed_sans")
        tls.allowedNames = try names?.texts().map(\.value) ?? []
        try tls.readVersions(&fields, of: value)
        try tls.readSuites(&fields)
        tls.prefersOwnSuites =
            try fields.present("prefer_server_cipher_suites")?.boolean() ?? true
        let curves = try fields.present("curve_preferences")?.list() ?? []
        tls.curves = curves.isEmpty ? nil : try curves.map(Self.curve)
        try fields.finish()

        guard certificate != nil || key != nil || tls.clientAuthority != nil || mode != nil else {
            return nil
        }
        guard let certificate else { throw value.error("\(value.path) needs cert_file or cert") }
        guard let key else { throw value.error("\(value.path) needs key_file or key") }
        (tls.certificate, tls.key) = (certificate, key)
        try tls.checkClients(value, names)
        return tls
    }

    private func checkClients(_ value: Value, _ names: Value?) throws(ConfigurationError) {
        if clientAuthority != nil, clientAuthentication == .none {
            throw value.error("client_ca_file needs a client_auth_type that asks for certificates")
        }
        if clientAuthority == nil, clientAuthentication.verifies {
            throw value.error("\(clientAuthentication.rawValue) needs client_ca_file")
        }
        if let names, !clientAuthentication.requires {
            throw names.error(
                "client_allowed_sans needs the client_auth_type RequireAnyClientCert or "
                    + "RequireAndVerifyClientCert")
        }
    }

    /// `NAME_file`, or the text itself in `NAME`.
    private static func source(
        _ name: String, _ fields: inout Fields
    ) throws(ConfigurationError) -> Source? {
        let file = fields.present("\(name)_file").flatMap { $0.isEmptyText ? nil : $0 }
        let text = fields.present(name).flatMap { $0.isEmptyText ? nil : $0 }
        if let text {
            guard case .scalar(let pem, _) = text.node.content else {
                throw text.mustBe("a PEM text")
            }
            guard file == nil else {
                throw text.error("\(name) and \(name)_file cannot both be given")
            }
            return .text(pem)
        }
        guard let file else { return nil }
        return .file(try file.text("a file"))
    }

    private mutating func readVersions(
        _ fields: inout Fields, of value: Value
    ) throws(ConfigurationError) {
        let (least, most) = (fields.present("min_version"), fields.present("max_version"))
        let lower = try least?.choice(Version.self) ?? .tls12
        let upper = try most?.choice(Version.self) ?? .tls13
        guard lower <= upper else {
            throw value.error(
                "no version lies between \(lower.rawValue) and \(upper.rawValue)")
        }
        versions = lower...upper
    }

    private mutating func readSuites(_ fields: inout Fields) throws(ConfigurationError) {
        guard let value = fields.present("cipher_suites") else { return }
        var suites: [String] = []
        for suite in try value.texts() {
            guard Self.suites[suite.value] != nil || Self.fixedSuites.contains(suite.value) else {
                let known = Self.suites.keys + Self.fixedSuites
                throw suite.error(
                    "unknown cipher suite \(quoted(suite.value))"
                        + suggestion(for: suite.value, among: known.sorted()))
            }
            if Self.suites[suite.value] != nil { suites.append(suite.value) }
        }
        guard try !value.list().isEmpty else { return }
        if suites.isEmpty {
            guard versions.upperBound == .tls13 else {
                throw value.error("no suite of the list can be used before TLS 1.3")
            }
            versions = .tls13 ... .tls13
        }
        cipherSuites = suites
    }

    private static func curve(_ value: Value) throws(ConfigurationError) -> Curve {
        try value.choice(Curve.self)
    }
}

extension Value {
    fileprivate func clientAuthentication() throws(ConfigurationError)
        -> WebTLS
        .ClientAuthentication
    {
        // An older name of the same.
        if case .scalar("RequireClientCert", _) = node.content { return .requireAny }
        if isEmptyText { return .none }
        return try choice(WebTLS.ClientAuthentication.self)
    }
}
