"""The rules of the failure classes, as text of YAML."""

import textwrap

from measures import LABELS, PROBE
from table import TABLE

WHERE = "{{ with $labels.vantage }} (seen from {{ . }}){{ end }}"
# A cause goes on for so long when it is over: its symptoms, which it mutes, end an evaluation later.
LASTS = "2m"
RUNBOOKS = "https://github.com/trustpath/trustpath/blob/main/docs/runbooks"


def stages(classes):
    """Stages in the order of precedence, each with its classes."""
    found = {}
    for each in classes:
        found.setdefault(each["stage"], []).append(each)
    return found


def rules(classes):
    """A group for each stage; its last rule is of what else was found and left users whole."""
    return "\n".join(group(stage, members) for stage, members in stages(classes).items())


def group(stage, members):
    lines = [f"  - name: trustpath-{stage.replace(' ', '-')}", "    rules:"]
    for each in members:
        entry = TABLE[each["class"]]
        lines += rule(
            each["alert"], expression(each), entry.wait,
            {"severity": entry.severity, "stage": stage, "class": each["class"], "finding": each["severity"]},
            {"summary": "{{ $labels.target }}: " + entry.phrase, "description": description(each),
             "runbook_url": each["runbook"]}, lasts=LASTS if each["severity"] == "failure" else None)
    lines += found_as_warning(stage, [each for each in members if each["severity"] == "failure"])
    return "\n".join(lines) + "\n"


def expression(each):
    if each["severity"] == "failure":
        return f'trustpath_failure{{class="{each["class"]}"}} == 1'
    return f'trustpath_findings{{class="{each["class"]}",severity="warning"}} > 0'


def description(each):
    entry = TABLE[each["class"]]
    measured = entry.measure.template() if entry.measure else ""
    if each["severity"] == "failure":
        verdict = f"fails by {each['class']}" + WHERE + "." + places(each["class"])
    else:
        verdict = f"shows {each['class']}" + WHERE + ". Places where it was found: {{ $value | humanize }}."
    return "{{ $labels.target }} " + verdict + measured + " " + each["remedy"]


def places(name):
    """In how many places the class was found; the series that the alert watches only says that it was."""
    query = f"trustpath_findings{{class='{name}',severity='failure',{PROBE}}}"
    return (
        '{{ with printf "' + query + '" ' + LABELS + " | query }}"
        " Places where it was found: {{ . | first | value | humanize }}.{{ end }}")


def found_as_warning(stage, members):
    """One rule for the classes of a stage that usually fail a probe, found where every user is left whole."""
    names = "|".join(each["class"] for each in members)
    remedies = "".join(
        ("{{ if" if number == 0 else "{{ else if") + f' eq $labels.class "{each["class"]}" }}}}{each["remedy"]}'
        for number, each in enumerate(members))
    return rule(
        "TrustpathWarning", f'trustpath_findings{{class=~"{names}",severity="warning"}} > 0', "30m",
        {"severity": "warning", "stage": stage, "finding": "warning"},
        {"summary": "{{ $labels.target }}: {{ $labels.class }}, which hits no user yet",
         "description": "{{ $labels.target }} shows {{ $labels.class }}" + WHERE
         + ", which does not fail the probe. Places where it was found: {{ $value | humanize }}. " + remedies + "{{ end }}",
         "runbook_url": RUNBOOKS + "/{{ $labels.class }}.md"})


def rule(alert, expression, wait, labels, annotations, lasts=None):
    lines = [f"      - alert: {alert}", f"        expr: {expression}", f"        for: {wait}"]
    lines += [f"        keep_firing_for: {lasts}"] if lasts else []
    lines += ["        labels:"] + [f"          {name}: {value}" for name, value in labels.items()]
    lines += ["        annotations:"]
    for name, text in annotations.items():
        if name == "runbook_url":
            lines.append(f"          {name}: {quoted(text)}")
        else:
            lines += [f"          {name}: >-"] + textwrap.wrap(
                text, 100, initial_indent=" " * 12, subsequent_indent=" " * 12,
                break_long_words=False, break_on_hyphens=False)
    return lines


def quoted(text):
    return f'"{text}"' if "{{" in text else text
