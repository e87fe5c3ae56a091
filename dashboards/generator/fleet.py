"""Every target: state, class, what ends soonest, latency, DNSSEC."""

import promql
import style
from layout import agent_url, datasource, labels
from layout import dashboard as assembled
from links import report, runbook, target_dashboard
from panels import bars, lines, timeline, value
from tables import Key, Labels, Value, rows

WHERE = 'job=~"$job", target=~"$target", vantage=~"$vantage"'
BY = "target, vantage"
KEYS = [
    Key("target", "Target", links=(target_dashboard("Target"), report("Target"))),
    Key("vantage", "Vantage", style.style(width=110)),
]


def dashboard(classes: list[dict]):
    return assembled(
        "fleet",
        "Trustpath / Fleet",
        "Every target that trustpath probes: its state, the class it fails by, what ends soonest, latency and DNSSEC.",
        [
            datasource(),
            labels("job", "Job", "trustpath_stage_success"),
            labels("target", "Target", 'trustpath_stage_success{job=~"$job"}', every=".+"),
            labels("vantage", "Vantage", 'trustpath_stage_success{job=~"$job"}', every=".*"),
            agent_url(),
        ],
        [
            (None, [(4, _counts())]),
            ("Targets", [(14, [(24, _targets())]), (8, [(16, _failed()), (8, _classes())])]),
            (
                "What ends soonest",
                [(9, [(14, _certificates()), (10, _signatures())])],
            ),
            ("Over time", [(9, [(8, _failing()), (8, _dnssec()), (8, _stages())]), (9, [(24, _slowest())])]),
        ],
    )


def _counts() -> list:
    success = f"min by (target) (probe_success{{{WHERE}}})"
    warned = f'trustpath_findings{{severity="warning", {WHERE}}}'
    late = f"{promql.certificate_life(WHERE, 'target')} < 0.2"
    unsigned = f"{promql.signature_life(WHERE, 'target')} < 0.2"
    bogus = f'max by (target) (trustpath_dnssec_status{{status="bogus", {WHERE}}}) == 1'
    torn = f"max by (target) (probe_success{{{WHERE}}}) == 1 and {success} == 0"
    counts = [
        (3, "Targets", "Targets that are probed.", f"count({success})", style.steps(style.BLUE)),
        (
            3,
            "Failing",
            "Targets that fail a probe, from any vantage point.",
            promql.or_zero(f"count({success} == 0)"),
            style.NONE_IS_GOOD,
        ),
        (
            3,
            "With warnings",
            "Targets with a finding that users do not notice yet.",
            promql.or_zero(f"count(count by (target) ({warned}))"),
            style.NONE_IS_BETTER,
        ),
        (
            4,
            "Certificates ending",
            "Targets with a certificate that has less than a fifth of its lifetime left, or none. "
            "An ACME client renews when a third is left.",
            promql.or_zero(f"count({late})"),
            style.NONE_IS_GOOD,
        ),
        (
            4,
            "Signatures ending",
            "Targets on whose path a DNSSEC signature has less than a fifth of its validity left, or none.",
            promql.or_zero(f"count({unsigned})"),
            style.NONE_IS_GOOD,
        ),
        (
            3,
            "DNSSEC bogus",
            "Targets whose answers validating resolvers refuse.",
            promql.or_zero(f"count({bogus})"),
            style.NONE_IS_GOOD,
        ),
        (
            4,
            "Seen differently",
            "Targets that are healthy from one vantage point and fail from another: the cause is on the way.",
            promql.or_zero(f"count({torn})"),
            style.NONE_IS_BETTER,
        ),
    ]
    return [
        (width, value(title, text, expression, {**style.COUNT, "thresholds": limits}))
        for width, title, text, expression, limits in counts
    ]


def _targets():
    return rows(
        "Every target, the certificate that ends soonest first",
        "A target's name leads to its own dashboard and to the agent's report, its class to the runbook. The state is of "
        "the last probe. Life left is the share of the certificate's lifetime that is left; a renewal is late below a "
        "third. A target without a certificate never got to the handshake.",
        KEYS,
        [
            Value("State", f"min by ({BY}) (probe_success{{{WHERE}}})", style.badge(style.SUCCESS)),
            Labels(
                f"max by ({BY}, class) (trustpath_failure{{{WHERE}}}) == 1",
                [Key("class", "Class", links=(runbook("Class"),))],
            ),
            Value(
                "Warnings",
                f'count by ({BY}) (trustpath_findings{{severity="warning", {WHERE}}})',
                {**style.COUNT, "custom.width": 90},
            ),
            Value(
                "Certificate ends in", promql.certificate_days(WHERE, BY), style.DAYS | {"custom.width": 165}
            ),
            Value("Life left", promql.certificate_life(WHERE, BY), style.LIFE),
            Labels(
                f"max by ({BY}, status) (trustpath_dnssec_status{{{WHERE}}}) == 1",
                [Key("status", "DNSSEC", style.badge(style.DNSSEC, 115))],
            ),
            Value("Signature ends in", promql.signature_days(WHERE, BY), style.DAYS | {"custom.width": 140}),
            Value("Latency", f"max by ({BY}) (probe_duration_seconds{{{WHERE}}})", style.SECONDS),
        ],
        sort="Certificate ends in",
    )


