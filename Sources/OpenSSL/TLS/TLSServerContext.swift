import COpenSSL

/// A certificate chain with its key and the names it is served for.
package struct ServerIdentity: Sendable {
    /// Leaf first, sent exactly so.
    package var certificates: [Certificate]
    package var key: PrivateKey
    /// Exact names or "*.example.com"; identities of equal names share one choice (RSA and ECDSA).
    package var names: [String]
    /// A DER OCSP response to staple.
    package var ocspResponse: [UInt8]?

    package init(
        certificates: [Certificate], key: PrivateKey, names: [String],
        ocspResponse: [UInt8]? = nil
    ) {
        (self.certificates, self.key, self.names) = (certificates, key, names)
        self.ocspResponse = ocspResponse
    }
}

extension TLSContext {
    /// Makes a server: SNI picks the identity by name, the first one answers for all other names.
    ///
    /// With `refusesUnknownNames` another name gets the fatal alert unrecognized_name (112). With
    /// `hasWeakGroup` the DHE ciphers use 1536 bits, which security level 2 refuses.
    package convenience init(
        server identities: [ServerIdentity], versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
        ciphers: String = "ALL:@SECLEVEL=0", requiresClientCertificate: Bool = false,
        refusesUnknownNames: Bool = false, hasWeakGroup: Bool = false, alpn: [String] = []
    ) throws(OpenSSLError) {
        try self.init(isServer: true)
        var choices: [IdentitySelector.Choice] = []
        for identity in identities {
            if let index = choices.firstIndex(where: { $0.names == identity.names }) {
                try (choices[index].context ?? self).add(identity)
                continue
            }
            let context = choices.isEmpty ? self : try TLSContext(isServer: true)
            try context.configure(
                versions: versions, ciphers: ciphers, level: 0, options: shim_server_options())
            if hasWeakGroup {
                try context.set("a weak group") { shim_SSL_CTX_set_weak_group(context.pointer) }
            } else {
                _ = shim_SSL_CTX_set_dh_auto(context.pointer)
            }
            SSL_CTX_set_num_tickets(context.pointer, 1)
            if requiresClientCertificate {
                SSL_CTX_set_verify(
                    context.pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
                SSL_CTX_set_cert_verify_callback(context.pointer, { _, _ in 1 }, nil)
                try context.set("the session context") {
                    SSL_CTX_set_session_id_context(context.pointer, [1], 1)
                }
            }
            try context.add(identity)
            choices.append(
                .init(
                    names: identity.names, pointer: context.pointer,
                    context: context === self ? nil : context,
                    ocspResponse: identity.ocspResponse))
        }
        try listen(
            IdentitySelector(
                choices: choices, refusesUnknownNames: refusesUnknownNames,
                alpn: Self.wire(alpn)))
    }

    func add(_ identity: ServerIdentity) throws(OpenSSLError) {
        guard let leaf = identity.certificates.first else { throw .noCertificate }
        try set("the server's certificate") { SSL_CTX_use_certificate(pointer, leaf.pointer) }
        try set("the server's key") { SSL_CTX_use_PrivateKey(pointer, identity.key.pointer) }
        for certificate in identity.certificates.dropFirst() {
            try set("the server's chain") {
                shim_SSL_CTX_add_chain_certificate(pointer, certificate.pointer)
            }
        }
    }

    func listen(_ selector: IdentitySelector) throws(OpenSSLError) {
        self.selector = selector
        let data = Unmanaged.passUnretained(selector).toOpaque()
        shim_SSL_CTX_set_server_name_callback(pointer, selectIdentity, data)
        for choice in selector.choices {
            shim_SSL_CTX_set_ocsp_callback(choice.pointer, stapleResponse, data)
            if !selector.alpn.isEmpty {
                SSL_CTX_set_alpn_select_cb(choice.pointer, selectProtocol, data)
            }
        }
    }
}

/// Picks an identity by the name that a client asks for.
final class IdentitySelector {
    struct Choice {
        let names: [String]
        let pointer: OpaquePointer
        /// The owner of `pointer`; nil for the first, which owns the selector itself.
        let context: TLSContext?
        let ocspResponse: [UInt8]?
    }

    let choices: [Choice]
    let refusesUnknownNames: Bool
    let alpn: UnsafeMutableBufferPointer<UInt8>

    init(choices: [Choice], refusesUnknownNames: Bool, alpn: [UInt8]) {
        (self.choices, self.refusesUnknownNames) = (choices, refusesUnknownNames)
        self.alpn = .allocate(capacity: alpn.count)
        _ = self.alpn.initialize(from: alpn)
    }

    deinit { alpn.deallocate() }

    func choice(for name: String) -> Choice? {
        let name = name.lowercased()
        let parent = name.firstIndex(of: ".").map { "*" + name[$0...] }
        return choices.first { $0.names.contains { [name, parent].contains($0.lowercased()) } }
    }
}

private func selector(_ data: UnsafeMutableRawPointer?) -> IdentitySelector? {
    data.map { Unmanaged<IdentitySelector>.fromOpaque($0).takeUnretainedValue() }
}

private func selectIdentity(
    _ session: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?,
    _ data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let selector = selector(data),
        let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
    else { return SSL_TLSEXT_ERR_NOACK }
    if let choice = selector.choice(for: String(cString: name)) {
        SSL_set_SSL_CTX(session, choice.pointer)
        return SSL_TLSEXT_ERR_OK
    }
    guard selector.refusesUnknownNames else { return SSL_TLSEXT_ERR_NOACK }
    alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

private func stapleResponse(
    _ session: OpaquePointer?, _ data: UnsafeMutableRawPointer?
) -> Int32 {
    let context = SSL_get_SSL_CTX(session)
    guard
        let response = selector(data)?.choices.first(where: { $0.pointer == context })?
            .ocspResponse,
        shim_SSL_set_ocsp_response(session, response, response.count) == 1
    else { return SSL_TLSEXT_ERR_NOACK }
    return SSL_TLSEXT_ERR_OK
}

private func selectProtocol(
    _: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ count: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?, _ size: UInt32,
    _ data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let ours = selector(data)?.alpn, let chosen else { return SSL_TLSEXT_ERR_NOACK }
    var start: UnsafeMutablePointer<UInt8>?
    let result = SSL_select_next_proto(
        &start, count, ours.baseAddress, UInt32(ours.count), offered, size)
    chosen.pointee = UnsafePointer(start)
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
}
