"""Draws dashboards from a Prometheus' data, without Grafana, one PNG for each; names the panels without data.

python dashboards/pictures http://127.0.0.1:9090 DIRECTORY [--minutes 60] [--target NAME] [--rate-interval 4m]
"""

import argparse
import json
import pathlib
import time

import board
from data import Source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prometheus")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--dashboards", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    parser.add_argument(
        "--at", type=float, default=time.time(), help="the end of the time shown, a Unix time"
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--target", help="what the dashboard of one target shows; the first one otherwise")
    parser.add_argument("--rate-interval", default="4m")
    arguments = parser.parse_args()
    for name in ("fleet", "target", "agent"):
        model = json.loads((arguments.dashboards / f"{name}.json").read_text())
        chosen = {"target": arguments.target} if arguments.target and name == "target" else {}
        source = Source(
            arguments.prometheus, model, arguments.at, arguments.minutes * 60, arguments.rate_interval, chosen
        )
        board.draw(model, source, arguments.directory / f"dashboard-{name}.png")


main()
