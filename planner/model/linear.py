"""Linear sums of a few variables, and how rows give way.

A variable is its number among the columns of the model. Where a rule has hundreds of
thousands of terms it writes them as `planner.model.sums.Sums` instead, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.case.limits import Limit


@dataclass(slots=True)
class Sum:
    """An open linear sum: constant + Σ coefficient × column."""

    coefficients: list[float] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    constant: float = 0.0

    def add(self, coefficient: float, column: int) -> None:
        """Add one term; a zero coefficient adds nothing."""
        if coefficient:
            self.coefficients.append(coefficient)
            self.columns.append(column)

    def add_sum(self, other: Sum, factor: float = 1.0) -> None:
        """Add another sum, each of its terms times a factor."""
        if factor:
            self.coefficients += [factor * coefficient for coefficient in other.coefficients]
            self.columns += other.columns
            self.constant += factor * other.constant


@dataclass(frozen=True, slots=True)
class Slack:
    """How a row gives way where a cell of the input does.

    Attributes
    ----------
    cells : by how much the row gives way for each unit by which a cell does
    when : the period, slice or site that the row is about, for people; "" where the cell says it
    share_of : the sum that the cell is a share of; None where it is an amount
    """

    cells: Mapping[Limit, float]
    when: str = ""
    share_of: Sum | None = None


@dataclass(frozen=True, slots=True)
class Limited:
    """A sum between two limits; None is no limit.

    Attributes
    ----------
    slack : how it gives way; None for a row that is no limit of the user's
    """

    total: Sum
    lower: float | None
    upper: float | None
    slack: Slack | None = None


def at_most(total: Sum, limit: float, slack: Slack | None = None) -> Limited:
    """Return the row total ≤ limit."""
    return Limited(total, None, limit, slack)


def at_least(total: Sum, limit: float, slack: Slack | None = None) -> Limited:
    """Return the row total ≥ limit."""
    return Limited(total, limit, None, slack)


def added(sums: Iterable[Sum]) -> Sum:
    """Return the sum of sums."""
    made = Sum()
    for one in sums:
        made.add_sum(one)
    return made


def total(terms: Iterable[tuple[float, int]], constant: float = 0.0) -> Sum:
    """Return the sum of terms and a constant."""
    made = Sum(constant=constant)
    for coefficient, column in terms:
        made.add(coefficient, column)
    return made
