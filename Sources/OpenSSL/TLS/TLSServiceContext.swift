import COpenSSL

/// How a server of our own does TLS for real clients.
package struct TLSService: Sendable {
    /// Leaf first.
    package var certificates: [Certificate]
    package var key: PrivateKey
    package var versions = TLSVersion.tls12 ... .tls13
    /// OpenSSL's names of suites up to TLS 1.2, the preferred one first.
    package var ciphers: [String]
    package var prefersOwnCiphers = true
    /// OpenSSL's names, the preferred one first.
    package var groups: [String]
    /// Nil where clients are not asked for a certificate.
    package var clients: ClientRule?

    package init(
        certificates: [Certificate], key: PrivateKey, ciphers: [String], groups: [String]
    ) {
        (self.certificates, self.key) = (certificates, key)
        (self.ciphers, self.groups) = (ciphers, groups)
    }
}

/// Which certificates of clients are taken.
package final class ClientRule: Sendable {
    let isRequired: Bool
    /// Nil takes a certificate of anyone.
    let authorities: [Certificate]?
    /// Of which a certificate must have one; empty for any.
    let allowedNames: Set<String>

    package init(isRequired: Bool, authorities: [Certificate]?, allowedNames: [String]) {
        (self.isRequired, self.authorities) = (isRequired, authorities)
        self.allowedNames = Set(allowedNames)
    }
}

extension TLSContext {
    /// Makes a server that speaks HTTP/1.1; a client whose certificate is not taken fails within its handshake.
    package convenience init(service: TLSService) throws(OpenSSLError) {
        try self.init(isServer: true)
        let isOld = service.versions.lowerBound < .tls12
        try configure(
            versions: service.versions, ciphers: service.ciphers.joined(separator: ":"),
            // MD5 and SHA-1 within the handshakes of TLS 1.0 and 1.1 are below every other level.
            level: isOld ? 0 : 1,
            options: shim_service_options(service.prefersOwnCiphers ? 1 : 0))
        try set("the curves") {
            shim_SSL_CTX_set_groups(pointer, service.groups.joined(separator: ":"))
        }
        SSL_CTX_set_num_tickets(pointer, 0)
        try add(ServerIdentity(certificates: service.certificates, key: service.key, names: []))
        let choice = IdentitySelector.Choice(
            names: [], pointer: pointer, context: nil, ocspResponse: nil)
        try listen(
            IdentitySelector(
                choices: [choice], refusesUnknownNames: false, alpn: Self.wire(["http/1.1"])))
        if let clients = service.clients { try ask(clients) }
    }

    private func ask(_ rule: ClientRule) throws(OpenSSLError) {
        clients = rule
        SSL_CTX_set_verify(
            pointer, SSL_VERIFY_PEER | (rule.isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nil)
        SSL_CTX_set_cert_verify_callback(
            pointer, judgeClient, Unmanaged.passUnretained(rule).toOpaque())
        guard let authorities = rule.authorities else { return }
        let store = X509_STORE_new()
        defer { X509_STORE_free(store) }
        for authority in authorities {
            X509_STORE_add_cert(store, authority.pointer)
            // Clients with several certificates choose by these.
            SSL_CTX_add_client_CA(pointer, authority.pointer)
        }
        try set("the authorities of clients") { shim_SSL_CTX_set_verify_store(pointer, store) }
    }
}

private func judgeClient(_ attempt: OpaquePointer?, _ data: UnsafeMutableRawPointer?) -> Int32 {
    guard let data else { return 0 }
    let rule = Unmanaged<ClientRule>.fromOpaque(data).takeUnretainedValue()
    if rule.authorities != nil, X509_verify_cert(attempt) != 1 { return 0 }
    guard !rule.allowedNames.isEmpty else { return 1 }
    guard let leaf = X509_STORE_CTX_get0_cert(attempt),
        !rule.allowedNames.isDisjoint(with: Certificate(sharing: leaf).alternativeTexts)
    else {
        X509_STORE_CTX_set_error(attempt, X509_V_ERR_APPLICATION_VERIFICATION)
        return 0
    }
    return 1
}
