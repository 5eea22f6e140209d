"""Tables to begin with: the example that ships with the program, and a blank start."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from planner.case.case import INPUT
from planner.case.finance import Settings
from planner.case.horizon import DEFAULT_MONTHS, Period, add_months
from planner.errors import UsageError
from planner.row import ColumnSpec, Row, columns, name_key

Rows = Mapping[type[Row], Sequence[Row]]
"""Rows by their class, as the template writes them."""

EXAMPLE_FOLDER = Path(__file__).parent / "example"
LIST_SEPARATOR = ";"
QUARTERS_PER_YEAR = 4


def example_tables() -> Rows:
    """Return the example: a mid-size company that trains and serves large models.

    Each table stands in a CSV file of its own, with the English headers, and each
    figure has its source in the column Note.
    """
    return {table: tuple(_read(table)) for table in INPUT}


def blank_tables(first: str, quarters: int) -> Rows:
    """Return the settings' defaults and so many quarters from one such as "2027Q1".

    Raises
    ------
    UsageError
        Where the first quarter has no such label, or there is none to write.
    """
    found = re.fullmatch(r"(\d{4})Q([1-4])", first)
    if found is None:
        raise UsageError(f"'{first}' is not a quarter such as 2027Q1.")
    if quarters < 1:
        raise UsageError(f"there must be at least one quarter, not {quarters}.")
    year, quarter = int(found[1]), int(found[2])
    start = date(year, DEFAULT_MONTHS * (quarter - 1) + 1, 1)
    begun = [add_months(start, DEFAULT_MONTHS * place) for place in range(quarters)]
    periods = tuple(Period(period=_quarter(day), start=day) for day in begun)
    return dict.fromkeys(INPUT, ()) | {Settings: (Settings(),), Period: periods}


def _quarter(start: date) -> str:
    return f"{start.year}Q{(start.month - 1) * QUARTERS_PER_YEAR // 12 + 1}"


def _read(table: type[Row]) -> Iterator[Row]:
    name = table.sheet.name.casefold().replace(" ", "_")
    path = EXAMPLE_FOLDER / f"{name}.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if table.sheet.layout == "settings":
        rows = [{row["Setting"]: row["Value"] for row in rows}]
    for row in rows:
        yield table.model_validate(_fields(table, row))


def _fields(table: type[Row], cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a line by field; a blank cell leaves the default."""
    specs = {name_key(spec.header): spec for spec in columns(table) if spec.kind != "spread"}
    spread = next((spec for spec in columns(table) if spec.kind == "spread"), None)
    values: dict[str, Any] = {spread.field: {}} if spread else {}
    for header, text in cells.items():
        spec = specs.get(name_key(header))
        if spec is None and spread is not None:
            values[spread.field][header] = text
        elif spec is not None and text:
            values[spec.field] = _value(spec, text)
        elif spec is None:
            raise ValueError(f"{table.sheet.name} has no column '{header}'.")
    return values


def _value(spec: ColumnSpec, text: str) -> Any:
    """Return what pydantic takes: lists are split, all else is read from its text."""
    if spec.kind != "list":
        return text
    return tuple(part.strip() for part in text.split(LIST_SEPARATOR))
