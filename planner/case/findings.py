"""Findings: what is wrong with rows, addressed by table, line and field."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from planner.errors import Code, Severity
from planner.row import Row, columns

AnyRow = TypeVar("AnyRow", bound=Row)

HINTED_NAMES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table as far as it could be read.

    Attributes
    ----------
    values : the cells that could be read, by field
    row : the whole row; None where a cell of it could not be read
    """

    values: Mapping[str, Any]
    row: Row | None

    def guess(self, table: type[AnyRow]) -> AnyRow | None:
        """Return the row with a default wherever a cell could not be read.

        None where a required cell is among them.
        """
        if isinstance(self.row, table):
            return self.row
        required = (spec.field for spec in columns(table) if spec.required)
        if not all(field in self.values for field in required):
            return None
        return table(**self.values)

    def sketch(self, table: type[AnyRow]) -> AnyRow:
        """Return the row with a stand-in wherever a cell could not be read.

        What is drawn from it holds only as far as it rests on fields in `values`.
        """
        if isinstance(self.row, table):
            return self.row
        stand_ins = {
            spec.field: spec.stand_in()
            for spec in columns(table)
            if spec.required and spec.field not in self.values
        }
        return table(**{**stand_ins, **self.values})


Tables = Mapping[type[Row], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a cell, addressed by table, line and field.

    `line` counts the table's entries from 0; None means the sheet as a whole.
    """

    table: type[Row]
    line: int | None
    field: str
    code: Code
    message: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"
    part: str = ""
    """The key of the spread column (a period's label), or the item of a list, at fault."""


def rows(tables: Tables, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
    """Yield the lines of a table that could be read, each with its place."""
    for line, entry in enumerate(tables.get(table, ())):
        if isinstance(entry.row, table):
            yield line, entry.row


def known_names(tables: Tables, refers: str) -> set[str] | None:
    """Return the values that a reference such as "Hardware" or "Offers.vendor" may have.

    None where nothing of the sheet could be read, so that any name may be right.
    """
    sheet, _, field = refers.partition(".")
    for table, entries in tables.items():
        if table.sheet.name == sheet:
            if any(not entry.values for entry in entries):
                return None
            name = field or table.sheet.key[0]
            return {str(entry.values[name]) for entry in entries if name in entry.values}
    return set()


def count_unreadable(tables: Tables, refers: str) -> int:
    """Return how many values of what a reference refers to could not be read."""
    sheet, _, field = refers.partition(".")
    return sum(
        (field or table.sheet.key[0]) not in entry.values
        for table, entries in tables.items()
        if table.sheet.name == sheet
        for entry in entries
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known value, or lists a few."""
    names = sorted({str(one) for one in known if str(one)})
    close = closest(name, names)
    if close:
        return f"Did you mean '{close}'?"
    if not names:
        return ""
    more = ", ..." if len(names) > HINTED_NAMES else ""
    return f"Known: {', '.join(names[:HINTED_NAMES])}{more}."


def closest(name: str, known: Iterable[str]) -> str:
    """Return the one known value that is spelt much like `name`; "" where none is."""
    by_fold = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else ""
