"""How values look: units, thresholds and value mappings, each as Grafana's field properties."""

GREEN, YELLOW, ORANGE, RED = "green", "yellow", "orange", "red"
BLUE, GREY, FAINT = "blue", "#808080", "transparent"


def steps(base: str, *further: tuple[float, str]) -> dict:
    """Thresholds: the colour below the first limit, then the colour from each limit on."""
    rest = [{"value": limit, "color": color} for limit, color in further]
    return {"mode": "absolute", "steps": [{"value": None, "color": base}, *rest]}


def words(*meanings: tuple[object, str, str]) -> list[dict]:
    """A value mapping: what a value is called, and its colour."""
    options = {
        str(value): {"text": text, "color": color, "index": index}
        for index, (value, text, color) in enumerate(meanings)
    }
    return [{"type": "value", "options": options}]


def texts(meanings: dict[str, str]) -> list[dict]:
    """A value mapping without colours."""
    options = {value: {"text": text, "index": index} for index, (value, text) in enumerate(meanings.items())}
    return [{"type": "value", "options": options}]


def groups(classes: list[dict], field: str) -> list[dict]:
    """A value mapping from the names of classes to what several of them have in common."""
    members: dict[str, list[str]] = {}
    for each in classes:
        members.setdefault(each[field], []).append(each["class"])
    return [
        {
            "type": "regex",
            "options": {"pattern": f"^({'|'.join(names)})$", "result": {"text": text, "index": index}},
        }
        for index, (text, names) in enumerate(members.items())
    ]


def style(
    unit: str | None = None,
    decimals: int | None = None,
    thresholds: dict | None = None,
    mappings: list[dict] | None = None,
    cell: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    width: int | None = None,
) -> dict[str, object]:
    """The properties of a field, by the names that overrides give them; `cell` is how a table shows it."""
    cells = {
        "background": {"type": "color-background", "mode": "basic"},
        "text": {"type": "color-text"},
        "gauge": {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"},
        "wrapped": {"type": "auto", "wrapText": True},
        None: None,
    }
    properties = {
        "unit": unit,
        "decimals": decimals,
        "thresholds": thresholds,
        "mappings": mappings,
        "min": minimum,
        "max": maximum,
        "custom.cellOptions": cells[cell],
        "custom.width": width,
    }
    return {name: value for name, value in properties.items() if value is not None}


# States of a probe, of a check and of a stage.
SUCCESS = words((1, "healthy", GREEN), (0, "failing", RED))
YES = words((1, "yes", GREEN), (0, "no", RED))
UP = words((1, "up", GREEN), (0, "down", RED))
PASSED = words((1, "passed", GREEN), (0, "failed", RED))
DNSSEC = words(
    ("secure", "secure", GREEN),
    ("insecure", "insecure", BLUE),
    ("indeterminate", "indeterminate", ORANGE),
    ("bogus", "bogus", RED),
)
# The numbers that `promql.dnssec_code` gives the states.
DNSSEC_CODE = words(
    (1, "secure", GREEN), (2, "insecure", BLUE), (3, "indeterminate", ORANGE), (4, "bogus", RED)
)
SEVERITY = words(("failure", "failure", RED), ("warning", "warning", ORANGE))
STAPLE = words(
    ("good", "good", GREEN),
    ("unknown", "unknown", ORANGE),
    ("revoked", "revoked", RED),
    ("invalid", "invalid", RED),
)

# Days say how long there is to act; the share of the lifetime says whether the renewal is late, whatever the lifetime.
# ACME clients renew when a third is left.
DAYS_LIMITS = steps(RED, (3, ORANGE), (7, GREEN))
LIFE_LIMITS = steps(RED, (0.1, ORANGE), (0.2, YELLOW), (0.3, GREEN))
SECONDS_LIMITS = steps(GREEN, (1, YELLOW), (5, RED))
NONE_IS_GOOD = steps(GREEN, (1, RED))
NONE_IS_BETTER = steps(GREEN, (1, ORANGE))

COUNT = style(unit="short", decimals=0)
DAYS = style(unit="suffix: d", decimals=1, thresholds=DAYS_LIMITS, cell="text", width=110)
LIFE = style(
    unit="percentunit", decimals=0, thresholds=LIFE_LIMITS, cell="gauge", minimum=0, maximum=1, width=130
)
SECONDS = style(unit="s", decimals=1, thresholds=SECONDS_LIMITS, cell="text", width=100)
SPAN = style(unit="s", decimals=0, width=90)


def badge(mappings: list[dict], width: int = 90) -> dict[str, object]:
    """A word on a coloured ground."""
    return style(mappings=mappings, cell="background", width=width)
