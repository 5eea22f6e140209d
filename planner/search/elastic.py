"""Elastic: the problem in which the cells of the input that limit plans may give way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.case.limits import Limit
from planner.model.linear import Slack, Sum
from planner.model.matrix import Matrix
from planner.model.thin import ThinConstraint
from planner.search.arrays import Arrays, Floats
from planner.search.places import Places, count_of

LEAST = 1e-8
"""A cell that gives way by less than this share of its size stands."""

Key = tuple[Limit, int | None]
"""A cell; a share gives way in each of its rows by itself, so the row's place comes with it."""


@dataclass(frozen=True)
class Elastic:
    """A problem with a column more for each cell that may give way.

    Attributes
    ----------
    rigid : the problem in which none does, of n columns
    arrays : the problem in which all may, of n + k columns
    keys : the cells of the k columns
    rows : which constraint of the model each row is
    slack : how rows give way, by the row's place
    """

    rigid: Arrays
    arrays: Arrays
    keys: tuple[Key, ...]
    rows: Places
    slack: Mapping[int, Slack]

    @cached_property
    def is_asked_for(self) -> NDArray[np.bool_]:
        """Which cells ask for something, and give way downwards; k of them."""
        asking = {
            limit
            for row, slack in self.slack.items()
            if np.isfinite(self.rigid.row_lower[row])
            for limit in slack.cells
        }
        return np.array([limit in asking for limit, _ in self.keys], dtype=bool)

    @cached_property
    def sizes(self) -> Floats:
        """What stands in each cell, or of one with nothing the largest coefficient; k of them."""
        largest = np.zeros(len(self.keys))
        matrix, place = self.rigid.matrix, {key: at for at, key in enumerate(self.keys)}
        for row, slack in self.slack.items():
            first, last = matrix.start[row : row + 2].tolist()
            most = np.abs(matrix.coefficient[first:last]).max(initial=0.0)
            for limit, factor in slack.cells.items():
                key = place[_key(limit, row, slack)]
                largest[key] = max(largest[key], most / factor)
        now = np.array([0.0 if row is not None else abs(limit.now) for limit, row in self.keys])
        size = np.where(now > 0.0, now, largest)
        return np.where(size > 0.0, size, 1.0)

    def priced(self, cost: Floats, most: Floats) -> Arrays:
        """Return the problem that only looks for what gives way, and by how much at most.

        Parameters
        ----------
        cost : of a unit by which each cell gives way, k of them
        most : by which it may, k of them
        """
        number = self.rigid.columns
        return replace(
            self.arrays,
            cost=np.concatenate((np.zeros(number), cost)),
            upper=np.concatenate((self.rigid.upper, most)),
            offset=0.0,
        )

    def most(self) -> Floats:
        """Return by how much each cell may give way; what is asked for can fall to nothing."""
        now = np.array([max(0.0, limit.now) for limit, _ in self.keys])
        return np.where(self.is_asked_for, now, np.inf)

    def given(self, values: Floats) -> Floats:
        """Return by how much each cell gives way in a solution, k of them."""
        return values[self.rigid.columns :]

    def is_moved(self, values: Floats) -> NDArray[np.bool_]:
        """Return which cells give way in a solution, k of them."""
        return self.given(values) > LEAST * self.sizes

    def missed(self, values: Floats) -> Floats:
        """Return by how much each row misses its bounds in a solution, m of them."""
        matrix = self.rigid.matrix
        terms = matrix.coefficient * values[: self.rigid.columns][matrix.index]
        activity = np.bincount(matrix.row_of, terms, minlength=self.rigid.rows)
        return np.maximum(self.rigid.row_lower - activity, activity - self.rigid.row_upper)

    @cached_property
    def row_sizes(self) -> Floats:
        """The size of each row's bound, m of them; 1 at least."""
        bounds = np.abs(np.vstack((self.rigid.row_lower, self.rigid.row_upper)))
        size: Floats = np.where(np.isfinite(bounds), bounds, 0.0).max(axis=0)
        return np.maximum(1.0, size)

    def value(self, total: Sum, values: Floats) -> float:
        """Return what a sum of variables comes to in a solution."""
        return total.constant + float(np.dot(total.coefficients, values[total.columns]))


def make_elastic(rigid: Arrays, rows: Places) -> Elastic:
    """Return the problem in which every cell that limits a row may give way.

    Parameters
    ----------
    rigid : the problem that no plan solves
    rows : which constraint of the model each row is
    """
    slack = dict(_slacks(rows))
    keys: dict[Key, int] = {}
    at, columns, coefficients = [], [], []
    for place, found in slack.items():
        sign = 1.0 if np.isfinite(rigid.row_lower[place]) else -1.0
        for limit, factor in found.cells.items():
            at.append(place)
            columns.append(keys.setdefault(_key(limit, place, found), len(keys)))
            coefficients.append(sign * factor)
    extra, number = len(keys), rigid.columns
    arrays = replace(
        rigid,
        cost=np.concatenate((rigid.cost, np.zeros(extra))),
        lower=np.concatenate((rigid.lower, np.zeros(extra))),
        upper=np.concatenate((rigid.upper, np.full(extra, np.inf))),
        is_integer=np.concatenate((rigid.is_integer, np.zeros(extra, dtype=bool))),
        matrix=_widened(rigid.matrix, at, np.array(columns) + number, coefficients),
    )
    return Elastic(rigid, arrays, tuple(keys), rows, slack)


def _slacks(rows: Places) -> Iterator[tuple[int, Slack]]:
    """Yield the places of the rows that give way where a cell does, and how."""
    first = 0
    for part in rows.parts:
        if isinstance(part, ThinConstraint):
            for place in range(part.count if part.gives_way else 0):
                slack = part.slack(place)
                if slack is not None and slack.cells:
                    yield first + place, slack
        first += count_of(part)


def _key(limit: Limit, row: int, slack: Slack) -> Key:
    return limit, None if slack.share_of is None else row


def _widened(
    matrix: Matrix, rows: list[int], columns: NDArray[np.int64], coefficients: list[float]
) -> Matrix:
    """Return the matrix with more nonzeros at the end of its rows."""
    row = np.concatenate((matrix.row_of, np.array(rows, dtype=np.int64)))
    order = np.argsort(row, kind="stable")
    return Matrix(
        start=np.concatenate(
            ([0], np.cumsum(np.bincount(row, minlength=len(matrix.start) - 1)))
        ).astype(np.int32),
        index=np.concatenate((matrix.index, columns))[order].astype(np.int32),
        coefficient=np.concatenate((matrix.coefficient, np.array(coefficients)))[order],
    )
