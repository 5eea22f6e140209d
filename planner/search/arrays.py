"""Arrays: a Pyomo model as the arrays that the solver takes whole.

The rows that `planner.model.linear.constrain` makes are read without a walk through
their expressions; any other linear constraint goes through Pyomo's standard form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression
from pyomo.environ import ConcreteModel, Constraint, Objective, Var, value
from pyomo.repn import generate_standard_repn

from planner.errors import PlannerError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class NotFiniteError(PlannerError):
    """A coefficient of the model is not a number or not finite; the solver would not say so."""


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


@dataclass(frozen=True)
class Arrays:
    """A mixed-integer problem: min cost·x + offset, row_lower ≤ A·x ≤ row_upper.

    Attributes
    ----------
    columns : the Pyomo variables, n of them
    rows : the Pyomo constraints, m of them
    cost, lower, upper : n
    is_integer : n
    row_lower, row_upper : m
    matrix : A, m by n
    offset : constant of the objective
    """

    columns: Sequence[VarData]
    rows: Sequence[ConstraintData]
    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    matrix: Matrix
    offset: float

    def fixed(self, values: Floats, columns: NDArray[np.bool_]) -> Arrays:
        """Return the problem in which some columns have these values, and are continuous.

        Parameters
        ----------
        values : n of them
        columns : which, n of them
        """
        return replace(
            self,
            lower=np.where(columns, values, self.lower),
            upper=np.where(columns, values, self.upper),
            is_integer=self.is_integer & ~columns,
        )

    def without_cost(self) -> Arrays:
        """Return the problem in which any feasible point is as good as another."""
        return replace(self, cost=np.zeros_like(self.cost), offset=0.0)

    def by_id(self, values: Floats) -> dict[int, float]:
        """Return the value of each Pyomo variable, by its ``id``."""
        return dict(zip(map(id, self.columns), values.tolist(), strict=True))

    def objective(self, values: Floats) -> float:
        """Return the cost of a point."""
        return float(self.cost @ values) + self.offset


def to_arrays(model: ConcreteModel) -> Arrays:
    """Return the arrays of a linear Pyomo model.

    Raises
    ------
    NotFiniteError
        Where a coefficient, bound or cost is NaN, or a coefficient or cost is infinite.
    """
    columns = list(model.component_data_objects(Var, active=True))
    place = {id(column): number for number, column in enumerate(columns)}
    rows = list(model.component_data_objects(Constraint, active=True))
    lower, upper, counts = [], [], []
    index: list[int] = []
    coefficient: list[float] = []
    for row in rows:
        constant, coefficients, variables = _linear(row.body)
        counts.append(len(coefficients))
        coefficient.extend(coefficients)
        index.extend(place[id(variable)] for variable in variables)
        lower.append(-np.inf if row.lower is None else value(row.lower) - constant)
        upper.append(np.inf if row.upper is None else value(row.upper) - constant)
    (objective,) = model.component_data_objects(Objective, active=True)
    offset, coefficients, variables = _linear(objective.expr)
    cost = np.zeros(len(columns))
    np.add.at(cost, [place[id(variable)] for variable in variables], coefficients)
    bounds = [column.bounds for column in columns]
    arrays = Arrays(
        columns=columns,
        rows=rows,
        cost=cost,
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
        upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        is_integer=np.array([not column.is_continuous() for column in columns], dtype=bool),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        matrix=_merged(counts, index, coefficient),
        offset=offset,
    )
    _refuse_not_finite(arrays)
    return arrays


def _linear(expression: object) -> tuple[float, Sequence[float], Sequence[VarData]]:
    if isinstance(expression, LinearExpression):
        return expression.constant, expression.linear_coefs, expression.linear_vars
    form = generate_standard_repn(expression, compute_values=True)
    if not form.is_linear():
        raise TypeError("the model has a row that is not linear")
    return form.constant, form.linear_coefs, form.linear_vars


def _merged(counts: list[int], index: list[int], coefficient: list[float]) -> Matrix:
    """Return the matrix of rows one after another, a row's terms of one column added up."""
    row = np.repeat(np.arange(len(counts)), np.array(counts, dtype=np.int64))
    column = np.array(index, dtype=np.int64)
    values = np.array(coefficient, dtype=float)
    order = np.lexsort((column, row))
    row, column, values = row[order], column[order], values[order]
    is_first = np.ones(len(row), dtype=bool)
    is_first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    firsts = np.flatnonzero(is_first)
    summed = np.add.reduceat(values, firsts) if len(firsts) else values
    kept = summed != 0.0
    per_row = np.bincount(row[firsts][kept], minlength=len(counts))
    return Matrix(
        start=np.concatenate(([0], np.cumsum(per_row))).astype(np.int32),
        index=column[firsts][kept].astype(np.int32),
        coefficient=summed[kept],
    )


def _refuse_not_finite(arrays: Arrays) -> None:
    def names(bad: NDArray[np.bool_], parts: Sequence[VarData | ConstraintData]) -> Iterator[str]:
        return (parts[place].name for place in np.flatnonzero(bad).tolist())

    bad_rows = np.isnan(arrays.row_lower) | np.isnan(arrays.row_upper)
    bad_rows[arrays.matrix.row_of[~np.isfinite(arrays.matrix.coefficient)]] = True
    bad_columns = ~np.isfinite(arrays.cost) | np.isnan(arrays.lower) | np.isnan(arrays.upper)
    bad = [*names(bad_rows, arrays.rows), *names(bad_columns, arrays.columns)]
    if bad or not np.isfinite(arrays.offset):
        raise NotFiniteError(f"a number of the model is not finite: {', '.join(bad[:5])}")
