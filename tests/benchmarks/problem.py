"""Problem: the rows of a case as plain arrays, so that every peer is given the same ones.

It knows NumPy only: a peer that reads it does not carry planner or Pyomo in its memory.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a problem is, as a solver counts it."""

    columns: int
    integers: int
    rows: int
    nonzeros: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A mixed-integer problem: min cost·x + offset, row_lower ≤ A·x ≤ row_upper.

    Attributes
    ----------
    cost, lower, upper, is_integer : n
    row_lower, row_upper : m
    start, index, coefficient : A by rows: m + 1 starts, a column and a coefficient a nonzero
    offset : constant of the objective
    """

    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    start: Ints
    index: Ints
    coefficient: Floats
    offset: float

    @property
    def shape(self) -> Shape:
        """How large it is."""
        return Shape(
            columns=len(self.cost),
            integers=int(self.is_integer.sum()),
            rows=len(self.row_lower),
            nonzeros=len(self.coefficient),
        )

    @property
    def row_of(self) -> NDArray[np.int64]:
        """The row of each nonzero."""
        return np.repeat(np.arange(len(self.row_lower)), np.diff(self.start))

    def terms(self) -> list[list[tuple[int, float]]]:
        """Return the column and coefficient of each nonzero, row by row."""
        pairs = list(zip(self.index.tolist(), self.coefficient.tolist(), strict=True))
        return [pairs[begin:end] for begin, end in pairwise(self.start.tolist())]

    def save(self, path: Path) -> None:
        """Write it to a file."""
        np.savez(path, **{one.name: getattr(self, one.name) for one in fields(self)})


def load_problem(path: Path) -> Problem:
    """Return the problem that a file holds."""
    with np.load(path) as held:
        arrays = {one.name: held[one.name] for one in fields(Problem)}
    return Problem(**{**arrays, "offset": float(arrays["offset"])})
