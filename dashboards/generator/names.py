"""The rows of a target's dashboard that are about its name: DNS and DNSSEC."""

import promql
import style
from panels import lines, timeline, value
from tables import Key, Labels, Value, rows

VANTAGE = Key("vantage", "Vantage", style.style(width=100))
TTL = style.style(unit="s", decimals=0, width=90)


def dns(where: str) -> list:
    return [
        (7, [(13, _resolvers(where)), (11, _nameservers(where))]),
        (6, [(24, _agreement(where))]),
        (8, [(8, _resolver_times(where)), (8, _nameserver_times(where)), (8, _ttls(where))]),
        (8, [(8, _changes(where)), (8, _serials(where)), (4, _addresses(where)), (4, _hops(where))]),
    ]


def dnssec(where: str) -> list:
    code = promql.dnssec_code("trustpath_dnssec_zone_status", where, "dns_zone, vantage")
    zones = rows(
        "Zones, from the trust anchor to the name",
        "The state of each zone on the path, and the validity of its signature that ends first. Zones of aliases stand "
        "beside the target's own.",
        [Key("dns_zone", "Zone"), VANTAGE],
        [
            Value("State", code, style.badge(style.DNSSEC_CODE, 115)),
            Value(
                "Signature ends in",
                promql.signature_days(where, "dns_zone, vantage"),
                style.DAYS | {"custom.width": 140},
            ),
            Value("Life left", promql.signature_life(where, "dns_zone, vantage"), style.LIFE),
        ],
        sort="Zone",
    )
    states = timeline(
        "State of each zone over time",
        "Where the chain of trust broke, and when.",
        [(promql.dnssec_code("trustpath_dnssec_zone_status", where, "dns_zone"), "{{dns_zone}}")],
        {"mappings": style.DNSSEC_CODE},
    )
    left = lines(
        "Signatures' validity left",
        "A signer that works makes a saw of it; a line that only falls is a signer that stopped.",
        [(promql.signature_days(where, "dns_zone"), "{{dns_zone}}")],
        style.style(unit="suffix: d", decimals=1, thresholds=style.DAYS_LIMITS),
    )
    return [(7, [(10, zones), (7, states), (7, left)])]


def _resolvers(where: str):
    by = "host, resolver, vantage"
    prefix = "trustpath_dns_resolver"
    return rows(
        "Resolvers",
        "What each resolver answers for the target's host. Match is whether an authoritative server gives the same; it "
        "is absent where either side is not known. The least TTL of the address records counts.",
        [Key("host", "Host"), Key("resolver", "Resolver"), VANTAGE],
        [
            Value("Up", f"max by ({by}) ({prefix}_up{{{where}}})", style.badge(style.UP, 65)),
            Value("Match", f"min by ({by}) ({prefix}_answer_match{{{where}}})", style.badge(style.YES, 70)),
            Value("TTL", f"min by ({by}) ({prefix}_answer_ttl_seconds{{{where}}})", TTL),
            Value("Time", f"max by ({by}) ({prefix}_duration_seconds{{{where}}})", style.SECONDS),
            Labels(
                f"max by ({by}, rcode, extended_error) ({prefix}_response_info{{{where}}})",
                [
                    Key("rcode", "Answer", style.style(width=100)),
                    Key("extended_error", "Extended error", style.style(width=120)),
                ],
            ),
        ],
        sort="Resolver",
    )


def _nameservers(where: str):
    by = "dns_zone, nameserver, address, vantage"
    prefix = "trustpath_dns_nameserver"
    return rows(
        "Nameservers",
        "Every address of every authoritative server. Match compares its addresses with those of the first sound one.",
        [Key("dns_zone", "Zone"), Key("nameserver", "Nameserver"), Key("address", "Address"), VANTAGE],
        [
            Value("Up", f"max by ({by}) ({prefix}_up{{{where}}})", style.badge(style.UP, 65)),
            Value("Match", f"min by ({by}) ({prefix}_answer_match{{{where}}})", style.badge(style.YES, 70)),
            Value(
                "Serial",
                f"max by ({by}) ({prefix}_soa_serial{{{where}}})",
                style.style(unit="none", width=100),
            ),
            Value("Time", f"max by ({by}) ({prefix}_duration_seconds{{{where}}})", style.SECONDS),
        ],
        sort="Nameserver",
    )


