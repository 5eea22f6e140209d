"""Limits: the cells of the input that plans are held to, and that a user can move."""

from __future__ import annotations

import dataclasses
from typing import Self

from planner.row import ColumnSpec, Row, column


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """One cell of the input that limits plans.

    Attributes
    ----------
    table : the class of its row
    name : the row's key, or all of it where its sheet has none
    field : the cell's column
    part : label of the column, for a table with one column a period; "" for any other
    row : the row itself
    """

    table: type[Row]
    name: tuple[str, ...]
    field: str
    part: str
    row: Row = dataclasses.field(compare=False, repr=False)

    @classmethod
    def of(cls, row: Row, field: str, part: str = "") -> Self:
        """Return the limit that stands in a field of a row."""
        held = dict(row)
        key = tuple(str(held[one]) for one in row.sheet.key)
        return cls(type(row), key or (repr(row),), field, part, row)

    @property
    def spec(self) -> ColumnSpec:
        """The cell's column."""
        return column(self.table, self.field)

    @property
    def now(self) -> float:
        """What stands in the cell, in the unit of its column."""
        held = dict(self.row)[self.field]
        return float(held[self.part] if self.part else held)

    def moved(self, amount: float) -> Row:
        """Return the row in which the cell holds so much more; less if negative."""
        held = dict(self.row)[self.field]
        new = {**held, self.part: held[self.part] + amount} if self.part else held + amount
        return self.row.model_copy(update={self.field: new})
