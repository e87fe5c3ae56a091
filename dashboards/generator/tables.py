"""Tables: the queries' results side by side, a row for each combination of the key labels."""

from typing import NamedTuple

from grafana_foundation_sdk.builders import common, table
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
)
from panels import finish, query


class Key(NamedTuple):
    """A label that tells the rows apart."""

    label: str
    title: str
    look: dict = {}
    links: tuple = ()


class Value(NamedTuple):
    """A column with a query's value."""

    title: str
    expression: str
    look: dict = {}
    links: tuple = ()


class Labels(NamedTuple):
    """Columns with labels of a query's series; its value says nothing."""

    expression: str
    columns: list[Key]


def rows(title, description, keys: list[Key], columns: list, sort: str, none: str | None = None):
    """`columns` are `Value` and `Labels`; every expression has the keys as its labels, and `Labels` their own.

    `none` is what an empty table says. Empty cells would say it too, and have a dash instead.
    """
    panel = table.Panel().show_header(True)
    panel = panel.sort_by([common.TableSortByFieldState().display_name(sort).desc(False)])
    names: dict[str, str] = {key.label: key.title for key in keys}
    shown: list[Key | Value] = list(keys)
    hidden = ["Time"]
    for number, column in enumerate(columns):
        panel = panel.with_target(query(column.expression, number, table=True, now=True))
        # A result alone is called Value, several have the letter of their query.
        result = f"Value #{chr(ord('A') + number)}" if len(columns) > 1 else "Value"
        if isinstance(column, Value):
            names[result] = column.title
            shown.append(column)
        else:
            hidden.append(result)
            names.update({label.label: label.title for label in column.columns})
            shown += column.columns
    if len(columns) > 1:
        # Where the first query alone has data, Grafana leaves its letter out.
        if isinstance(columns[0], Value):
            names["Value"] = columns[0].title
        else:
            hidden.append("Value")
    order = {name: position for position, name in enumerate(names)}
    if len(columns) > 1:
        panel = panel.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    panel = panel.with_transformation(
        DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {name: True for name in hidden},
                "indexByName": order,
                "renameByName": names,
            },
        )
    )
    for column in shown:
        properties = [DynamicConfigValue(name, given) for name, given in column.look.items()]
        if none and len(columns) > 1:
            properties.append(DynamicConfigValue("noValue", "-"))
        if column.links:
            properties.append(DynamicConfigValue("links", list(column.links)))
        if properties:
            panel = panel.override_by_name(column.title, properties)
    return finish(panel, title, description, {"none": none} if none else {})


def link(title: str, url: str) -> dict:
    """A link in a cell, opened in a tab of its own."""
    return {"title": title, "url": url, "targetBlank": True}