def _agreement(where: str):
    return timeline(
        "Agreement over time",
        "Resolvers with the authority, nameservers among themselves, the parent's delegation with the zone, and the "
        "records with what the configuration expects.",
        [
            (f"min by (resolver) (trustpath_dns_resolver_answer_match{{{where}}})", "resolver {{resolver}}"),
            (
                f"min by (dns_zone) (trustpath_dns_nameservers_agree{{{where}}})",
                "nameservers of {{dns_zone}}",
            ),
            (f"min by (dns_zone) (trustpath_dns_delegation_match{{{where}}})", "delegation of {{dns_zone}}"),
            (f"min by (expectation) (trustpath_dns_expected_match{{{where}}})", "expected {{expectation}}"),
        ],
        {"mappings": style.YES},
    )


def _resolver_times(where: str):
    expression = f"max by (resolver, host) (trustpath_dns_resolver_duration_seconds{{{where}}})"
    return lines(
        "Resolvers' time",
        "The slower of the questions for A and AAAA, with retries.",
        [(expression, "{{resolver}} for {{host}}")],
        style.style(unit="s"),
    )


def _nameserver_times(where: str):
    expression = f"max by (nameserver, address) (trustpath_dns_nameserver_duration_seconds{{{where}}})"
    return lines(
        "Nameservers' time",
        "The slowest of a server's questions over UDP.",
        [(expression, "{{nameserver}} {{address}}")],
        style.style(unit="s"),
    )


def _ttls(where: str):
    return lines(
        "TTL of the answers",
        "The least that each resolver has left and each nameserver gives. A cache makes a saw of it.",
        [
            (f"min by (resolver) (trustpath_dns_resolver_answer_ttl_seconds{{{where}}})", "{{resolver}}"),
            (
                f"min by (nameserver) (trustpath_dns_nameserver_answer_ttl_seconds{{{where}}})",
                "{{nameserver}}",
            ),
        ],
        style.style(unit="s"),
        steps=True,
    )


def _changes(where: str):
    return lines(
        "Changes of the answer",
        "How often within the interval the addresses changed that the first resolver gives. Their order does not count.",
        [
            (
                f"sum by (host, type) (changes(trustpath_dns_answer_hash{{{where}}}[$__rate_interval]))",
                "{{type}} of {{host}}",
            )
        ],
        style.COUNT,
        steps=True,
    )


def _serials(where: str):
    return lines(
        "Serial of the zone",
        "A server that keeps an old serial does not get the zone's changes.",
        [
            (
                f"max by (nameserver, dns_zone) (trustpath_dns_nameserver_soa_serial{{{where}}})",
                "{{dns_zone}} at {{nameserver}}",
            )
        ],
        style.style(unit="none"),
        steps=True,
    )


def _addresses(where: str):
    return value(
        "Addresses",
        "How many of each family the name has, the hosts of a mail domain together.",
        f"sum by (family) (max by (family, host) (trustpath_dns_addresses{{{where}}}))",
        {**style.COUNT, "thresholds": style.steps(style.GREY, (1, style.BLUE))},
        legend="{{family}}",
    )


def _hops(where: str):
    return value(
        "Aliases",
        "CNAME records between the name and its addresses. Each is a name more that has to work.",
        f"max(trustpath_dns_cname_hops{{{where}}})",
        {**style.COUNT, "thresholds": style.steps(style.BLUE, (3, style.ORANGE))},
    )
