"""Where cells and panels lead: the target's dashboard, the agent's report page, the runbooks."""

from layout import RUNBOOKS
from tables import link


def target_dashboard(field: str) -> dict:
    variables = "${datasource:queryparam}&${job:queryparam}&${agent:queryparam}"
    url = f"/d/trustpath-target?{variables}&var-target=${{__data.fields.{field}:percentencode}}"
    return link("Dashboard of ${__data.fields.%s}" % field, url)


def report(field: str) -> dict:
    return link(
        "Report of the agent, probed now",
        f"${{agent}}/report?target=${{__data.fields.{field}:percentencode}}",
    )


def runbook(field: str | None = None, label: str | None = None) -> dict:
    """By the name in a column of a table, or by a label of the series."""
    name = f"__data.fields.{field}" if field else f"__field.labels.{label}"
    return link("Runbook of ${%s}" % name, f"{RUNBOOKS}/${{{name}}}.md")
