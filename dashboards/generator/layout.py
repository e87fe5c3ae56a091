"""A dashboard around its panels: variables, links, and their places on Grafana's grid of 24 columns."""

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models.dashboard import (
    AnnotationQuery,
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    GridPos,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

# The last version of this form of dashboards: Grafana 12 changed nothing in what is used here, and reads older ones too.
SCHEMA_VERSION = 42
DOCUMENT = "https://github.com/trustpath/trustpath/blob/main/docs/dashboards.md"
RUNBOOKS = "https://github.com/trustpath/trustpath/blob/main/docs/runbooks"
ALL = VariableOption(selected=True, text=["All"], value=["$__all"])


def datasource():
    return builders.DatasourceVariable("datasource").label("Data source").type("prometheus")


def labels(name: str, label: str, series: str, of: str | None = None, several=True, every: str | None = None):
    """A variable with the values of a label; `every` is what All stands for, where that is no list of all values."""
    expression = f"label_values({series}, {of or name})"
    variable = (
        builders.QueryVariable(name)
        .label(label)
        .datasource(DataSourceRef(type_val="prometheus", uid="${datasource}"))
        .query({"query": expression, "refId": f"variable-{name}", "qryType": 1})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )
    if several:
        variable = variable.multi(True).include_all(True).current(ALL)
    return variable.all_value(every) if every else variable


def agent_url():
    """Where a browser reaches the agent, for links to its report page."""
    return (
        builders.TextBoxVariable("agent")
        .label("Agent for reports")
        .description("Where your browser reaches the agent: the links to report pages begin with it.")
        .default_value("http://localhost:10853")
    )


def dashboard(name: str, title: str, description: str, variables: list, sections: list, links: list = []):
    """`sections` are pairs of a title (None at the top) and lines of panels, each with (columns, height)."""
    built = (
        builders.Dashboard(title)
        .uid(f"trustpath-{name}")
        .description(description)
        .tags(["trustpath"])
        .editable()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("1m")
        .variables(variables)
        .link(_siblings())
        .link(_document())
    )
    for each in links:
        built = built.link(each)
    for panel in _placed(sections):
        built = built.with_row(panel) if isinstance(panel, builders.Row) else built.with_panel(panel)
    result = built.build()
    result.schema_version = SCHEMA_VERSION
    # What Grafana itself notes in the graphs: annotations that users make.
    result.annotations.list_val = [
        AnnotationQuery(
            name="Annotations & Alerts",
            datasource=DataSourceRef(type_val="grafana", uid="-- Grafana --"),
            enable=True,
            hide=True,
            icon_color="rgba(0, 211, 255, 1)",
            type_val="dashboard",
            built_in=1,
        )
    ]
    return result


def _placed(sections: list):
    """Every panel with a number and its place, from the top left to the bottom right."""
    number, top = 1, 0
    for title, rows in sections:
        if title is not None:
            yield builders.Row(title).id(number).grid_pos(GridPos(h=1, w=24, x=0, y=top))
            number, top = number + 1, top + 1
        for height, row in rows:
            left = 0
            for width, panel in row:
                yield panel.id(number).grid_pos(GridPos(h=height, w=width, x=left, y=top))
                number, left = number + 1, left + width
            assert left == 24, f"{title}: a line of panels is {left} columns wide, not 24"
            top += height


def report_link():
    """To the agent's report of the target that the dashboard shows."""
    return (
        builders.DashboardLink("Report of the agent")
        .type(DashboardLinkType.LINK)
        .url("${agent}/report?target=${target:percentencode}")
        .tooltip("Probes the target once more and shows all evidence")
        .target_blank(True)
        .icon("bolt")
    )


def _siblings():
    return (
        builders.DashboardLink("trustpath")
        .type(DashboardLinkType.DASHBOARDS)
        .tags(["trustpath"])
        .as_dropdown(True)
        .include_vars(True)
        .keep_time(True)
        .icon("external link")
    )


def _document():
    return (
        builders.DashboardLink("About these dashboards")
        .type(DashboardLinkType.LINK)
        .url(DOCUMENT)
        .target_blank(True)
        .icon("doc")
    )
