"""Where a panel's content goes."""

from typing import NamedTuple

from looks import FAINT, PANEL, TEXT
from matplotlib.patches import Rectangle


class Place(NamedTuple):
    """Where a panel's content goes, in pixels from the top left."""

    figure: object
    canvas: object
    box: tuple[float, float, float, float]
    size: tuple[float, float]

    def axes(self, left=0.0, top=0.0, right=0.0, bottom=0.0):
        """Axes within the box, less the margins."""
        x, y, width, height = self.box
        total_width, total_height = self.size
        axes = self.figure.add_axes(
            (
                (x + left) / total_width,
                1 - (y + height - bottom) / total_height,
                (width - left - right) / total_width,
                (height - top - bottom) / total_height,
            )
        )
        axes.set_facecolor(PANEL)
        return axes

    def text(self, x, y, text, width=None, size=9.5, **more):
        """Text at a place of the box, cut off where it is wider than `width` pixels."""
        room = int(width / (size * 0.86)) if width else len(text)
        text = text if len(text) <= room else text[: max(1, room - 1)] + "…"
        more = {"color": TEXT, "va": "center", **more}
        self.canvas.text(self.box[0] + x, self.box[1] + y, text, fontsize=size, parse_math=False, **more)

    def block(self, x, y, width, height, color, **more):
        self.canvas.add_patch(
            Rectangle((self.box[0] + x, self.box[1] + y), width, height, fc=color, lw=0, **more)
        )

    def empty(self, field=None):
        self.text(
            self.box[2] / 2,
            self.box[3] / 2,
            (field or {}).get("noValue", "No data"),
            color=FAINT,
            ha="center",
            size=11,
        )
