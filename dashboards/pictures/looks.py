"""What a field's configuration makes of a value: its text and its colour."""

import re

COLORS = {
    "green": "#73BF69",
    "yellow": "#F2CC0C",
    "orange": "#FF9830",
    "red": "#F2495C",
    "blue": "#5794F2",
    "transparent": "#23262c",
}
PALETTE = [
    "#73BF69",
    "#F2CC0C",
    "#8AB8FF",
    "#FF780A",
    "#F2495C",
    "#5794F2",
    "#B877D9",
    "#705DA0",
    "#37872D",
    "#FADE2A",
]
GROUND, PANEL, EDGE, TEXT, FAINT = "#111217", "#181b1f", "#2c3036", "#ccccdc", "#8e8e9e"


def color_of(name: str) -> str:
    return COLORS.get(name, name)


def mapped(value, field: dict) -> tuple[str | None, str | None]:
    """Text and colour that a value mapping gives, or None."""
    key = format(value, "g") if isinstance(value, float) else str(value)
    for mapping in field.get("mappings", []):
        result = None
        if mapping["type"] == "value":
            result = mapping["options"].get(key)
        elif mapping["type"] == "regex":
            if re.search(mapping["options"]["pattern"].strip("/"), key):
                result = mapping["options"]["result"]
        if result:
            return result.get("text", key), color_of(result["color"]) if "color" in result else None
    return None, None


def by_threshold(value: float, field: dict) -> str:
    color = "green"
    for step in field.get("thresholds", {}).get("steps", []):
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return color_of(color)


def text_of(value, field: dict) -> str:
    """A value as Grafana writes it in the field's unit."""
    text, _ = mapped(value, field)
    if text is not None:
        return text
    if not isinstance(value, float):
        return str(value)
    if value != value:
        return "no value"
    unit, decimals = field.get("unit", "short"), field.get("decimals")
    if unit.startswith("suffix:"):
        return _number(value, decimals) + unit.removeprefix("suffix:")
    if unit == "percentunit":
        return _number(value * 100, decimals) + "%"
    if unit == "ops":
        return _number(value, decimals) + " ops/s"
    if unit == "none":
        return _number(value, decimals)
    factors = {
        "s": [
            (1e-6, 1e-3, " µs"),
            (1e-3, 1, " ms"),
            (1, 60, " s"),
            (60, 3600, " min"),
            (3600, 86400, " hour"),
            (86400, 604800, " day"),
            (604800, 31536000, " week"),
            (31536000, None, " year"),
        ],
        "bytes": [(1, 1024, " B"), (1024, 2**20, " KiB"), (2**20, 2**30, " MiB"), (2**30, None, " GiB")],
    }.get(unit, [(1, 1e4, ""), (1e3, 1e6, " K"), (1e6, None, " Mil")])
    for factor, limit, suffix in factors:
        if limit is None or abs(value) < limit:
            return _number(value / factor, decimals) + suffix
    return str(value)


def _number(value: float, decimals: int | None) -> str:
    if decimals is None:
        decimals = 0 if value == int(value) else 2 if abs(value) < 10 else 1
    text = f"{value:.{decimals}f}"
    return "0" if float(text) == 0 and decimals == 0 else text


def color_for(value, field: dict, fallback: str | None = None) -> str:
    _, color = mapped(value, field)
    if color:
        return color
    return by_threshold(value, field) if isinstance(value, float) else fallback or TEXT


def field_of(panel: dict, title: str) -> dict:
    """The defaults, and what overrides say of a column."""
    field = dict(panel["fieldConfig"]["defaults"])
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] == title:
            field.update({each["id"]: each["value"] for each in override["properties"]})
    return field
