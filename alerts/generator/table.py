"""What the rules of the failure classes add to `trustpath classes`: a phrase for each, and what differs.

A class that the program has and this table has not, or the other way round, is an error of the generator.
"""

from dataclasses import dataclass

from measures import Measure, MEASURES


@dataclass(frozen=True)
class Entry:
    """One class: the phrase behind the target's name, and what differs from the usual."""

    phrase: str
    severity: str
    wait: str
    measure: Measure | None


# A failure wakes somebody after five scrapes of a minute; a warning waits until it is no passing state.
# Alertmanager mutes symptoms by these alerts, so that no failure may wait longer than TrustpathProbeFailed does.
USUAL = {"failure": ("critical", "5m"), "warning": ("warning", "30m")}


def entry(kind, phrase, severity=None, wait=None, measure=None):
    usual = USUAL[kind]
    return Entry(phrase, severity or usual[0], wait or usual[1], MEASURES[measure] if measure else None)


def failure(phrase, **differing):
    return entry("failure", phrase, **differing)


def warning(phrase, **differing):
    return entry("warning", phrase, **differing)


TABLE = {
    # What only the agent's own side can cause is no reason to wake the target's people.
    "probe_deadline_exceeded": failure("the probe ran out of time", severity="warning", measure="duration"),
    "probe_target_refused": failure("the agent's policy refuses the target", severity="warning"),
    "probe_local_error": failure("the agent's own host cannot probe"),
    "dns_blocked": failure("no server answers on port 53", measure="resolvers"),
    "resolver_unreachable": failure("the resolver does not answer", measure="resolvers"),
    "resolver_refused": failure("the resolver refuses to answer"),
    "resolver_filtered": failure("a resolver filters the name", measure="mismatches"),
    "resolver_stale_answer": failure("a resolver gives an old answer", measure="mismatches"),
    "resolver_cached_error": failure("a resolver holds an old error", measure="mismatches"),
    "resolver_servfail": failure("the resolver fails where the zone answers"),
    "dns_transport_restricted": failure("DNS does not pass over every transport"),
    "encrypted_dns_restricted": failure("the encrypted resolver cannot be used"),
    # Round robin and geography look like this too, all day long.
    "resolver_disagreement": warning("resolvers give different answers", severity="info", wait="2h"),
    "nameserver_unresponsive": failure("nameservers do not answer", measure="nameservers"),
    "delegation_lame": failure("nameservers of the delegation do not serve the zone", measure="nameservers"),
    "name_not_found": failure("the name does not exist"),
    "zone_propagation_pending": failure("nameservers serve different versions of the zone", measure="serials"),
    "delegation_inconsistent": warning("parent and zone name different nameservers", wait="2h"),
    "authority_unreachable": warning("no nameserver answers the agent directly", severity="info", wait="1h"),
    "dnssec_dnskey_missing": failure("the zone has a DS and no DNSKEY"),
    "dnssec_ds_mismatch": failure("no DS fits a key of the zone"),
    "dnssec_signature_expired": failure("a DNSSEC signature has expired"),
    "dnssec_signature_not_yet_valid": failure("a DNSSEC signature is not valid yet"),
    "dnssec_signature_invalid": failure("a DNSSEC signature does not verify"),
    "dnssec_rrsig_missing": failure("a DNSSEC signature is missing"),
    "dnssec_denial_invalid": failure("a DNSSEC denial is not proven"),
    "dnssec_bogus": failure("DNSSEC validation fails"),
    "dnssec_insecure": failure("the zone is not signed, and it has to be"),
    "dnssec_indeterminate": failure("DNSSEC validation could not be finished"),
    "dnssec_algorithm_unsupported": warning("the zone is signed by an algorithm that nobody validates", wait="2h"),
    "dnssec_signature_expiring": warning("a DNSSEC signature expires soon", measure="signature"),
    "cname_broken": failure("the alias leads nowhere"),
    "name_no_address": failure("the name has no address"),
    "cname_missing": failure("the expected alias is missing"),
    "cname_wrong_target": failure("the alias ends at another name than expected"),
    "record_mismatch": failure("records differ from what is expected"),
    "record_points_to_wrong_host": failure("an address belongs to a foreign server", measure="addresses"),
    "record_private_address": warning("a private address is in the public zone", wait="2h"),
    "endpoint_partial_outage": failure("some addresses cannot be reached", measure="endpoints"),
    "address_family_broken": failure("one address family cannot be reached", measure="endpoints"),
    "port_blocked": failure("a port is blocked", measure="endpoints"),
    "tcp_connection_refused": failure("the connection is refused", measure="endpoints"),
    "tcp_timeout": failure("the server does not answer", measure="endpoints"),
    "host_unreachable": failure("the host is unreachable", measure="endpoints"),
    "protocol_banner_error": failure("the server does not greet as its protocol wants"),
    "starttls_not_offered": failure("the server does not offer STARTTLS"),
    "starttls_rejected": failure("the server rejects STARTTLS"),
    "not_tls": failure("the port does not speak TLS", measure="handshakes"),
    "tls_reset": failure("the TLS handshake is cut off", measure="handshakes"),
    "tls_handshake_timeout": failure("the TLS handshake gets no answer", measure="handshakes"),
    "tls_protocol_unsupported": failure("the server speaks only old versions of TLS", measure="handshakes"),
    "tls_cipher_mismatch": failure("client and server share no cipher suite", measure="handshakes"),
    "tls_weak_parameters": failure("the server's TLS parameters are too weak", measure="handshakes"),
    "sni_unrecognized": failure("the server does not know the name", measure="handshakes"),
    "client_certificate_required": failure("the server demands a client certificate"),
    "tls_handshake_failure": failure("the server ends the TLS handshake by an alert", measure="handshakes"),
    "tls_weak_cipher": warning("a weak cipher suite was agreed on", wait="2h"),
    "tls_legacy_offered": warning("TLS 1.1 or older is still offered", wait="2h"),
    "cert_expired": failure("the certificate has expired", measure="expired"),
    "cert_not_yet_valid": failure("the certificate is not valid yet", measure="begins"),
    "cert_name_mismatch": failure("the certificate is for another name", measure="names"),
    "cert_self_signed": failure("the certificate is self-signed", measure="untrusted"),
    "chain_incomplete": failure("the server does not send its intermediate certificates", measure="untrusted"),
    "cert_untrusted_root": failure("the certificate leads to a root that is not trusted", measure="untrusted"),
    "chain_cert_expired": failure("a certificate of the chain has expired", measure="chain_expired"),
    "cert_revoked": failure("the certificate is revoked"),
    "ocsp_staple_invalid": failure("the stapled OCSP response is missing or invalid"),
    "cert_purpose_invalid": failure("the certificate is not meant for this use", measure="untrusted"),
    "cert_key_weak": failure("the certificate's key is too weak"),
    "cert_signature_weak": failure("the certificate's signature is too weak"),
    "cert_invalid": failure("the certificate is invalid"),
    "tlsa_mismatch": failure("no TLSA record matches the certificate"),
    "endpoint_cert_disagreement": warning("addresses of one port show different certificates"),
    "chain_misordered": warning("the certificates are sent out of order", severity="info", wait="2h"),
    "cert_expiring": warning("the certificate expires soon", measure="expiring"),
    "caa_mismatch": warning("the CAA records do not name the issuer", wait="2h"),
    "mx_missing": failure("the domain has no MX record"),
    # The domain says so itself: worth a look, no reason to hurry.
    "mx_null": warning("the domain accepts no mail", severity="info", wait="2h"),
    "mx_target_invalid": failure("an MX record names no usable host"),
    "mta_sts_invalid": failure("the MTA-STS policy is invalid or broken"),
    "mail_txt_invalid": warning("SPF, DMARC, DKIM or TLS-RPT cannot be understood", wait="2h"),
    "unknown": failure("it fails, and no known cause could be proven"),
}
