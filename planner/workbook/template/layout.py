"""Layout: where the cells of an input sheet stand, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from planner.row import ColumnSpec, Row, columns
from planner.workbook.template.words import WORDS, Language, Words

TITLE_ROW, NOTE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2, 3
NO_DEFAULT = "blank"
"""What a column says of its default where a blank cell means just that."""

Shown = str | float | date | None
"""What is written to a cell; None leaves it blank."""


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column as it stands on its sheet.

    Attributes
    ----------
    label : the period that a column of a spread table is for; "" for any other
    """

    spec: ColumnSpec
    header: str
    label: str = ""


@dataclass(frozen=True)
class InputSheet:
    """A table as a sheet of the input workbook.

    Attributes
    ----------
    periods : labels that head the columns of a spread table
    spare_rows : how many below the last filled one look like input and have dropdowns
    """

    table: type[Row]
    rows: Sequence[Row]
    periods: Sequence[str]
    lang: Language
    spare_rows: int

    @property
    def name(self) -> str:
        """The sheet's name in its language."""
        return self.table.sheet.zh if self.lang == "zh" else self.table.sheet.name

    @property
    def words(self) -> Words:
        """What stands on it besides names."""
        return WORDS[self.lang]

    @property
    def last_row(self) -> int:
        """The last row that looks like input."""
        return FIRST_ROW + len(self.rows) + self.spare_rows - 1

    @cached_property
    def columns(self) -> tuple[PlacedColumn, ...]:
        """The columns from left to right."""
        return tuple(self._placed())

    def _placed(self) -> Iterator[PlacedColumn]:
        for spec in columns(self.table):
            if spec.kind == "spread":
                for label in self.periods:
                    yield PlacedColumn(spec, label, label)
            else:
                yield PlacedColumn(spec, self.header(spec))

    def header(self, spec: ColumnSpec) -> str:
        """Return a column's name in the sheet's language."""
        return spec.column.zh if self.lang == "zh" else spec.header

    def value(self, row: Row, column: PlacedColumn) -> Shown:
        """Return what a row has in a column; blank where nothing was said."""
        if column.spec.field not in row.model_fields_set:
            return None
        held = dict(row)[column.spec.field]
        return self.shown(held.get(column.label) if column.label else held)

    def shown(self, held: Any) -> Shown:
        """Return a field's value as a cell has it."""
        if isinstance(held, bool):
            return self.words.yes if held else self.words.no
        if isinstance(held, tuple):
            return "; ".join(map(str, held)) or None
        if held is None or held == "":
            return None
        return held if isinstance(held, (int, float, date)) else str(held)


def width_text(shown: Shown) -> str:
    """Return a text about as wide as the cell that holds a value."""
    if shown is None:
        return ""
    if isinstance(shown, float):
        return f"{shown:,.3f}".rstrip("0")
    return f"{shown:,}" if isinstance(shown, int) else str(shown)
