"""Restriction: a problem in which some columns are fixed, without these columns.

What is fixed is not handed to the solver at all: its part of each row moves to the row's
bounds, and rows that nothing is left of go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.model.matrix import Matrix
from planner.search.arrays import Arrays, Floats
from planner.search.phases.forcing import ROUNDING, force


@dataclass(frozen=True)
class Restriction:
    """A part of a problem.

    Attributes
    ----------
    lower, upper : bounds of the whole problem's columns in this part
    part : the problem without the columns whose bounds are equal
    columns : places of the part's columns in the whole problem
    """

    lower: Floats
    upper: Floats
    part: Arrays
    columns: NDArray[np.int64]

    def widened(self, values: Floats) -> Floats:
        """Return the values of the whole problem's columns, from those of the part's."""
        wide = self.lower.copy()
        wide[self.columns] = values
        return wide

    def narrowed(self, values: Floats) -> Floats | None:
        """Return the values of the part's columns; None where the point is outside the part."""
        slack = ROUNDING * np.maximum(1.0, np.abs(values))
        is_inside = (values >= self.lower - slack) & (values <= self.upper + slack)
        return values[self.columns] if is_inside.all() else None


def restrict(whole: Arrays, upper: Floats) -> Restriction:
    """Return the part of a problem within lower upper bounds.

    Parameters
    ----------
    whole : the problem
    upper : of its columns, none above the problem's own
    """
    lower, upper = force(whole, whole.lower, upper)
    is_kept, matrix, number = lower < upper, whole.matrix, whole.rows
    fixed = np.where(is_kept, 0.0, lower)
    row_of, is_left = matrix.row_of, is_kept[matrix.index]
    amounts = matrix.coefficient * fixed[matrix.index]
    moved = np.bincount(row_of, amounts, minlength=number)
    slack = ROUNDING * np.bincount(row_of, np.abs(amounts), minlength=number)
    counts = np.bincount(row_of[is_left], minlength=number)
    row_lower, row_upper = whole.row_lower - moved, whole.row_upper - moved
    # a row that is empty and missed stays, for the solver to say that nothing meets it
    is_row = (counts > 0) | (row_lower > slack) | (row_upper < -slack)
    columns, rows = np.flatnonzero(is_kept), np.flatnonzero(is_row)
    part = Arrays(
        cost=whole.cost[columns],
        lower=lower[columns],
        upper=upper[columns],
        is_integer=whole.is_integer[columns],
        row_lower=row_lower[rows],
        row_upper=row_upper[rows],
        matrix=Matrix(
            start=np.concatenate(([0], np.cumsum(counts[rows]))).astype(np.int32),
            index=(np.cumsum(is_kept) - 1)[matrix.index[is_left]].astype(np.int32),
            coefficient=matrix.coefficient[is_left],
        ),
        offset=whole.offset + float(whole.cost @ fixed),
    )
    return Restriction(lower, upper, part, columns)
