"""Tests of those rules for `promtool test rules`: each fires, fires for nothing else, and resolves."""

import json

from rules import RUNBOOKS, stages
from table import TABLE

DAY = 86400
# In minutes: a step of the test, when the fault begins, and how much longer than the alert waits it lasts. Every wait
# of the table is some steps long.
STEP = 5
START = 10
LASTS = 20


def tests(classes):
    lines = ["rule_files: [../trustpath.rules.yaml]", "evaluation_interval: 5m", "tests:"]
    for stage, members in stages(classes).items():
        lines += [f"  - name: {stage}", "    interval: 5m", "    input_series:"]
        for each in members:
            lines += series(each)
        lines.append("    alert_rule_test:")
        for each in members:
            lines += expectations(each["alert"], wait(each), expected(each))
        failing = [each for each in members if each["severity"] == "failure"]
        lines += expectations("TrustpathWarning", 30, *(warned(each) for each in failing))
    return "\n".join(lines) + "\n"


def series(each):
    """One target with the fault, and for a class that usually fails another that it leaves whole."""
    name, lasting = each["class"], wait(each) + LASTS
    lines = []
    if each["severity"] == "failure":
        lines += sample("trustpath_failure", labels(name), f"{run(0, START)} {run(1, lasting)} {run(0, 30)}")
        lines += sample("trustpath_failure", labels(name, "whole"), run(0, START + lasting + 30))
    for kind, target in [("failure", ""), ("warning", "whole")] if lines else [("warning", "")]:
        lines += sample(
            "trustpath_findings", labels(name, target) | {"severity": kind},
            f"_x{START // STEP} {run(2, lasting if kind == each['severity'] else 30 + LASTS)} stale")
    measure = TABLE[name].measure
    for selector, value in measure.samples.items() if measure else ():
        metric, rest = selector.rstrip("}").split("{")
        own = dict(pair.split("=") for pair in rest.split(",") if pair)
        value = {"END": fires(wait(each)) * 60 + DAY, "BEGINNING": fires(wait(each)) * 60 - DAY}.get(value, value)
        probe = {key: text for key, text in labels(name).items() if key != "class"}
        own = {key: text.strip('"') for key, text in own.items()}
        lines += sample(metric, probe | own, run(value, START + lasting + 30))
    return lines


def expectations(alert, minutes, *alerts):
    """Nothing before its time, the alerts at it, and nothing once the fault is gone."""
    before, gone = fires(minutes) - STEP, START + minutes + LASTS + STEP
    return (
        expectation(alert, before, []) + expectation(alert, fires(minutes), alerts)
        + expectation(alert, gone, []))


def expectation(alert, minute, alerts):
    lines = [f"      - eval_time: {minute}m", f"        alertname: {alert}"]
    if not alerts:
        return lines + ["        exp_alerts: []"]
    return lines + ["        exp_alerts:"] + [
        line for each in alerts for line in (
            "          - exp_labels: " + json.dumps(each[0]),
            "            exp_annotations: " + json.dumps(each[1]))]


def expected(each):
    entry, name = TABLE[each["class"]], each["class"]
    verdict = (
        f"fails by {name} (seen from home). Places where it was found: 2." if each["severity"] == "failure"
        else f"shows {name} (seen from home). Places where it was found: 2.")
    own = labels(name) | {"severity": entry.severity, "stage": each["stage"], "finding": each["severity"]}
    measured = entry.measure.reading if entry.measure else ""
    return own, {
        "summary": f"{own['target']}: {entry.phrase}",
        "description": f"{own['target']} {verdict}{measured} {each['remedy']}",
        "runbook_url": each["runbook"]}


def warned(each):
    name = each["class"]
    own = labels(name, "whole") | {"severity": "warning", "stage": each["stage"], "finding": "warning"}
    return own, {
        "summary": f"{own['target']}: {name}, which hits no user yet",
        "description": f"{own['target']} shows {name} (seen from home), which does not fail the probe. Places where it was found: 2."
        f" {each['remedy']}",
        "runbook_url": f"{RUNBOOKS}/{name}.md"}


def labels(name, kind=""):
    target = f"{name}.test" if not kind else f"{kind}.{name}.test"
    return {"job": "trustpath", "instance": target, "target": target, "module": "web", "vantage": "home", "class": name}


def sample(metric, labels, values):
    text = ",".join(f"{key}={json.dumps(value)}" for key, value in labels.items())
    return [f"      - series: {metric}{{{text}}}", f"        values: {values}"]


def run(value, minutes):
    """The same value for some minutes, in promtool's notation."""
    return f"{value}x{minutes // STEP - 1}"


def wait(each):
    """How long the alert waits, in minutes."""
    text = TABLE[each["class"]].wait
    return int(text[:-1]) * {"m": 1, "h": 60}[text[-1]]


def fires(minutes):
    """The minute at which a fault has lasted long enough."""
    return START + minutes
