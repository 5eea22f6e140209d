"""Linear sums, and rows of them: the one way in which families write algebra.

A row's body is a Pyomo `LinearExpression` made directly of coefficients and
variables: building it as a sum of products costs several times as much, and the
hand-over to the solver reads it back without a walk through an expression tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyomo.core.base.block import BlockData
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression
from pyomo.environ import Constraint

from planner.case.limits import Limit


@dataclass(slots=True)
class Sum:
    """An open linear sum: constant + Σ coefficient × variable."""

    coefficients: list[float] = field(default_factory=list)
    variables: list[VarData] = field(default_factory=list)
    constant: float = 0.0

    def add(self, coefficient: float, variable: VarData) -> None:
        """Add one term; a zero coefficient adds nothing."""
        if coefficient:
            self.coefficients.append(coefficient)
            self.variables.append(variable)

    def add_sum(self, other: Sum, factor: float = 1.0) -> None:
        """Add another sum, each of its terms times a factor."""
        if factor:
            self.coefficients += [factor * coefficient for coefficient in other.coefficients]
            self.variables += other.variables
            self.constant += factor * other.constant

    def expression(self) -> LinearExpression:
        """Return the variable terms as an expression, without the constant."""
        return LinearExpression(linear_coefs=self.coefficients, linear_vars=self.variables)


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
    return Limited(total, None, limit - total.constant, slack)


def at_least(total: Sum, limit: float, slack: Slack | None = None) -> Limited:
    """Return the row total ≥ limit."""
    return Limited(total, limit - total.constant, None, slack)


def constrain(block: BlockData, name: str, rows: Mapping[Any, Limited]) -> None:
    """Add a constraint to a family's block, indexed as the rows are.

    Parameters
    ----------
    block : the family's
    name : of the constraint; with the block's name and the index it is shown to users
    rows : index -> row; an index is a text or a tuple of texts
    """
    constraint = Constraint(list(rows))
    block.add_component(name, constraint)
    slack: dict[Any, Slack] = {}
    for index, row in rows.items():
        added = constraint.add(index, (row.lower, row.total.expression(), row.upper))
        if row.slack is not None:
            slack[added.index()] = row.slack
    constraint.slack_of_rows = slack


def slack_of(row: ConstraintData) -> Slack | None:
    """Return how a row that `constrain` made gives way."""
    slack: Mapping[Any, Slack] = row.parent_component().slack_of_rows
    return slack.get(row.index())


def added(sums: Iterable[Sum]) -> Sum:
    """Return the sum of sums."""
    made = Sum()
    for one in sums:
        made.add_sum(one)
    return made


def total(terms: Iterable[tuple[float, VarData]], constant: float = 0.0) -> Sum:
    """Return the sum of terms and a constant."""
    made = Sum(constant=constant)
    for coefficient, variable in terms:
        made.add(coefficient, variable)
    return made
