"""Table: a sheet of the plan before anything knows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from planner.row import Column, Row, Sheet, columns

FigureKind = Literal["section", "text", "money", "share", "number", "whole"]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: the class of its rows, and the rows.

    Attributes
    ----------
    kind : the class of every row
    rows : in the order of the sheet
    alarm : why nobody should act on the sheet, shown in red; "" where all is well
    name : of the sheet
    """

    kind: type[Row]
    rows: Sequence[Row]
    alarm: str = ""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.kind.sheet.name

    def totals(self) -> dict[str, float]:
        """Return the sums of the columns that have one.

        A sum of some rows only would mislead, and one over scenarios would mean nothing.
        """
        if any(dict(row).get("scenario") for row in self.rows):
            return {}
        sums: dict[str, float] = {}
        for field in (spec.field for spec in columns(self.kind) if spec.column.total):
            values = [dict(row)[field] for row in self.rows]
            if values and None not in values:
                sums[field] = sum(values)
        return sums


class Figure(Row):
    """A named figure of a sheet that is no table: Summary and Audit.

    A figure with a formula refers to others by their keys in braces.
    """

    sheet: ClassVar[Sheet]
    key: str
    kind: FigureKind = "text"
    formula: str = ""
    name: Annotated[str, Column("Figure", width=30)]
    value: Annotated[float | str | None, Column("Value", width=24)] = None
    note: Annotated[str, Column("Meaning", width=70)] = ""
