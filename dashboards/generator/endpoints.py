"""The rows of a target's dashboard that are about its endpoints: connection, TLS, certificate, mail."""

import promql
import style
from links import runbook
from panels import lines, timeline
from tables import Key, Labels, Value, rows

ENDPOINT = "host, address, port, vantage"
KEYS = [
    Key("host", "Host"),
    Key("address", "Address"),
    Key("port", "Port", style.style(width=70)),
    Key("vantage", "Vantage", style.style(width=100)),
]
KEY_TYPE = Key("key_type", "Key", style.style(width=80))
SHOWN = "{{address}} {{port}}"


def connections(where: str) -> list:
    return [
        (8, [(24, _endpoints(where))]),
        (7, [(8, _up(where)), (8, _times(where)), (8, _versions(where))]),
    ]


def certificates(where: str) -> list:
    return [
        (8, [(24, _certificates(where))]),
        (8, [(12, _verdicts(where)), (12, _days(where))]),
        (7, [(12, _staples(where)), (12, _tlsa(where))]),
    ]


def mail(where: str, classes: list[dict]) -> list:
    about = [each for each in classes if each["stage"] in ("starttls", "mail") and each["class"] != "unknown"]
    about += [each for each in classes if each["class"] == "tlsa_mismatch"]
    where_mail = f'class=~"{"|".join(each["class"] for each in about)}", {where}'
    remedies = style.texts({each["class"]: each["remedy"] for each in about})
    found = f"max by (class, severity, vantage) (trustpath_findings{{{where_mail}}})"
    findings = rows(
        "Mail findings",
        "Of the findings above those about mail: MX, MTA-STS, SPF, DKIM, DMARC, TLS reporting, STARTTLS and DANE.",
        [
            Key("class", "Class", style.style(width=170), (runbook("Class"),)),
            Key("severity", "Severity", style.badge(style.SEVERITY)),
            Key("remedy", "Remedy", style.style(mappings=remedies, cell="wrapped")),
        ],
        [
            Value(
                "Places",
                f'label_replace({found}, "remedy", "$1", "class", "(.+)")',
                {**style.COUNT, "custom.width": 70},
            )
        ],
        sort="Severity",
        none="Nothing was found about mail.",
    )
    endpoint = "trustpath_endpoint"
    begun = f"max by ({ENDPOINT}) ({endpoint}_starttls_duration_seconds{{{where}}})"
    # Only endpoints that speak a dialect before TLS are of interest here.
    only = f"and on ({ENDPOINT}) {begun}"
    hosts = rows(
        "STARTTLS at each endpoint",
        "Endpoints that speak a dialect before TLS and gave the go-ahead, and what a sending server needs to trust them. "
        "TLSA is absent where DNSSEC secures no usable record.",
        KEYS,
        [
            Value("STARTTLS took", begun, style.SECONDS | {"custom.width": 120}),
            Value(
                "TLS",
                f"min by ({ENDPOINT}) (trustpath_tls_handshake_success{{{where}}}) {only}",
                style.badge(style.PASSED, 80),
            ),
            Value(
                "Name",
                f"min by ({ENDPOINT}) (trustpath_certificate_name_match{{{where}}}) {only}",
                style.badge(style.YES, 70),
            ),
            Value(
                "Trusted",
                f"min by ({ENDPOINT}) (trustpath_certificate_trusted{{{where}}}) {only}",
                style.badge(style.YES, 80),
            ),
            Value(
                "TLSA",
                f"min by ({ENDPOINT}) (trustpath_tlsa_match{{{where}}}) {only}",
                style.badge(style.YES, 70),
            ),
        ],
        sort="Host",
        none="No endpoint was asked for STARTTLS, or none took it.",
    )
    return [(7, [(11, findings), (13, hosts)])]


def _endpoints(where: str):
    def worst(family: str) -> str:
        return f"min by ({ENDPOINT}) ({family}{{{where}}})"

    def longest(family: str) -> str:
        return f"max by ({ENDPOINT}) (trustpath_endpoint_{family}_duration_seconds{{{where}}})"

    agreed = ["version", "cipher", "group", "signature", "alpn"]
    return rows(
        "Endpoints",
        "Every address on every port. An optional port that is closed is down and no failure.",
        KEYS,
        [
            Value("TCP", worst("trustpath_endpoint_up"), style.badge(style.UP, 65)),
            Value("TLS", worst("trustpath_tls_handshake_success"), style.badge(style.PASSED, 75)),
            Value("Connect", longest("connect"), style.SECONDS),
            Value("STARTTLS", longest("starttls"), style.SECONDS),
            Value("Handshake", longest("handshake"), style.SECONDS),
            Labels(
                f"max by ({ENDPOINT}, {', '.join(agreed)}) (trustpath_tls_info{{{where}}})",
                [
                    Key("version", "Version", style.style(width=80)),
                    Key("cipher", "Cipher suite"),
                    Key("group", "Group", style.style(width=90)),
                    Key("signature", "Signature"),
                    Key("alpn", "ALPN", style.style(width=70)),
                ],
            ),
        ],
        sort="Port",
    )


