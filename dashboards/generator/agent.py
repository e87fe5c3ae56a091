"""The agents themselves: what they do, how long it takes, what it costs."""

import load
import style
from layout import dashboard as assembled
from layout import datasource, labels
from load import PER_SECOND, RATE, SHARE, WHERE
from panels import value
from tables import Key, Labels, Value, rows


def dashboard():
    return assembled(
        "agent",
        "Trustpath / Agent",
        "The agents themselves: probes and their durations, DNS exchanges, the key cache, memory, CPU and files.",
        [
            datasource(),
            labels("job", "Job", "trustpath_build_info"),
            labels("instance", "Agent", 'trustpath_build_info{job=~"$job"}', every=".+"),
        ],
        [
            (None, [(4, _counts()), (6, [(24, _agents())])]),
            ("Probes", [(8, load.probes()), (8, load.durations())]),
            ("DNS", [(8, load.dns())]),
            ("Process", [(8, load.process()), (7, load.reloads())]),
        ],
    )


def _counts() -> list:
    hits, asked = load.keys()
    limits = style.steps(style.RED, (1, style.GREEN))
    return [
        (
            4,
            value(
                "Agents up",
                "Of those that Prometheus scrapes the share that answers.",
                f"avg(up{{{WHERE}}})",
                {**SHARE, "thresholds": limits},
            ),
        ),
        (
            4,
            value(
                "Probes",
                "Per second, over all agents.",
                f"sum(rate(trustpath_probe_duration_seconds_count{{{WHERE}}}{RATE}))",
                {**PER_SECOND, "decimals": 1, "thresholds": style.steps(style.BLUE)},
                graph=True,
            ),
        ),
        (
            4,
            value(
                "In flight",
                "Probes that run now. At limits.concurrent_probes an agent answers 503.",
                f"sum(trustpath_probes_in_flight{{{WHERE}}})",
                {**style.COUNT, "thresholds": style.steps(style.BLUE)},
                graph=True,
            ),
        ),
        (
            4,
            value(
                "Targets skipped",
                "Configured targets that did not fit into their last scrape of /metrics: scrape them by /probe, raise the "
                "scrape timeout, or give some to another agent.",
                f"sum(trustpath_targets_skipped{{{WHERE}}})",
                {**style.COUNT, "thresholds": style.NONE_IS_GOOD},
            ),
        ),
        (
            4,
            value(
                "Configuration",
                "Whether the last reload took the file; a bad one leaves the old configuration in force.",
                f"min(trustpath_config_last_reload_successful{{{WHERE}}})",
                {"mappings": style.words((1, "loaded", style.GREEN), (0, "refused", style.RED))},
            ),
        ),
        (
            4,
            value(
                "Key cache hits",
                "Share of the validated keys that were still in the cache.",
                f"sum({hits}) / (sum({asked}) > 0)",
                {**SHARE, "thresholds": style.steps(style.BLUE), "none": "not asked"},
                graph=True,
            ),
        ),
    ]


def _agents():
    by = "job, instance"
    return rows(
        "Agents",
        "Every agent with its version, and what it takes of its host.",
        [Key("job", "Job"), Key("instance", "Agent")],
        [
            Value("State", f"min by ({by}) (up{{{WHERE}}})", style.badge(style.UP)),
            Labels(f"max by ({by}, version) (trustpath_build_info{{{WHERE}}})", [Key("version", "Version")]),
            Value(
                "Running for",
                f"time() - max by ({by}) (process_start_time_seconds{{{WHERE}}})",
                style.style(unit="s", decimals=1),
            ),
            Value(
                "Configured before",
                f"time() - max by ({by}) (trustpath_config_last_reload_success_timestamp_seconds{{{WHERE}}})",
                style.style(unit="s", decimals=1),
            ),
            Value(
                "Memory",
                f"max by ({by}) (process_resident_memory_bytes{{{WHERE}}})",
                style.style(unit="bytes", decimals=1),
            ),
            Value(
                "CPU",
                f"sum by ({by}) (rate(process_cpu_seconds_total{{{WHERE}}}{RATE}))",
                style.style(unit="percentunit", decimals=1),
            ),
            Value(
                "Files",
                f"max by ({by}) (process_open_fds{{{WHERE}}} / process_max_fds{{{WHERE}}})",
                style.style(
                    unit="percentunit",
                    decimals=1,
                    thresholds=style.steps(style.GREEN, (0.7, style.ORANGE), (0.9, style.RED)),
                    cell="gauge",
                    minimum=0,
                    maximum=1,
                ),
            ),
        ],
        sort="Agent",
    )