def _failed():
    failing = f"min_over_time(probe_success{{{WHERE}}}[$__range] @ end()) == 0"
    return timeline(
        "Targets that failed within this time",
        "Only targets with at least one failed probe within the time shown have a row.",
        [(f"min by ({BY}) (probe_success{{{WHERE}}}) and on ({BY}) ({failing})", "{{target}} {{vantage}}")],
        {"mappings": style.SUCCESS},
    )


def _classes():
    return bars(
        "Classes found now",
        "In how many targets each class is found, failures and warnings. A bar leads to the runbook.",
        f"count by (class) (count by (class, target) (trustpath_findings{{{WHERE}}}))",
        "{{class}}",
        {**style.COUNT, "thresholds": style.steps(style.ORANGE)},
        links=[runbook(label="class")],
    )


def _certificates():
    by = "target, host, port, key_type"
    where = f'certificate="leaf", {WHERE}'
    after = f"trustpath_certificate_not_after_timestamp_seconds{{{where}}}"
    return rows(
        "Certificates",
        "The servers' certificates, the worst of each host and port, also those that verification refuses. "
        "Who issued them says whose renewal is late.",
        [
            Key("target", "Target", links=(target_dashboard("Target"), report("Target"))),
            Key("host", "Host"),
            Key("port", "Port", style.style(width=70)),
            Key("key_type", "Key", style.style(width=80)),
        ],
        [
            Value("Ends in", f"min by ({by}) ({after} - time()) / 86400", style.DAYS),
            Value("Life left", promql.certificate_life(WHERE, by, 'certificate="leaf"'), style.LIFE),
            Labels(
                f"max by ({by}, issuer) (trustpath_certificate_info{{{WHERE}}})", [Key("issuer", "Issuer")]
            ),
        ],
        sort="Ends in",
    )


def _signatures():
    return rows(
        "DNSSEC signatures",
        "Of each zone on the targets' paths the signature that ends first. A signer that works renews it long before.",
        [Key("dns_zone", "Zone")],
        [
            Value("Ends in", promql.signature_days(WHERE, "dns_zone"), style.DAYS),
            Value("Life left", promql.signature_life(WHERE, "dns_zone"), style.LIFE),
            Value(
                "State",
                promql.dnssec_code("trustpath_dnssec_zone_status", WHERE, "dns_zone"),
                style.badge(style.DNSSEC_CODE, 115),
            ),
        ],
        sort="Ends in",
    )


def _failing():
    return lines(
        "Failing targets by class",
        "How many targets fail by each class.",
        [(f"count by (class) (max by (class, target) (trustpath_failure{{{WHERE}}}) == 1)", "{{class}}")],
        style.COUNT,
        stacked=True,
    )


def _dnssec():
    return lines(
        "Targets by DNSSEC state",
        "Secure, insecure (provably unsigned), bogus and indeterminate, as RFC 4035 4.3 has them.",
        [(f"sum by (status) (max by (status, target) (trustpath_dnssec_status{{{WHERE}}}))", "{{status}}")],
        style.COUNT,
        stacked=True,
        colors={
            "secure": style.GREEN,
            "insecure": style.BLUE,
            "indeterminate": style.ORANGE,
            "bogus": style.RED,
        },
    )


def _stages():
    return lines(
        "Time by stage",
        "The mean over all targets. Resolution and validation overlap; the endpoints of a target are tried at once.",
        [(f"avg by (stage) (trustpath_stage_duration_seconds{{{WHERE}}})", "{{stage}}")],
        style.style(unit="s"),
    )


def _slowest():
    return lines(
        "The ten slowest targets",
        "Duration of the whole probe. A probe that waits for something silent is slow; the target's dashboard says which.",
        [(f"topk(10, max by ({BY}) (probe_duration_seconds{{{WHERE}}}))", "{{target}} {{vantage}}")],
        style.style(unit="s", thresholds=style.SECONDS_LIMITS),
    )
