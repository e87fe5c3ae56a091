import COpenSSL

/// What one TLSA record and one chain have to do with each other.
package enum TLSAMatch: Hashable, Sendable {
    /// No verifier can use the record: unknown parameters, a digest of the wrong length, data that do not parse.
    case unusable
    case differs
    /// The record is of the certificate at this place of the chain, 0 is the leaf.
    case matches(depth: Int)
}

extension TrustStore {
    /// Matches one record (RFC 6698 2.1) with a chain as sent, by OpenSSL's own DANE.
    ///
    /// An issuer that a record of usage 2 names must have been sent (RFC 7671 5.2); of usages 0 and 1 the record only is
    /// looked at, since trust is judged apart. `time` is in seconds since 1970.
    package func match(
        usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8],
        _ leaf: Certificate, sent: [Certificate], at time: Int64
    ) -> TLSAMatch {
        // OpenSSL keeps records with a session only; this one never sees a peer.
        guard let context = Self.matching, let session = SSL_new(context.pointer) else {
            return .unusable
        }
        defer { SSL_free(session) }
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        guard SSL_dane_enable(session, nil) == 1,
            SSL_dane_tlsa_add(
                session, usage, selector, matchingType, association, association.count) == 1
        else { return .unusable }
        let verification = verify(
            leaf, sent: sent, at: time, purpose: .server, records: SSL_get0_dane(session))
        guard !verification.faults.contains(where: { Self.contradicts($0.code) }) else {
            return .differs
        }
        let depth = SSL_get0_dane_tlsa(session, nil, nil, nil, nil, nil)
        return depth < 0 ? .differs : .matches(depth: Int(depth))
    }

    /// Whether the chain from the record down is another than it says, and not only too old or too weak.
    private static func contradicts(_ code: X509Fault) -> Bool {
        code == .certSignatureFailure || code.rawValue == X509_V_ERR_DANE_NO_MATCH
    }

    private static let matching: TLSContext? = {
        guard let context = try? TLSContext(isServer: false),
            SSL_CTX_dane_enable(context.pointer) == 1
        else { return nil }
        return context
    }()
}
