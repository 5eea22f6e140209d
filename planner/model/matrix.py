"""Matrix: rows of coefficients, as the solver takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.model.index import Floats

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Matrix:
    """A sparse matrix by rows: m + 1 starts, and a column and coefficient a nonzero."""

    start: Ints
    index: Ints
    coefficient: Floats

    @property
    def row_of(self) -> NDArray[np.int64]:
        """The row of each nonzero."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def largest(self, sizes: Floats) -> Floats:
        """Return the largest of each row's sizes, one a nonzero; 0 of an empty row."""
        largest = np.zeros(len(self.start) - 1)
        has_any = np.diff(self.start) > 0
        if has_any.any():
            largest[has_any] = np.maximum.reduceat(sizes, self.start[:-1][has_any])
        return largest


def matrix_of(rows: int, row: NDArray[Any], column: NDArray[Any], coefficient: Floats) -> Matrix:
    """Return the matrix of terms in any order, those of one row and column added up.

    Parameters
    ----------
    rows : how many
    row, column, coefficient : of each term
    """
    width = int(column.max(initial=0)) + 1
    key = np.asarray(row, dtype=np.int64) * width + column
    if len(key) and not bool(np.all(key[1:] > key[:-1])):
        order = np.argsort(key, kind="stable")
        key, coefficient = key[order], coefficient[order]
        firsts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        if len(firsts) < len(key):
            key, coefficient = key[firsts], np.add.reduceat(coefficient, firsts)
    is_kept = coefficient != 0.0
    if not is_kept.all():
        key, coefficient = key[is_kept], coefficient[is_kept]
    row, column = np.divmod(key, width)
    counts = np.bincount(row, minlength=rows)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return Matrix(start, column.astype(np.int32), coefficient)
