"""Sums: many linear sums at once, one for each key of an index, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.model.index import Codes, Floats, Index, spans
from planner.model.linear import Sum


@dataclass(frozen=True)
class Sums:
    """Linear sums: constant + Σ coefficient × column, for each of n keys.

    Attributes
    ----------
    index : the n keys
    row : the key's place, of each term
    column : the variable's number in the model, of each term
    coefficient : of each term
    constant : n
    """

    index: Index
    row: Codes
    column: Codes
    coefficient: Floats
    constant: Floats

    def __len__(self) -> int:
        """Return n."""
        return len(self.index)

    def __getitem__(self, place: int) -> Sum:
        """Return one of the sums."""
        first, last = self._starts[place : place + 2]
        terms = self._order[first:last]
        coefficients, columns = self.coefficient[terms], self.column[terms]
        return Sum(coefficients.tolist(), columns.tolist(), float(self.constant[place]))

    def __mul__(self, factor: float | Floats) -> Sums:
        """Return the sums times a factor, or n factors."""
        each = np.broadcast_to(np.asarray(factor, dtype=float), len(self))
        return replace(
            self, coefficient=self.coefficient * each[self.row], constant=self.constant * each
        )

    def __add__(self, other: Sums) -> Sums:
        """Return the sums of two with the same keys."""
        return together((self, other))

    def __sub__(self, other: Sums) -> Sums:
        """Return the differences of two with the same keys."""
        return self + other * -1.0

    def take(self, places: NDArray[Any]) -> Sums:
        """Return the sums at some places, or where a mask of n is true."""
        chosen = np.flatnonzero(places) if places.dtype == bool else places
        first, counts = self._starts[chosen], np.diff(self._starts)[chosen]
        terms = self._order[spans(first, counts)]
        return Sums(
            self.index.take(chosen),
            np.repeat(np.arange(len(chosen)), counts),
            self.column[terms],
            self.coefficient[terms],
            self.constant[chosen],
        )

    def to(self, index: Index) -> Sums:
        """Return sums added up by coarser keys; what belongs to none of them is left out.

        Parameters
        ----------
        index : m keys whose axes are among those of these sums
        """
        place = index.find(self.index)
        row = place[self.row]
        is_kept, has_place = row >= 0, place >= 0
        return Sums(
            index,
            row[is_kept],
            self.column[is_kept],
            self.coefficient[is_kept],
            np.bincount(place[has_place], self.constant[has_place], len(index)).astype(float),
        )

    def at(self, index: Index) -> Sums:
        """Return for each of m finer keys the sum of its key here; 0 where there is none.

        Parameters
        ----------
        index : m keys that have all axes of these sums
        """
        place = self.index.find(index)
        is_there = np.flatnonzero(place >= 0)
        taken = self.take(place[is_there])
        constant = np.zeros(len(index))
        constant[is_there] = taken.constant
        return Sums(index, is_there[taken.row], taken.column, taken.coefficient, constant)

    def on(self, index: Index) -> Sums:
        """Return the same n sums by other keys, n of them."""
        return replace(self, index=index)

    @cached_property
    def _order(self) -> Codes:
        """The terms in order of their keys."""
        return np.argsort(self.row, kind="stable")

    @cached_property
    def _starts(self) -> Codes:
        """Where the terms of each key begin in that order; n + 1."""
        counts = np.bincount(self.row, minlength=len(self))
        return np.concatenate(([0], np.cumsum(counts)))


def together(parts: Sequence[Sums]) -> Sums:
    """Return the sums of some with the same n keys; one at least."""
    return Sums(
        parts[0].index,
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.column for one in parts]),
        np.concatenate([one.coefficient for one in parts]),
        np.sum([one.constant for one in parts], axis=0),
    )


def unit(index: Index, columns: Codes) -> Sums:
    """Return one variable a key, n of them."""
    return Sums(index, np.arange(len(index)), columns, np.ones(len(index)), np.zeros(len(index)))


def constants(index: Index, amounts: Floats) -> Sums:
    """Return sums without variables, n of them."""
    none = np.empty(0, dtype=np.int64)
    return Sums(index, none, none, np.empty(0), amounts)


def stacked(index: Index, sums: Sequence[Sum]) -> Sums:
    """Return single sums as those of the n keys of an index."""
    counts = [len(one.columns) for one in sums]
    return Sums(
        index,
        np.repeat(np.arange(len(sums)), np.array(counts, dtype=np.int64)),
        np.array([column for one in sums for column in one.columns], dtype=np.int64),
        np.array([number for one in sums for number in one.coefficients], dtype=float),
        np.array([one.constant for one in sums], dtype=float),
    )
