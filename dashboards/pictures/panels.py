"""The kinds of panels, drawn as Grafana draws them, near enough to see what they show."""

import datetime

from data import STEPS
from looks import (
    EDGE,
    FAINT,
    PALETTE,
    color_for,
    color_of,
    field_of,
    text_of,
)
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.ticker import FuncFormatter, MaxNLocator
from place import Place
from tables import table


def stat(place: Place, panel: dict, results, source) -> None:
    series = [each for result in results for each in result]
    field, options = panel["fieldConfig"]["defaults"], panel["options"]
    _, _, width, height = place.box
    if not series:
        place.block(
            0,
            0,
            width,
            height,
            color_of(field["thresholds"]["steps"][0]["color"]) if "noValue" in field else EDGE,
        )
        place.text(
            width / 2, height / 2, field.get("noValue", "No data"), ha="center", size=17, color="#111217"
        )
        return
    tile = width / len(series)
    for number, each in enumerate(series):
        value = each["points"][-1][1]
        middle = number * tile + tile / 2
        named = options["textMode"] in ("name", "value_and_name")
        place.block(number * tile + 2, 0, tile - 4, height, color_for(value, field))
        said = each["legend"] if options["textMode"] == "name" else text_of(value, field)
        both = options["textMode"] == "value_and_name"
        size = max(9, min(24, height / 3.2, tile / max(4, len(said)) * 1.15))
        place.text(
            middle,
            height * (0.62 if both else 0.5),
            said,
            ha="center",
            size=size,
            color="#111217",
            weight="bold",
        )
        if named and both:
            place.text(middle, height * 0.25, each["legend"], ha="center", size=10, color="#111217")
        if options["graphMode"] == "area" and len(each["points"]) > 1:
            axes = place.axes(
                left=number * tile + 2, top=height * 0.72, right=width - (number + 1) * tile + 2
            )
            axes.fill_between(*zip(*each["points"]), color="#111217", alpha=0.35, lw=0)
            axes.set_facecolor("none")
            axes.axis("off")


def bargauge(place: Place, panel: dict, results, source) -> None:
    series = [each for result in results for each in result]
    if not series:
        return place.empty()
    field = panel["fieldConfig"]["defaults"]
    _, _, width, height = place.box
    row = max(17, height / len(series))
    fitting = series[: int(height // row)]
    most = max(each["points"][-1][1] for each in series) or 1
    for number, each in enumerate(fitting):
        value, top = each["points"][-1][1], number * row
        place.text(0, top + row / 2, each["legend"], width=230, size=9.5)
        place.block(235, top + 2, width - 275, row - 4, EDGE)
        place.block(235, top + 2, (width - 275) * value / most, row - 4, color_for(value, field))
        place.text(width, top + row / 2, text_of(value, field), ha="right")
    if len(fitting) < len(series):
        place.text(width, height + 3, f"{len(series) - len(fitting)} more", ha="right", size=8, color=FAINT)


def timeseries(place: Place, panel: dict, results, source) -> None:
    series = [each for result in results for each in result]
    if not series:
        return place.empty(panel["fieldConfig"]["defaults"])
    field = panel["fieldConfig"]["defaults"]
    custom = field.get("custom", {})
    _, _, width, height = place.box
    lines = min(len(series), max(2, int(height * 0.38 / 16)))
    axes = place.axes(left=62, right=6, top=4, bottom=lines * 16 + 40)
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    step = custom.get("lineInterpolation") == "stepAfter"
    colors = [field_of(panel, each["legend"]).get("color", {}).get("fixedColor") for each in series]
    colors = [color_of(color or PALETTE[number % len(PALETTE)]) for number, color in enumerate(colors)]
    grid = [source.start + number * source.step for number in range(round(STEPS) + 1)]
    times = [datetime.datetime.fromtimestamp(at, datetime.UTC) for at in grid]
    floor = [0.0] * len(grid)
    for each, color in zip(series, colors):
        # A point for each step; where there is none, the line has a gap.
        given = {round((at - source.start) / source.step): value for at, value in each["points"]}
        values = [given.get(number, float("nan")) for number in range(len(grid))]
        if stacked:
            bottom, values = floor, [low + value for low, value in zip(floor, values)]
            floor = [value if value == value else low for low, value in zip(bottom, values)]
            axes.fill_between(times, bottom, values, color=color, alpha=0.35, lw=0)
        axes.plot(times, values, color=color, lw=1.1, drawstyle="steps-post" if step else "default")
    _limits(axes, field)
    axes.set_xlim(*(datetime.datetime.fromtimestamp(at, datetime.UTC) for at in (source.start, source.end)))
    _axes(axes, field)
    for number, each in enumerate(series[:lines]):
        y = height - (lines - number) * 16 + 8
        values = [value for _, value in each["points"] if value == value] or [float("nan")]
        place.block(2, y - 2, 12, 4, colors[number])
        place.text(20, y, each["legend"], width=width - 175, size=8.5)
        place.text(width - 80, y, text_of(values[-1], field), ha="right", size=8.5)
        place.text(width, y, text_of(max(values), field), ha="right", size=8.5)
    y = height - lines * 16 - 8
    place.text(20, y, f"{len(series)} series" if lines < len(series) else "Name", size=8, color=FAINT)
    place.text(width - 80, y, "Last", ha="right", size=8, color=FAINT)
    place.text(width, y, "Max", ha="right", size=8, color=FAINT)


def _limits(axes, field: dict) -> None:
    """Thresholds as dashed lines, as far as the data reaches."""
    if field.get("custom", {}).get("thresholdsStyle", {}).get("mode") == "dashed":
        top = axes.get_ylim()[1]
        for each in field["thresholds"]["steps"]:
            if each["value"] is not None and each["value"] <= top:
                axes.axhline(each["value"], color=color_of(each["color"]), ls="--", lw=1, alpha=0.8)


def _axes(axes, field: dict) -> None:
    low, high = axes.get_ylim()
    high = max(high, field.get("custom", {}).get("axisSoftMax", high), 1e-9)
    low = min(low, field.get("custom", {}).get("axisSoftMin", low))
    axes.set_ylim(field.get("min", low), field["max"] * 1.02 if "max" in field else high)
    axes.tick_params(colors=FAINT, labelsize=8, length=0)
    axes.grid(color=EDGE, lw=0.6)
    for edge in axes.spines.values():
        edge.set_visible(False)
    axes.yaxis.set_major_locator(
        MaxNLocator(4, integer=field.get("decimals") == 0 and field.get("unit") == "short")
    )
    axes.yaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _: text_of(float(value), {key: field[key] for key in ("unit",) if key in field})
        )
    )
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=7))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M"))


