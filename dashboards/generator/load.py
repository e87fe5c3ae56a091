"""What the agents do over time: probes, DNS, memory, CPU, files, reloads."""

import style
from panels import lines

WHERE = 'job=~"$job", instance=~"$instance"'
RATE = "[$__rate_interval]"
PER_SECOND = style.style(unit="ops")
SHARE = style.style(unit="percentunit", decimals=0, maximum=1)


def probes() -> list:
    total = f"rate(trustpath_probes_total{{{WHERE}}}{RATE})"
    return [
        (
            8,
            lines(
                "Probes by outcome",
                "Per second. A failing target is a probe that did its work; a refused request got none.",
                [
                    (f"sum by (outcome) ({total})", "{{outcome}}"),
                    (f"sum by (reason) (rate(trustpath_probes_refused_total{{{WHERE}}}{RATE}))", "refused: {{reason}}"),
                ],
                PER_SECOND,
                stacked=True,
                colors={"success": style.GREEN, "failure": style.RED},
            ),
        ),
        (
            8,
            lines(
                "Probes by module",
                "Per second.",
                [(f"sum by (module) ({total})", "{{module}}")],
                PER_SECOND,
                stacked=True,
            ),
        ),
        (
            8,
            lines(
                "Probes in flight",
                "By agent.",
                [(f"sum by (instance) (trustpath_probes_in_flight{{{WHERE}}})", "{{instance}}")],
                style.COUNT,
            ),
        ),
    ]


def durations() -> list:
    buckets = f"rate(trustpath_probe_duration_seconds_bucket{{{WHERE}}}{RATE})"
    total = f"rate(trustpath_probe_duration_seconds_sum{{{WHERE}}}{RATE})"
    count = f"rate(trustpath_probe_duration_seconds_count{{{WHERE}}}{RATE})"
    quantiles = [(0.5, "half"), (0.9, "90 %"), (0.99, "99 %")]
    return [
        (
            8,
            lines(
                "Duration of probes",
                "Within how long half, nine tenths and all but a hundredth of the probes were done, and the mean.",
                [
                    *(
                        (f"histogram_quantile({share}, sum by (le) ({buckets}))", name)
                        for share, name in quantiles
                    ),
                    (f"sum({total}) / (sum({count}) > 0)", "mean"),
                ],
                style.style(unit="s"),
            ),
        ),
        (
            8,
            lines(
                "Duration by agent",
                "Within how long nine tenths of each agent's probes were done.",
                [(f"histogram_quantile(0.9, sum by (le, instance) ({buckets}))", "{{instance}}")],
                style.style(unit="s"),
            ),
        ),
        (
            8,
            lines(
                "Targets skipped by agent",
                "Configured targets that did not fit into a scrape of /metrics.",
                [(f"sum by (instance) (trustpath_targets_skipped{{{WHERE}}})", "{{instance}}")],
                {**style.COUNT, "thresholds": style.NONE_IS_GOOD},
            ),
        ),
    ]


def dns() -> list:
    exchanges = f"trustpath_dns_exchanges_total{{{WHERE}}}"
    hits, asked = keys()
    put = f"sum by (instance) (rate({exchanges}{RATE}))"
    came = f'sum by (instance) (rate(trustpath_dns_exchanges_total{{outcome=~"answered|truncated", {WHERE}}}{RATE}))'
    return [
        (
            8,
            lines(
                "DNS exchanges",
                "Questions per second, by transport and what came of them. Truncated answers are asked for again over TCP.",
                [(f"sum by (transport, outcome) (rate({exchanges}{RATE}))", "{{transport}} {{outcome}}")],
                PER_SECOND,
                stacked=True,
            ),
        ),
        (
            8,
            lines(
                "DNS exchanges without an answer",
                "Share of each agent's questions that timed out or failed. All agents at once: the servers; one: its network.",
                [(f"({put} - ({came} or {put} * 0)) / ({put} > 0)", "{{instance}}")],
                SHARE,
            ),
        ),
        (
            8,
            lines(
                "Key cache",
                "Look-ups of validated keys per second. Keys are kept for a quarter of an hour at most.",
                [
                    (f"sum({hits})", "found"),
                    (f"sum(rate(trustpath_key_cache_misses_total{{{WHERE}}}{RATE}))", "fetched"),
                ],
                PER_SECOND,
                stacked=True,
            ),
        ),
    ]


def process() -> list:
    return [
        (
            8,
            lines(
                "Memory",
                "Resident memory of each agent.",
                [(f"max by (instance) (process_resident_memory_bytes{{{WHERE}}})", "{{instance}}")],
                style.style(unit="bytes"),
            ),
        ),
        (
            8,
            lines(
                "CPU",
                "Of one core. Handshakes and signatures are what costs.",
                [(f"sum by (instance) (rate(process_cpu_seconds_total{{{WHERE}}}{RATE}))", "{{instance}}")],
                style.style(unit="percentunit"),
            ),
        ),
        (
            8,
            lines(
                "Open files",
                "Sockets are files. At the limit, probes fail with probe_local_error.",
                [
                    (f"max by (instance) (process_open_fds{{{WHERE}}})", "{{instance}} open"),
                    (f"max by (instance) (process_max_fds{{{WHERE}}})", "{{instance}} limit"),
                ],
                style.COUNT,
            ),
        ),
    ]


def reloads() -> list:
    return [
        (
            12,
            lines(
                "Scrapes of the agent's own page",
                "How long Prometheus waited for /metrics; with configured targets these are probed meanwhile.",
                [(f"max by (instance) (scrape_duration_seconds{{{WHERE}}})", "{{instance}}")],
                style.style(unit="s"),
            ),
        ),
        (
            12,
            lines(
                "Reloads",
                "Whether the configuration in the file is the one in force, and when a reload took effect.",
                [
                    (
                        f"min by (instance) (trustpath_config_last_reload_successful{{{WHERE}}})",
                        "{{instance}} in force",
                    ),
                    (
                        "sum by (instance) "
                        f"(changes(trustpath_config_last_reload_success_timestamp_seconds{{{WHERE}}}{RATE}))",
                        "{{instance}} reloads",
                    ),
                ],
                {**style.COUNT, "max": 1},
                steps=True,
            ),
        ),
    ]


def keys() -> tuple[str, str]:
    """The rates of hits, and of all look-ups."""
    hits = f"rate(trustpath_key_cache_hits_total{{{WHERE}}}{RATE})"
    return hits, f"{hits} + rate(trustpath_key_cache_misses_total{{{WHERE}}}{RATE})"
