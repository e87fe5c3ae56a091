"""A whole dashboard: its panels on the grid, each drawn by its kind."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot
import numpy
from looks import EDGE, GROUND, PANEL, TEXT
from matplotlib.patches import FancyBboxPatch
from panels import KINDS
from PIL import Image
from place import Place

COLUMN, ROW, GAP, HEADER, DPI = 80, 38, 8, 46, 100


def draw(model: dict, source, path) -> None:
    rows = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in model["panels"])
    width, height = 24 * COLUMN + GAP, rows * ROW + HEADER + GAP
    figure = pyplot.figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
    canvas = figure.add_axes((0, 0, 1, 1))
    canvas.set(xlim=(0, width), ylim=(height, 0))
    canvas.axis("off")
    canvas.text(GAP + 6, HEADER / 2, model["title"], color=TEXT, fontsize=15, weight="bold", va="center")
    shown = [
        f"{each.get('label', each['name'])}: {said(source.values[each['name']])}"
        for each in model["templating"]["list"]
        if each["name"] in source.values
    ]
    canvas.text(
        width - GAP - 6, HEADER / 2, "     ".join(shown), color=TEXT, fontsize=10, va="center", ha="right"
    )
    for panel in model["panels"]:
        place = panel["gridPos"]
        box = (
            place["x"] * COLUMN + GAP,
            place["y"] * ROW + HEADER,
            place["w"] * COLUMN - GAP,
            place["h"] * ROW - GAP,
        )
        if panel["type"] == "row":
            canvas.text(
                box[0] + 6, box[1] + box[3] / 2, f"▾ {panel['title']}", color=TEXT, fontsize=12, va="center"
            )
            continue
        canvas.add_patch(
            FancyBboxPatch(
                box[:2], box[2], box[3], boxstyle="round,pad=0,rounding_size=3", fc=PANEL, ec=EDGE, lw=1
            )
        )
        canvas.text(box[0] + 9, box[1] + 16, panel["title"], color=TEXT, fontsize=10, va="center")
        inner = (box[0] + 9, box[1] + 30, box[2] - 18, box[3] - 38)
        results = [source.run(target) for target in panel["targets"]]
        if not any(results):
            print(f"{model['uid']}: {panel['title']}: no data")
        KINDS[panel["type"]](Place(figure, canvas, inner, (width, height)), panel, results, source)
    figure.canvas.draw()
    # 256 colours are enough for it, and a third of the size.
    picture = Image.fromarray(numpy.asarray(figure.canvas.buffer_rgba())).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
    pyplot.close(figure)


def said(value: str) -> str:
    return "All" if value in (".*", ".+") else value.replace("\\", "").replace("|", " + ")