def statetimeline(place: Place, panel: dict, results, source) -> None:
    series = [each for result in results for each in result]
    if not series:
        return place.empty()
    field = panel["fieldConfig"]["defaults"]
    _, _, width, height = place.box
    left, bottom = min(260, width * 0.36), 18
    row = max(15, min(34, (height - bottom) / len(series)))
    fitting = series[: int((height - bottom) / row)]
    if len(fitting) < len(series):
        place.text(0, height - 4, f"{len(series) - len(fitting)} more", size=8, color=FAINT)
    reach = (width - left) / (source.end - source.start)
    for number, each in enumerate(series):
        top = number * row
        place.text(
            left - 8, top + row / 2, each["legend"], width=left - 10, ha="right", size=min(9, row * 0.6)
        )
        for since, until, value in runs(each["points"], source.step, source.end):
            x, span = left + (since - source.start) * reach, (until - since) * reach
            place.block(x, top + row * 0.08, span, row * 0.84, color_for(value, field), alpha=0.85)
            said = text_of(value, field)
            if span > len(said) * 8 + 8 and row >= 12:
                dark = color_for(value, field) != color_of("transparent")
                place.text(
                    x + 5, top + row / 2, said, size=min(8.5, row * 0.55), color="#111217" if dark else FAINT
                )
    for share in (0, 0.25, 0.5, 0.75, 1):
        at = datetime.datetime.fromtimestamp(source.start + share * (source.end - source.start), datetime.UTC)
        side = {0: "left", 1: "right"}.get(share, "center")
        place.text(left + share * (width - left), height - 4, f"{at:%H:%M}", ha=side, size=8, color=FAINT)


def runs(points: list, step: float, end: float) -> list[tuple[float, float, float]]:
    """Stretches of time with one value, a gap between those that are further apart than two steps."""
    found: list[list[float]] = []
    for at, value in points:
        if found and found[-1][2] == value and at - found[-1][1] <= 2 * step:
            found[-1][1] = at + step
        else:
            found.append([at, at + step, value])
    return [(since, min(until, end), value) for since, until, value in found]


KINDS = {
    "stat": stat,
    "bargauge": bargauge,
    "timeseries": timeseries,
    "state-timeline": statetimeline,
    "table": table,
}
