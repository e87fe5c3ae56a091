"""One target as the path that its users take: DNS, DNSSEC, connection, TLS, certificate; mail beside it."""

import endpoints
import names
import promql
import style
from layout import agent_url, datasource, labels, report_link
from layout import dashboard as assembled
from links import runbook
from panels import lines, timeline, value
from tables import Key, Value, rows

STAGES = ["resolve", "validate", "connect", "starttls", "handshake", "diagnose"]
WHERE = 'job=~"$job", target="$target", vantage=~"$vantage"'


def dashboard(classes: list[dict]):
    return assembled(
        "target",
        "Trustpath / Target",
        "One target as the path that its users take: DNS, DNSSEC, connection, TLS, certificate, for every endpoint.",
        [
            datasource(),
            labels("job", "Job", "trustpath_stage_success"),
            labels("target", "Target", 'trustpath_stage_success{job=~"$job"}', several=False),
            labels(
                "vantage", "Vantage", 'trustpath_stage_success{job=~"$job", target="$target"}', every=".*"
            ),
            agent_url(),
        ],
        [
            (None, [(4, _verdict()), (8, [(16, _findings(classes)), (8, _timeline())]), (7, _path())]),
            ("DNS", names.dns(WHERE)),
            ("DNSSEC", names.dnssec(WHERE)),
            ("Connection and TLS", endpoints.connections(WHERE)),
            ("Certificate", endpoints.certificates(WHERE)),
            ("Mail", endpoints.mail(WHERE, classes)),
        ],
        [report_link()],
    )


def _verdict() -> list:
    return [
        (
            4,
            value(
                "State",
                "Of the last probe, from the vantage point where it is worst. Healthy is a target without a class that "
                "fails a probe; warnings may stand beside it.",
                f"min(probe_success{{{WHERE}}})",
                {"mappings": style.SUCCESS},
            ),
        ),
        (
            6,
            value(
                "Class",
                "The one class that the probe fails by: the first cause on the path. Its runbook is linked below.",
                f"max by (class) (trustpath_failure{{{WHERE}}}) == 1",
                {"thresholds": style.steps(style.GREEN, (1, style.RED)), "none": "none"},
                legend="{{class}}",
                name=True,
            ),
        ),
        (
            4,
            value(
                "DNSSEC",
                "The weakest link of the whole chain of aliases (RFC 4035 4.3).",
                promql.dnssec_code("trustpath_dnssec_status", WHERE, "target"),
                {"mappings": style.DNSSEC_CODE},
            ),
        ),
        (
            4,
            value(
                "Certificate ends in",
                "Until the first certificate ends that a client needs, over all endpoints.",
                promql.certificate_days(WHERE, "target"),
                {"unit": "suffix: d", "decimals": 1, "thresholds": style.DAYS_LIMITS, "none": "none seen"},
            ),
        ),
        (
            3,
            value(
                "Signature ends in",
                "Until the first DNSSEC signature on the path ends.",
                f"(min(trustpath_dnssec_earliest_signature_expiry_timestamp_seconds{{{WHERE}}}) - time()) / 86400",
                {"unit": "suffix: d", "decimals": 1, "thresholds": style.DAYS_LIMITS, "none": "not signed"},
            ),
        ),
        (
            3,
            value(
                "Duration",
                "Of the whole probe.",
                f"max(probe_duration_seconds{{{WHERE}}})",
                {"unit": "s", "decimals": 1, "thresholds": style.SECONDS_LIMITS},
                graph=True,
            ),
        ),
    ]


def _findings(classes: list[dict]):
    found = f"max by (class, severity, vantage) (trustpath_findings{{{WHERE}}})"
    told = f'label_replace(label_replace({found}, "stage", "$1", "class", "(.+)"), "remedy", "$1", "class", "(.+)")'
    stages = style.groups(classes, "stage")
    remedies = style.texts({each["class"]: each["remedy"] for each in classes})
    return rows(
        "Findings",
        "Everything that was found, with what to do about it. A class leads to its runbook; the evidence is in the "
        "agent's report, linked at the top.",
        [
            Key("class", "Class", style.style(width=210), (runbook("Class"),)),
            Key("severity", "Severity", style.badge(style.SEVERITY)),
            Key("stage", "Stage", style.style(mappings=stages, width=100)),
            Key("remedy", "Remedy", style.style(mappings=remedies, cell="wrapped")),
            Key("vantage", "Vantage", style.style(width=100)),
        ],
        [Value("Places", told, {**style.COUNT, "custom.width": 70})],
        sort="Severity",
        none="Nothing was found.",
    )


def _timeline():
    failure = f"max by (class) (trustpath_failure{{{WHERE}}})"
    warning = f'max by (class) (trustpath_findings{{severity="warning", {WHERE}}})'
    return timeline(
        "State and class over time",
        "The state, a row for each class that the target failed by within the time shown, and one for each warning.",
        [
            (f"min by (target) (probe_success{{{WHERE}}}) + 2", "{{target}}"),
            (
                f"{failure} and on (class) "
                f"(max by (class) (max_over_time(trustpath_failure{{{WHERE}}}[$__range] @ end())) == 1)",
                "{{class}}",
            ),
            (f"clamp_max({warning}, 1) + 3", "{{class}}"),
        ],
        {
            "mappings": style.words(
                (0, "not it", style.FAINT),
                (1, "fails by it", style.RED),
                (2, "failing", style.RED),
                (3, "healthy", style.GREEN),
                (4, "warns", style.ORANGE),
            )
        },
    )


def _path() -> list:
    return [
        (
            10,
            value(
                "The path",
                "Whether each stage gave what it should: addresses; secure or insecure; every required port connected; "
                "every handshake completed. A stage that was not reached is absent.",
                [f'min by (stage) (trustpath_stage_success{{stage="{stage}", {WHERE}}})' for stage in STAGES],
                {"mappings": style.PASSED},
                legend="{{stage}}",
            ),
        ),
        (
            14,
            lines(
                "Time by stage",
                "Of the slowest endpoint where each has its own. Resolution and validation overlap.",
                [
                    (
                        f'max by (stage) (trustpath_stage_duration_seconds{{stage="{stage}", {WHERE}}})',
                        "{{stage}}",
                    )
                    for stage in STAGES
                ],
                style.style(unit="s"),
            ),
        ),
    ]
