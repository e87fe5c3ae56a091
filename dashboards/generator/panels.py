"""The kinds of panels, each from a title, a description, its queries and its look."""

import style as look
from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    prometheus,
    stat,
    statetimeline,
    timeseries,
)
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import common as shared
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")


def query(expression: str, number: int = 0, legend: str = "__auto", table: bool = False, now: bool = False):
    """One query of a panel: over the time range, or `now` for its end alone."""
    built = (
        prometheus.Dataquery()
        .expr(expression)
        .ref_id(chr(ord("A") + number))
        .datasource(SOURCE)
        .legend_format(legend)
        .format(PromQueryFormat.TABLE if table else PromQueryFormat.TIME_SERIES)
    )
    return built.instant() if now else built.range()


def value(title, description, expressions, field, legend="__auto", graph=False, name=False):
    """One number, or one tile for each series; with `name` the tiles say the series' names and nothing else."""
    expressions = [expressions] if isinstance(expressions, str) else expressions
    modes = shared.BigValueTextMode
    text = modes.NAME if name else (modes.AUTO if legend == "__auto" else modes.VALUE_AND_NAME)
    panel = (
        stat.Panel()
        .text_mode(text)
        .color_mode(shared.BigValueColorMode.BACKGROUND)
        .graph_mode(shared.BigValueGraphMode.AREA if graph else shared.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    for number, expression in enumerate(expressions):
        panel = panel.with_target(query(expression, number, legend, now=not graph))
    return finish(panel, title, description, field)


def bars(title, description, expression, legend, field, links=None):
    """A bar for each series, the longest first."""
    panel = (
        bargauge.Panel()
        .display_mode(shared.BarGaugeDisplayMode.BASIC)
        .orientation(shared.VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(query(f"sort_desc({expression})", legend=legend, now=True))
    )
    if links:
        panel = panel.override_by_regexp(".*", [DynamicConfigValue("links", links)])
    return finish(panel, title, description, field)


def lines(title, description, queries, field, stacked=False, steps=False, colors=None):
    """Series over time; `queries` are pairs of expression and legend, `colors` those of some legends.

    Thresholds are drawn as lines.
    """
    panel = (
        timeseries.Panel()
        .line_width(1)
        .fill_opacity(25 if stacked else 8)
        .show_points(shared.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .display_mode(shared.LegendDisplayMode.TABLE)
            .placement(shared.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(
            common.VizTooltipOptions().mode(shared.TooltipDisplayMode.MULTI).sort(shared.SortOrder.DESCENDING)
        )
    )
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(shared.StackingMode.NORMAL).group("A"))
    if steps:
        panel = panel.line_interpolation(shared.LineInterpolation.STEP_AFTER)
    panel = panel.axis_soft_min(0)
    if field.get("decimals") == 0:
        # Counts that are all 0 stand at the bottom.
        panel = panel.axis_soft_max(1)
    if "thresholds" in field:
        panel = panel.thresholds_style(
            common.GraphThresholdsStyleConfig().mode(shared.GraphThresholdsStyleMode.DASHED)
        )
    for number, (expression, legend) in enumerate(queries):
        panel = panel.with_target(query(expression, number, legend))
    for name, color in (colors or {}).items():
        fixed = {"mode": "fixed", "fixedColor": color}
        panel = panel.override_by_name(name, [DynamicConfigValue("color", fixed)])
    # Days left go below 0.
    lowest = {} if field["unit"].startswith("suffix") else {"min": 0}
    return finish(panel, title, description, {**lowest, **field}, FieldColorModeId.PALETTE_CLASSIC)


def timeline(title, description, queries, field):
    """A row for each series, coloured by its state over time."""
    panel = (
        statetimeline.Panel()
        .show_value(shared.VisibilityMode.AUTO)
        .merge_values(True)
        .row_height(0.85)
        .fill_opacity(80)
        .legend(common.VizLegendOptions().show_legend(False).calcs([]))
    )
    for number, (expression, legend) in enumerate(queries):
        panel = panel.with_target(query(expression, number, legend))
    return finish(panel, title, description, field)


def finish(panel, title, description, field, color=FieldColorModeId.THRESHOLDS):
    """Gives a panel what all have: title, description, data source and the field's look."""
    panel = panel.title(title).description(description).datasource(SOURCE)
    panel = panel.color_scheme(builders.FieldColor().mode(color))
    limits = field.get("thresholds", look.steps(look.GREEN))
    panel = panel.thresholds(
        builders.ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value=step["value"], color=step["color"]) for step in limits["steps"]])
    )
    panel = panel.mappings([ValueMap.from_json(each) for each in field.get("mappings", [])])
    for name in ("unit", "decimals", "min", "max"):
        if name in field:
            panel = getattr(panel, name)(field[name])
    if "none" in field:
        panel = panel.no_value(field["none"])
    return panel
