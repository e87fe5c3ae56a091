import DNSSEC
import OpenSSL

/// The names whose handshake or certificate is at fault.
extension Catalogue {
    static let handshakes: [Entry] = [
        Entry("not-tls.test", "plain HTTP on 443", "not_tls", .https(.plaintext)),
        Entry(
            "handshake-reset.test", "443 resets after the ClientHello", "tls_reset",
            .https(.reset)),
        Entry(
            "handshake-silent.test", "443 never answers the ClientHello",
            "tls_handshake_timeout", .https(.mute)),
        Entry(
            "old-version.test", "443 speaks TLS 1.0 and 1.1 only", "tls_protocol_unsupported",
            .https(.tls(.sound, .oldVersion))),
        Entry(
            "old-offered.test", "443 still takes TLS 1.0 and 1.1", nil,
            .https(.tls(.sound, .everyVersion)), finding: "tls_legacy_offered",
            needsLegacyScan: true),
        Entry(
            "weak-cipher.test", "443 has no forward secrecy", nil,
            .https(.tls(.rsa, .withoutForwardSecrecy)), finding: "tls_weak_cipher"),
        Entry(
            "old-cipher.test", "443 speaks Camellia only", "tls_cipher_mismatch",
            .https(.tls(.sound, .oldCipher))),
        Entry(
            "weak-group.test", "443 has a Diffie-Hellman group of 1536 bits",
            "tls_weak_parameters", .https(.tls(.rsa, .weakGroup))),
        Entry(
            "unknown-name.test", "443 does not know the name", "sni_unrecognized",
            .https(.tls(.otherName, .refusesName))),
        Entry(
            "client-certificate.test", "443 wants a client certificate, TLS 1.2",
            "client_certificate_required", .https(.tls(.sound, .clientCertificate(.tls12)))),
        Entry(
            "client-certificate-13.test", "443 wants a client certificate, TLS 1.3",
            "client_certificate_required", .https(.tls(.sound, .clientCertificate(.tls13)))),
        Entry(
            "handshake-alert.test", "443 answers with an alert", "tls_handshake_failure",
            .https(.alert)),
    ]

    static let certificates: [Entry] = [
        Entry(
            "renewed-half.test", "one of two addresses still has the certificate of before", nil,
            .healthy, .all(.tls(.earlier)), finding: "endpoint_cert_disagreement"),
        Entry(
            "expired.test", "certificate expired 3 days ago", "cert_expired",
            .all(.tls(.expired))),
        Entry(
            "expired-one.test", "expired certificate on one of two addresses", "cert_expired",
            .healthy, .all(.tls(.expired))),
        Entry(
            "not-yet-valid.test", "certificate starts in 3 days", "cert_not_yet_valid",
            .all(.tls(.notYetValid))),
        Entry(
            "wrong-name.test", "certificate for elsewhere.test", "cert_name_mismatch",
            .all(.tls(.otherName))),
        Entry(
            "self-signed.test", "self-signed certificate", "cert_self_signed",
            .all(.tls(.selfSigned))),
        Entry(
            "missing-intermediate.test", "only the leaf is sent", "chain_incomplete",
            .all(.tls(.withoutIntermediate))),
        Entry(
            "unknown-root.test", "a root that nobody trusts", "cert_untrusted_root",
            .all(.tls(.unknownRoot))),
        Entry(
            "expired-intermediate.test", "the intermediate expired 3 days ago",
            "chain_cert_expired", .all(.tls(.expiredIntermediate))),
        Entry(
            "wrong-purpose.test", "certificate for clients only", "cert_purpose_invalid",
            .all(.tls(.wrongPurpose))),
        Entry("weak-key.test", "RSA key of 1024 bits", "cert_key_weak", .all(.tls(.weakKey))),
        Entry(
            "weak-signature.test", "certificate signed with SHA-1", "cert_signature_weak",
            .all(.tls(.weakSignature))),
        Entry(
            "revoked.test", "the stapled OCSP response says revoked", "cert_revoked",
            .all(.tls(.revoked))),
        Entry(
            "must-staple.test", "demands an OCSP staple, and none is sent",
            "ocsp_staple_invalid", .all(.tls(.mustStaple))),
        Entry(
            "stale-staple.test", "the stapled OCSP response ended 2 days ago",
            "ocsp_staple_invalid", .all(.tls(.staleStaple))),
        Entry("tlsa.test", "TLSA records of the key in use", tlsa: .inUse),
        Entry(
            "tlsa-mismatch.test", "TLSA records of another key", "tlsa_mismatch", tlsa: .other),
        Entry(
            "tlsa-unsigned.test", "TLSA records of another key, not signed",
            status: .insecure, zone: .unsigned, tlsa: .other),
        Entry(
            "other-issuer.test", "CAA records name another authority than the issuer", nil,
            .all(.tls(.namedIssuer)), finding: "caa_mismatch",
            expect: LabExpectations(issuer: "ca.trustpath.test"), authority: "ca.example"),
        Entry(
            "right-issuer.test", "CAA records name the issuer", nil, .all(.tls(.namedIssuer)),
            expect: LabExpectations(issuer: "ca.trustpath.test"), authority: "ca.trustpath.test"),
    ]
}
