"""Tables: what Grafana's transformations merge and organize make of several results, and how it is drawn."""

from looks import (
    EDGE,
    FAINT,
    TEXT,
    by_threshold,
    color_for,
    color_of,
    field_of,
    text_of,
)
from place import Place


def merged(panel: dict, frames: list[list[dict]]) -> tuple[list[str], list[list]]:
    """The visible columns and the rows, sorted as the panel asks."""
    several = len(frames) > 1
    tables = []
    for number, frame in enumerate(frames):
        name = f"Value #{chr(ord('A') + number)}" if several else "Value"
        rows = [{**series["metric"], name: series["points"][-1][1]} for series in frame]
        if rows:
            tables.append(rows)
    # Rows belong together that agree in every column that all tables have.
    common = (
        set.intersection(*({name for row in rows for name in row} for rows in tables)) if tables else set()
    )
    joined: list[dict] = []
    for rows in tables:
        waiting = {}
        for row in joined:
            waiting.setdefault(tuple(row.get(key) for key in sorted(common)), []).append(row)
        for row in rows:
            place = next(
                (
                    other
                    for other in waiting.get(tuple(row.get(key) for key in sorted(common)), [])
                    if not (set(row) - common) & set(other)
                ),
                None,
            )
            if place is None or not several:
                joined.append(dict(row))
            else:
                place.update(row)
    organize = next(each for each in panel["transformations"] if each["id"] == "organize")["options"]
    present = {name for row in joined for name in row} - {"__name__"}
    names = [
        name
        for name in sorted(present, key=lambda name: organize["indexByName"].get(name, 99))
        if not organize["excludeByName"].get(name)
    ]
    titles = [organize["renameByName"].get(name, name) for name in names]
    for order in panel["options"].get("sortBy", []):
        if order["displayName"] in titles:
            name = names[titles.index(order["displayName"])]
            having = [row for row in joined if name in row]
            having.sort(key=lambda row: row[name], reverse=order.get("desc", False))
            joined = having + [row for row in joined if name not in row]
    return titles, [[row.get(name) for name in names] for row in joined]


def table(place: Place, panel: dict, results, source) -> None:
    titles, rows = merged(panel, results)
    if not rows:
        return place.empty(panel["fieldConfig"]["defaults"])
    fields = [field_of(panel, title) for title in titles]
    _, _, width, height = place.box
    widths = _widths(titles, rows, fields, width)
    row_height, x = 25, 0.0
    fitting = rows[: int((height - 24) // row_height)]
    for title, field, wide, column in zip(titles, fields, widths, range(len(titles))):
        # A heading stands where its values do.
        kind = field.get("custom.cellOptions", {}).get("type")
        numbers = any(isinstance(row[column], float) for row in rows)
        right = numbers and kind not in ("color-background", "gauge")
        place.text(
            x + wide - 8 if right else x + 5,
            9,
            title,
            width=wide - 6,
            size=9,
            color=color_of("blue"),
            weight="bold",
            ha="right" if right else "left",
        )
        for number, row in enumerate(fitting):
            top = 24 + number * row_height
            if column == 0:
                place.block(0, top, width, 0.8, EDGE)
            if row[column] is not None:
                _cell(place, (x, top, wide, row_height), row[column], field)
        x += wide
    if len(fitting) < len(rows):
        place.text(
            width, height + 2, f"{len(rows) - len(fitting)} more rows", ha="right", size=8, color=FAINT
        )


def _cell(place: Place, box, value, field: dict) -> None:
    x, top, wide, high = box
    said, kind = text_of(value, field), field.get("custom.cellOptions", {}).get("type")
    color, middle = TEXT, top + high / 2
    if kind == "color-background":
        place.block(x + 1, top + 2, wide - 2, high - 3, color_for(value, field))
        color = "#111217"
    elif kind == "color-text":
        color = color_for(value, field)
    elif kind == "gauge":
        share = max(0.0, min(1.0, value))
        place.block(x + 5, top + 6, (wide - 55), high - 12, EDGE)
        place.block(x + 5, top + 6, (wide - 55) * share, high - 12, by_threshold(value, field))
        return place.text(x + wide - 6, middle, said, ha="right", size=9)
    elif "links" in field:
        color = color_of("blue")
    if isinstance(value, float) and kind != "color-background":
        return place.text(x + wide - 8, middle, said, width=wide, ha="right", size=9, color=color)
    place.text(x + 6, middle, said, width=wide - 8, size=9, color=color)


def _widths(titles, rows, fields, width: float) -> list[float]:
    """Widths that are given, and the rest by how long the texts are."""
    lengths = [
        max([len(title), *(len(text_of(row[number], field)) for row in rows if row[number] is not None)])
        for number, (title, field) in enumerate(zip(titles, fields))
    ]
    fixed = [field.get("custom.width", 0) for field in fields]
    free = sum(length for length, given in zip(lengths, fixed) if not given) or 1
    room = max(width - sum(fixed), 60 * fixed.count(0))
    widths = [given or room * length / free for given, length in zip(fixed, lengths)]
    return [each * width / sum(widths) for each in widths]
