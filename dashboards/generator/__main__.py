"""Writes the dashboards: trustpath classes --output json | python dashboards/generator DIRECTORY"""

import json
import pathlib
import sys

import agent
import fleet
import target
from grafana_foundation_sdk.cog.encoder import JSONEncoder


def main() -> None:
    directory = pathlib.Path(sys.argv[1])
    classes = json.load(sys.stdin)
    dashboards = {
        "fleet": fleet.dashboard(classes),
        "target": target.dashboard(classes),
        "agent": agent.dashboard(),
    }
    for name, built in dashboards.items():
        text = json.dumps(built, cls=JSONEncoder, indent=1, ensure_ascii=False, sort_keys=True)
        (directory / f"{name}.json").write_text(text + "\n")


main()
