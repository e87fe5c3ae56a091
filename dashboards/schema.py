"""Holds dashboards against Grafana's schema, as its foundation SDK has it: python dashboards/schema.py FILE...

Each file is read into the SDK's types and written again: what they do not know is lost on the way, and told. Then every
value is held against the type that the schema gives it. Prints a line for each complaint; exit status 1 if there is one.
"""

import enum
import importlib
import json
import sys
import types
import typing

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.cog.runtime import panelcfg_field_config_from_json
from grafana_foundation_sdk.models.dashboard import Dashboard, FieldConfig


def main() -> int:
    register_default_plugins()
    complaints = 0
    for file in sys.argv[1:]:
        with open(file) as opened:
            written = json.load(opened)
        try:
            model = Dashboard.from_json(written)
        except (KeyError, ValueError, TypeError) as error:
            print(f"{file}: $ cannot be read: {error!r}")
            complaints += 1
            continue
        known = json.loads(json.dumps(model, cls=JSONEncoder))
        complained = [
            *differences(written, known, "$"),
            *misfits(model, Dashboard, "$"),
            *overridden(written),
        ]
        for complaint in complained:
            print(f"{file}: {complaint}")
            complaints += 1
    return 1 if complaints else 0


def differences(written, known, path: str) -> typing.Iterator[str]:
    """What came back otherwise, or not at all; what the types add by default is no difference."""
    if isinstance(written, dict) and isinstance(known, dict):
        for key, value in written.items():
            if key not in known:
                yield f"{path}.{key} is nothing that the schema has"
            else:
                yield from differences(value, known[key], f"{path}.{key}")
    elif isinstance(written, list) and isinstance(known, list) and len(written) == len(known):
        for index, (left, right) in enumerate(zip(written, known)):
            yield from differences(left, right, f"{path}[{index}]")
    elif written != known:
        yield f"{path} is {json.dumps(written)}, and comes back as {json.dumps(known)}"


def misfits(value, expected, path: str) -> typing.Iterator[str]:
    """Values that are not of their type, all the way down."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if expected in (object, typing.Any):
        # Of a panel's own options and fields the schema only says that their type says it.
        if hasattr(value, "to_json"):
            yield from misfits(value, type(value), path)
    elif origin in (typing.Union, types.UnionType):
        if all(any(misfits(value, one, path)) for one in arguments):
            closest = next((one for one in arguments if is_near(value, one)), None)
            yield from misfits(value, closest, path) if closest else [wrong(value, expected, path)]
    elif origin is typing.Literal:
        if value not in arguments:
            yield wrong(value, expected, path)
    elif origin is list:
        if not isinstance(value, list):
            yield wrong(value, expected, path)
        else:
            for index, each in enumerate(value):
                yield from misfits(each, arguments[0], f"{path}[{index}]")
    elif origin is dict:
        if not isinstance(value, dict):
            yield wrong(value, expected, path)
        else:
            for key, each in value.items():
                yield from misfits(each, arguments[1], f"{path}.{key}")
    elif isinstance(expected, type) and issubclass(expected, enum.Enum):
        if value not in list(expected):
            yield wrong(value, expected, path)
    elif isinstance(value, dict) and hasattr(expected, "from_json"):
        # Some parts are kept as they were read.
        read = expected.from_json(value)
        yield from differences(value, json.loads(json.dumps(read, cls=JSONEncoder)), path)
        yield from misfits(read, expected, path)
    elif expected is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield wrong(value, expected, path)
    elif expected is int and isinstance(value, bool) or not isinstance(value, expected):
        yield wrong(value, expected, path)
    elif hasattr(value, "to_json"):
        for name, kind in fields(type(value)).items():
            yield from misfits(getattr(value, name), kind, f"{path}.{name}")


def overridden(written: dict) -> typing.Iterator[str]:
    """What overrides say of fields, of which the schema only knows that they name a property and give a value."""
    for number, panel in enumerate(written["panels"]):
        for override in panel.get("fieldConfig", {}).get("overrides", []):
            for each in override["properties"]:
                path = f"$.panels[{number}].fieldConfig.overrides.{each['id']}"
                name = each["id"].removeprefix("custom.")
                try:
                    if name != each["id"]:
                        read = panelcfg_field_config_from_json({name: each["value"]}, panel["type"])
                    else:
                        read = FieldConfig.from_json({name: each["value"]})
                except (KeyError, ValueError, TypeError) as error:
                    yield f"{path} cannot be read: {error!r}"
                    continue
                back = json.loads(json.dumps(read, cls=JSONEncoder))
                yield from differences({name: each["value"]}, back, path)
                yield from misfits(read, type(read), path)


def is_near(value, expected) -> bool:
    """Whether a value was meant to be of this one of several types, so that its complaints are those to tell."""
    return expected is object or type(value) is (typing.get_origin(expected) or expected)


def fields(model: type) -> dict[str, object]:
    """The attributes of one of the SDK's types; the module knows the names that their annotations use."""
    module = importlib.import_module(model.__module__)
    return typing.get_type_hints(model, vars(module))


def wrong(value, expected, path: str) -> str:
    return f"{path} is {value!r}, and the schema wants {expected}"


if __name__ == "__main__":
    sys.exit(main())
