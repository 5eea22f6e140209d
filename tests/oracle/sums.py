"""Sums of variables, and the rows that bound them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Variable = tuple[Any, ...]
"""What a variable is, in one word, and what of: ("packs", an order, a site)."""

WHOLE = ("packs",)
YES_OR_NO = ("placed", "tier", "filled", "reached", "clustered")
ANY_SIGN = ("tail begins",)
"""Kinds of variables; all others are real numbers of at least 0."""


class Sum:
    """Variables with their coefficients, and a constant."""

    def __init__(
        self, terms: Mapping[Variable, float] | None = None, constant: float = 0.0
    ) -> None:
        self.terms = dict(terms or {})
        self.constant = constant

    def __add__(self, other: Sum) -> Sum:
        return total([self, other])

    def __sub__(self, other: Sum) -> Sum:
        return total([self, -1.0 * other])

    def __rmul__(self, factor: float) -> Sum:
        terms = {variable: factor * of for variable, of in self.terms.items()}
        return Sum(terms, factor * self.constant)

    def at(self, values: Mapping[Variable, float]) -> float:
        """Return what it comes to; a variable without a value is 0."""
        parts = (of * values.get(variable, 0.0) for variable, of in self.terms.items())
        return self.constant + sum(parts)


def one(*variable: Any) -> Sum:
    """Return a variable as a sum."""
    return Sum({variable: 1.0})


def constant(value: float) -> Sum:
    """Return a sum of no variables."""
    return Sum({}, value)


def total(sums: Iterable[Sum]) -> Sum:
    """Return the sum of sums."""
    result = Sum()
    for each in sums:
        result.constant += each.constant
        for variable, of in each.terms.items():
            result.terms[variable] = result.terms.get(variable, 0.0) + of
    return result


@dataclass
class Rows:
    """What must hold: each a sum between two bounds."""

    held: list[tuple[Sum, float, float]] = field(default_factory=list)

    def at_most(self, what: Sum, limit: float | None) -> None:
        """Hold a sum to a limit; None is no limit."""
        if limit is not None:
            self.held.append((what, -np.inf, limit))

    def at_least(self, what: Sum, limit: float | None) -> None:
        """Ask for a sum of at least so much; None asks for nothing."""
        if limit is not None:
            self.held.append((what, limit, np.inf))

    def equal(self, what: Sum, other: Sum) -> None:
        """Hold two sums to be the same."""
        self.held.append((what - other, 0.0, 0.0))

    def variables(self) -> Iterator[Variable]:
        """Yield the variables of all rows, with repetitions."""
        for what, _, _ in self.held:
            yield from what.terms

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the most that each row's variables may come to."""
        lower = [lower - what.constant for what, lower, _ in self.held]
        upper = [upper - what.constant for what, _, upper in self.held]
        return np.array(lower), np.array(upper)


def matrix(sums: Iterable[Sum], columns: Iterable[Variable]) -> np.ndarray:
    """Return the coefficients of sums, a row for each; other variables are left out."""
    place = {variable: number for number, variable in enumerate(columns)}
    every = list(sums)
    result = np.zeros((len(every), len(place)))
    for row, what in zip(result, every, strict=True):
        for variable, of in what.terms.items():
            if variable in place:
                row[place[variable]] = of
    return result
