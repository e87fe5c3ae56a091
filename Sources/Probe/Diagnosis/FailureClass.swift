/// The closed list of failure classes in their order of precedence. The raw values are public: labels, alert names and
/// runbooks use them.
package enum FailureClass: String, Hashable, Sendable, CaseIterable {
    case probeDeadlineExceeded = "probe_deadline_exceeded"
    case probeTargetRefused = "probe_target_refused"
    case probeLocalError = "probe_local_error"

    case dnsBlocked = "dns_blocked"
    case resolverUnreachable = "resolver_unreachable"
    case resolverRefused = "resolver_refused"
    case resolverFiltered = "resolver_filtered"
    case resolverStaleAnswer = "resolver_stale_answer"
    case resolverCachedError = "resolver_cached_error"
    case resolverServfail = "resolver_servfail"
    case dnsTransportRestricted = "dns_transport_restricted"
    case encryptedDNSRestricted = "encrypted_dns_restricted"
    case resolverDisagreement = "resolver_disagreement"

    case nameserverUnresponsive = "nameserver_unresponsive"
    case delegationLame = "delegation_lame"
    case nameNotFound = "name_not_found"
    case zonePropagationPending = "zone_propagation_pending"
    case delegationInconsistent = "delegation_inconsistent"
    case authorityUnreachable = "authority_unreachable"

    case dnssecDNSKEYMissing = "dnssec_dnskey_missing"
    case dnssecDSMismatch = "dnssec_ds_mismatch"
    case dnssecSignatureExpired = "dnssec_signature_expired"
    case dnssecSignatureNotYetValid = "dnssec_signature_not_yet_valid"
    case dnssecSignatureInvalid = "dnssec_signature_invalid"
    case dnssecRRSIGMissing = "dnssec_rrsig_missing"
    case dnssecDenialInvalid = "dnssec_denial_invalid"
    case dnssecBogus = "dnssec_bogus"
    case dnssecInsecure = "dnssec_insecure"
    case dnssecIndeterminate = "dnssec_indeterminate"
    case dnssecAlgorithmUnsupported = "dnssec_algorithm_unsupported"
    case dnssecSignatureExpiring = "dnssec_signature_expiring"

    case cnameBroken = "cname_broken"
    case nameNoAddress = "name_no_address"
    case cnameMissing = "cname_missing"
    case cnameWrongTarget = "cname_wrong_target"
    case recordMismatch = "record_mismatch"
    case recordPointsToWrongHost = "record_points_to_wrong_host"
    case recordPrivateAddress = "record_private_address"

    case endpointPartialOutage = "endpoint_partial_outage"
    case addressFamilyBroken = "address_family_broken"
    case portBlocked = "port_blocked"
    case tcpConnectionRefused = "tcp_connection_refused"
    case tcpTimeout = "tcp_timeout"
    case hostUnreachable = "host_unreachable"

    case protocolBannerError = "protocol_banner_error"
    case starttlsNotOffered = "starttls_not_offered"
    case starttlsRejected = "starttls_rejected"

    case notTLS = "not_tls"
    case tlsReset = "tls_reset"
    case tlsHandshakeTimeout = "tls_handshake_timeout"
    case tlsProtocolUnsupported = "tls_protocol_unsupported"
    case tlsCipherMismatch = "tls_cipher_mismatch"
    case tlsWeakParameters = "tls_weak_parameters"
    case sniUnrecognized = "sni_unrecognized"
    case clientCertificateRequired = "client_certificate_required"
    case tlsHandshakeFailure = "tls_handshake_failure"
    case tlsWeakCipher = "tls_weak_cipher"
    case tlsLegacyOffered = "tls_legacy_offered"

    case certExpired = "cert_expired"
    case certNotYetValid = "cert_not_yet_valid"
    case certNameMismatch = "cert_name_mismatch"
    case certSelfSigned = "cert_self_signed"
    case chainIncomplete = "chain_incomplete"
    case certUntrustedRoot = "cert_untrusted_root"
    case chainCertExpired = "chain_cert_expired"
    case certRevoked = "cert_revoked"
    case ocspStapleInvalid = "ocsp_staple_invalid"
    case certPurposeInvalid = "cert_purpose_invalid"
    case certKeyWeak = "cert_key_weak"
    case certSignatureWeak = "cert_signature_weak"
    case certInvalid = "cert_invalid"
    case tlsaMismatch = "tlsa_mismatch"
    case endpointCertDisagreement = "endpoint_cert_disagreement"
    case chainMisordered = "chain_misordered"
    case certExpiring = "cert_expiring"
    case caaMismatch = "caa_mismatch"

    case mxMissing = "mx_missing"
    case mxNull = "mx_null"
    case mxTargetInvalid = "mx_target_invalid"
    case mtaSTSInvalid = "mta_sts_invalid"
    case mailTXTInvalid = "mail_txt_invalid"

    case unknown = "unknown"
}

extension FailureClass: Comparable {
    /// The place in the order of precedence, 0 first.
    package var precedence: Int { Self.places[self] ?? Self.allCases.count }

    package static func < (left: FailureClass, right: FailureClass) -> Bool {
        left.precedence < right.precedence
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// Classes that only ever warn: never primary, never failing a probe, and without a series of
    /// `trustpath_failure`.
    package var isOnlyWarning: Bool { Self.warnings.contains(self) }

    private static let warnings: Set<FailureClass> = [
        .resolverDisagreement, .delegationInconsistent, .authorityUnreachable,
        .dnssecAlgorithmUnsupported, .dnssecSignatureExpiring, .recordPrivateAddress,
        .tlsWeakCipher,
        .tlsLegacyOffered, .endpointCertDisagreement, .chainMisordered, .certExpiring, .caaMismatch,
        .mxNull, .mailTXTInvalid,
    ]

    /// What nothing explains is for those who run the probe.
    package var stage: Stage {
        if self == .unknown { return .probe }
        return Stage.allCases.last { $0.first <= self } ?? .probe
    }
}

/// The stages of the path in order of precedence, as findings are grouped.
package enum Stage: String, Hashable, Sendable, CaseIterable {
    case probe
    case dnsPath = "dns path"
    case delegation, dnssec, record, network, starttls, tls, certificate, mail

    /// The class that opens the stage.
    fileprivate var first: FailureClass {
        switch self {
        case .probe: .probeDeadlineExceeded
        case .dnsPath: .dnsBlocked
        case .delegation: .nameserverUnresponsive
        case .dnssec: .dnssecDNSKEYMissing
        case .record: .cnameBroken
        case .network: .endpointPartialOutage
        case .starttls: .protocolBannerError
        case .tls: .notTLS
        case .certificate: .certExpired
        case .mail: .mxMissing
        }
    }
}
