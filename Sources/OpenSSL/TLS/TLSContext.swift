import COpenSSL

/// How a client shakes hands.
package enum ClientProfile: Hashable, Sendable {
    /// As a modern client: TLS 1.2 and 1.3, OpenSSL's default ciphers, security level 2.
    case strict
    /// Whatever libssl still speaks: TLS 1.0 to 1.3, every cipher, security level 0.
    case permissive
}

/// The kind of key that a server is to prove itself with; servers may have a certificate for each.
package enum ServerKey: String, Hashable, Sendable {
    case rsa
    /// ECDSA and the Edwards curves.
    case elliptic
}

/// A reusable configuration of TLS sessions; made once, because making one costs up to 400 µs.
///
/// Unchecked: nothing changes an SSL_CTX after its creation, and libssl locks its own state.
package final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let isServer: Bool
    /// What the server callbacks look into; OpenSSL holds it unretained, this object retains it.
    var selector: IdentitySelector?
    var clients: ClientRule?

    /// Certificates are read with `LibraryContext.quick`.
    let readsKeysQuickly: Bool

    init(isServer: Bool, library: OpaquePointer? = nil) throws(OpenSSLError) {
        self.isServer = isServer
        readsKeysQuickly = library != nil
        pointer = try ErrorQueue.pointer("make a TLS context") {
            SSL_CTX_new_ex(library, nil, isServer ? TLS_server_method() : TLS_client_method())
        }
    }

    deinit { SSL_CTX_free(pointer) }

    /// Makes a client that accepts every certificate: trust is judged later, apart.
    ///
    /// No resumption, no early data, no renegotiation; a stapled OCSP response is asked for. With `key` the server
    /// can show a certificate of that kind only. A session that `isQuick` costs less, and may not have been able to
    /// read the server's key (`TLSSession.mayHaveMissedKey`).
    package convenience init(
        client profile: ClientProfile, alpn: [String] = [], key: ServerKey? = nil,
        isQuick: Bool = false
    ) throws(OpenSSLError) {
        try self.init(isServer: false, library: isQuick ? LibraryContext.quick : nil)
        let isStrict = profile == .strict
        try configure(
            versions: isStrict ? .tls12 ... .tls13 : .tls10 ... .tls13,
            ciphers: (isStrict ? "DEFAULT" : "ALL:@SECLEVEL=0") + Self.exclusion(of: key),
            suites: Self.suites + (isStrict ? "" : Self.rareSuites),
            level: isStrict ? 2 : 0,
            options: shim_client_options() | (isStrict ? 0 : shim_legacy_options()))
        try set("the groups") {
            shim_SSL_CTX_set_groups(pointer, isStrict ? Self.groups : Self.everyGroup)
        }
        try set("the signature algorithms") {
            shim_SSL_CTX_set_sigalgs(pointer, Self.signatures(key, isStrict: isStrict))
        }
        try set("the OCSP request") { shim_SSL_CTX_request_ocsp(pointer) }
        // Asks for signed certificate timestamps; what comes is a fact, and never refuses a server.
        try set("the timestamp request") {
            SSL_CTX_enable_ct(pointer, Int32(SSL_CT_VALIDATION_PERMISSIVE))
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_cert_verify_callback(pointer, { _, _ in 1 }, nil)
        let protocols = Self.wire(alpn)
        if !protocols.isEmpty,  // answers 0 for success, unlike all others
            SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(protocols.count)) != 0
        {
            throw .refused("set the ALPN protocols", ErrorQueue.drain())
        }
    }

    private static func exclusion(of key: ServerKey?) -> String {
        switch key {
        case .rsa: ":!aECDSA:!aDSS"
        case .elliptic: ":!aRSA:!aDSS"
        case nil: ""
        }
    }

    private static func signatures(_ key: ServerKey?, isStrict: Bool) -> String {
        switch key {
        case .rsa: rsaSignatures
        case .elliptic: ellipticSignatures
        case nil:
            ellipticSignatures + ":" + rsaSignatures + ":ECDSA+SHA224:RSA+SHA224"
                + (isStrict ? "" : legacySignatures)
        }
    }

    /// Sets all that openssl.cnf could have set, so that nothing of it stays.
    func configure(
        versions: ClosedRange<TLSVersion>, ciphers: String, suites: String = TLSContext.suites,
        level: Int32, options: UInt64
    ) throws(OpenSSLError) {
        SSL_CTX_clear_options(pointer, ~0)
        SSL_CTX_set_options(pointer, options)
        SSL_CTX_set_security_level(pointer, level)
        try set("the versions") {
            shim_SSL_CTX_set_versions(
                pointer, Int32(versions.lowerBound.rawValue), Int32(versions.upperBound.rawValue))
        }
        try set("the ciphers") { SSL_CTX_set_cipher_list(pointer, ciphers) }
        try set("the cipher suites") { SSL_CTX_set_ciphersuites(pointer, suites) }
        _ = shim_SSL_CTX_set_mode(pointer, shim_modes())
        _ = shim_SSL_CTX_disable_sessions(pointer)
        _ = shim_SSL_CTX_set_max_cert_list(pointer, Self.longestCertificateList)
    }

    /// The ciphers that a session offers or takes, by OpenSSL's names, the preferred one first.
    package var ciphers: [String] {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard let session = SSL_new(pointer) else { return [] }
        defer { SSL_free(session) }
        var names: [String] = []
        while let name = SSL_get_cipher_list(session, Int32(names.count)) {
            names.append(String(cString: name))
        }
        return names
    }

    func set(_ what: String, _ call: () -> some BinaryInteger) throws(OpenSSLError) {
        try ErrorQueue.success("set \(what)", call)
    }

    /// The wire form of RFC 7301 3.1; names that do not fit are left out.
    static func wire(_ protocols: [String]) -> [UInt8] {
        protocols.map { Array($0.utf8) }.filter { (1...255).contains($0.count) }
            .flatMap { [UInt8($0.count)] + $0 }
    }

    /// Bytes of a Certificate message; some hundred certificates at the very most.
    private static let longestCertificateList = 100 * 1024
    /// The one that browsers and Go prefer comes first, so that what is agreed on is what clients get. OpenSSL's own order
    /// begins with SHA-384, which most processors have no instructions for.
    private static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// Those of TLS 1.3 that no client offers of its own accord (RFC 8446 B.4).
    private static let rareSuites = ":TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
    private static let groups =
        "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192"
    private static let everyGroup =
        groups + ":brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-224:P-192"
    private static let ellipticSignatures =
        "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519:ed448"
    private static let rsaSignatures = """
        rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:\
        rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:\
        RSA+SHA256:RSA+SHA384:RSA+SHA512
        """
    private static let legacySignatures = ":ECDSA+SHA1:RSA+SHA1:DSA+SHA256:DSA+SHA1"
}
