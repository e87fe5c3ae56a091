"""Queries of panels, run as Grafana would run them: variables filled in, over a range or at its end."""

import json
import re
import urllib.parse
import urllib.request

STEPS = 240


class Source:
    """A Prometheus, a time range and the values of a dashboard's variables."""

    def __init__(
        self,
        address: str,
        model: dict,
        end: float,
        seconds: float,
        rate_interval: str,
        chosen: dict[str, str],
    ):
        self.address = address
        self.start, self.end = end - seconds, end
        self.step = seconds / STEPS
        self.values = {
            "__range": f"{int(seconds)}s",
            "__rate_interval": rate_interval,
            "__interval": f"{max(1, int(self.step))}s",
        }
        for variable in model["templating"]["list"]:
            if variable["type"] == "query":
                self.values[variable["name"]] = chosen.get(variable["name"]) or self._choice(variable)

    def run(self, target: dict) -> list[dict]:
        """The series of one query: `metric`, `points` (times and values) and `legend`."""
        expression = self.filled(target["expr"])
        if target.get("instant"):
            found = self._ask("query", query=expression, time=self.end)
        else:
            found = self._ask("query_range", query=expression, start=self.start, end=self.end, step=self.step)
        return [
            {
                "metric": series["metric"],
                "points": [(at, float(value)) for at, value in series.get("values", [series.get("value")])],
                "legend": legend(target.get("legendFormat", "__auto"), series["metric"]),
            }
            for series in found
        ]

    def filled(self, expression: str) -> str:
        return re.sub(r"\$\{?(\w+)\}?", lambda match: self.values.get(match[1], match[0]), expression)

    def _choice(self, variable: dict) -> str:
        """All of what may be several, the first of what is one."""
        if variable.get("allValue"):
            return variable["allValue"]
        series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
        found = self._ask("query", query=f"count by ({label}) ({self.filled(series)})", time=self.end)
        values = sorted(each["metric"].get(label, "") for each in found)
        return "|".join(map(_escaped, values)) if variable.get("multi") else values[0]

    def _ask(self, path: str, **parameters) -> list[dict]:
        url = f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
            return json.load(answer)["data"]["result"]


def _escaped(value: str) -> str:
    """A text as a regular expression within a string of PromQL, where a backslash is written twice."""
    return re.sub(r"([.+*?()|\[\]{}^$\\])", r"\\\\\1", value)


def legend(pattern: str, labels: dict[str, str]) -> str:
    if pattern == "__auto":
        return ", ".join(value for name, value in labels.items() if name != "__name__") or "value"
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), pattern).strip()