def _up(where: str):
    return timeline(
        "Endpoints over time",
        "Whether TCP connects.",
        [(f"min by (address, port) (trustpath_endpoint_up{{{where}}})", SHOWN)],
        {"mappings": style.UP},
    )


def _times(where: str):
    families = [("connect", "TCP"), ("starttls", "STARTTLS"), ("handshake", "TLS")]
    return lines(
        "Time to connect and to shake hands",
        "Connection, the dialect before TLS where there is one, and the TLS handshake, of each endpoint.",
        [
            (
                f"max by (address, port) (trustpath_endpoint_{family}_duration_seconds{{{where}}})",
                f"{name} {SHOWN}",
            )
            for family, name in families
        ],
        style.style(unit="s"),
    )


def _versions(where: str):
    return rows(
        "Versions offered",
        "Which versions of TLS each endpoint takes; with tls.legacy_scan in the module only.",
        [Key("address", "Address"), Key("port", "Port", style.style(width=70)), Key("version", "Version")],
        [
            Value(
                "Offered",
                f"max by (address, port, version) (trustpath_tls_version_offered{{{where}}})",
                style.style(
                    mappings=style.words((1, "offered", style.BLUE), (0, "no", style.GREY)),
                    cell="text",
                    width=80,
                ),
            )
        ],
        sort="Port",
        none="Not asked for: tls.legacy_scan is off.",
    )


def _certificates(where: str):
    by = f"{ENDPOINT}, key_type"

    def days(which: str) -> str:
        family = "trustpath_certificate_not_after_timestamp_seconds"
        return f'(min by ({by}) ({family}{{certificate="{which}", {where}}}) - time()) / 86400'

    return rows(
        "Certificates",
        "What each endpoint shows, also where verification fails. Sent is the first of all certificates sent to end, "
        "verified that of the chain which could be built.",
        [*KEYS, KEY_TYPE],
        [
            Value("Leaf ends in", days("leaf"), style.DAYS),
            Value("Life left", promql.certificate_life(where, by, 'certificate="leaf"'), style.LIFE),
            Value("Sent", days("sent_chain"), style.DAYS),
            Value("Verified", days("verified_chain"), style.DAYS),
            Labels(
                f"max by ({by}, subject, issuer, key, signature) (trustpath_certificate_info{{{where}}})",
                [
                    Key("subject", "Subject"),
                    Key("issuer", "Issuer"),
                    Key("key", "Public key", style.style(width=110)),
                    Key("signature", "Signed with", style.style(width=170)),
                ],
            ),
        ],
        sort="Leaf ends in",
    )


def _verdicts(where: str):
    by = f"{ENDPOINT}, key_type"
    prefix = "trustpath_certificate"
    return rows(
        "Name, trust and chain",
        "Each told apart: whether the certificate covers the host, whether a chain leads to a trusted root, whether the "
        "server sends all intermediates.",
        [*KEYS, KEY_TYPE],
        [
            Value("Name", f"min by ({by}) ({prefix}_name_match{{{where}}})", style.badge(style.YES, 70)),
            Value("Trusted", f"min by ({by}) ({prefix}_trusted{{{where}}})", style.badge(style.YES, 80)),
            Value("Chain", f"min by ({by}) ({prefix}_chain_complete{{{where}}})", style.badge(style.YES, 75)),
        ],
        sort="Port",
    )


def _days(where: str):
    family = "trustpath_certificate_not_after_timestamp_seconds"
    return lines(
        "Certificates' lifetime left",
        "A renewal is a step upwards. An address that does not take the step was not renewed.",
        [
            (
                f'min by (address, port) ({family}{{certificate="leaf", {where}}} - time()) / 86400',
                SHOWN,
            )
        ],
        style.style(unit="suffix: d", decimals=1, thresholds=style.DAYS_LIMITS),
    )


def _staples(where: str):
    def hours(family: str) -> str:
        return f"max by ({ENDPOINT}) (trustpath_ocsp_{family}_update_timestamp_seconds{{{where}}})"

    return rows(
        "OCSP staples",
        "The revocation status that the server staples. A staple that is late is of no use to clients; a certificate "
        "that demands one fails without it.",
        KEYS,
        [
            Labels(
                f"max by ({ENDPOINT}, status) (trustpath_ocsp_staple_info{{{where}}})",
                [Key("status", "Status", style.badge(style.STAPLE))],
            ),
            Value("Made before", f"time() - {hours('this')}", style.style(unit="s", decimals=1, width=110)),
            Value(
                "Holds for",
                f"{hours('next')} - time()",
                style.style(
                    unit="s",
                    decimals=1,
                    thresholds=style.steps(style.RED, (0, style.GREEN)),
                    cell="text",
                    width=110,
                ),
            ),
        ],
        sort="Holds for",
        none="No server staples an OCSP response.",
    )


def _tlsa(where: str):
    return rows(
        "TLSA records (DANE)",
        "Whether what the server sends matches a secure TLSA record. No row where DNSSEC secures none that is usable.",
        KEYS,
        [Value("Match", f"min by ({ENDPOINT}) (trustpath_tlsa_match{{{where}}})", style.badge(style.YES))],
        sort="Host",
        none="No secure TLSA record.",
    )
