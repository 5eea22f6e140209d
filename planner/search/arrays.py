"""Arrays: a Pyomo model as the arrays that the solver takes whole.

Thin components (`planner.model.thin`) are read as the arrays that they are. Any other
linear variable, constraint or objective is read through Pyomo's standard form, so that a rule
may be written in plain Pyomo too; so are thin ones whose elements somebody has asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyomo.core.base.objective import ObjectiveData
from pyomo.core.base.var import VarData
from pyomo.environ import ConcreteModel, Objective, value
from pyomo.repn import generate_standard_repn

from planner.errors import PlannerError
from planner.model.matrix import Matrix, matrix_of
from planner.model.thin import ThinConstraint, ThinObjective, ThinVar
from planner.search.places import Part, Places, columns_of, count_of, rows_of

Floats = NDArray[np.float64]


class NotFiniteError(PlannerError):
    """A coefficient of the model is not a number or not finite; the solver would not say so."""


@dataclass(frozen=True)
class Arrays:
    """A mixed-integer problem: min cost·x + offset, row_lower ≤ A·x ≤ row_upper.

    Attributes
    ----------
    cost, lower, upper : n
    is_integer : n
    row_lower, row_upper : m
    matrix : A, m by n
    offset : constant of the objective
    """

    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    matrix: Matrix
    offset: float

    @property
    def columns(self) -> int:
        """n, how many columns there are."""
        return len(self.cost)

    @property
    def rows(self) -> int:
        """m, how many rows there are."""
        return len(self.row_lower)

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

    def relaxed(self) -> Arrays:
        """Return the problem in which nothing has to be whole."""
        return replace(self, is_integer=np.zeros_like(self.is_integer))

    def without_cost(self) -> Arrays:
        """Return the problem in which any feasible point is as good as another."""
        return replace(self, cost=np.zeros_like(self.cost), offset=0.0)

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
    columns, rows = columns_of(model), rows_of(model)
    place = _place_of(columns)
    bounds = [_bounds(part) for part in columns.parts]
    limits = [_limits(part, place) for part in rows.parts]
    (objective,) = model.component_data_objects(Objective, active=True)
    cost, offset = _cost(objective, len(columns), place)
    arrays = Arrays(
        cost=cost,
        lower=_joined([low for low, _, _ in bounds]),
        upper=_joined([high for _, high, _ in bounds]),
        is_integer=_joined([is_whole for _, _, is_whole in bounds]) > 0.0,
        row_lower=_joined([low for low, _, _ in limits]),
        row_upper=_joined([high for _, high, _ in limits]),
        matrix=_stacked([matrix for _, _, matrix in limits]),
        offset=offset,
    )
    _refuse_not_finite(arrays, columns, rows)
    return arrays


def _place_of(columns: Places) -> dict[int, int]:
    """Return the place of each variable that an expression can refer to, by its ``id``."""
    place: dict[int, int] = {}
    first = 0
    for part in columns.parts:
        if not isinstance(part, ThinVar) or part.is_made:
            elements = part.values() if isinstance(part, ThinVar) else part
            place |= {id(one): number for number, one in enumerate(elements, first)}
        first += count_of(part)
    return place


def _bounds(part: Part) -> tuple[Floats, Floats, Floats]:
    """Return lower and upper bound of each variable, and whether it is whole."""
    if isinstance(part, ThinVar) and not part.is_made:
        low, high, is_whole = part.interval
        shape = part.count
        return np.full(shape, low), np.full(shape, high), np.full(shape, float(is_whole))
    elements = list(part.values()) if isinstance(part, ThinVar) else part
    bounds = [(one.value, one.value) if one.fixed else one.bounds for one in elements]
    return (
        np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
        np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        np.array([not one.is_continuous() for one in elements], dtype=float),
    )


def _limits(part: Part, place: dict[int, int]) -> tuple[Floats, Floats, Matrix]:
    """Return lower and upper limit of each row, and the rows."""
    if isinstance(part, ThinConstraint):
        return part.lower, part.upper, part.matrix
    lower, upper = [], []
    row: list[int] = []
    column: list[int] = []
    coefficient: list[float] = []
    for number, one in enumerate(part):
        constant, coefficients, variables = _linear(one.body)
        row += [number] * len(coefficients)
        column += [place[id(variable)] for variable in variables]
        coefficient += coefficients
        lower.append(-np.inf if one.lower is None else value(one.lower) - constant)
        upper.append(np.inf if one.upper is None else value(one.upper) - constant)
    matrix = matrix_of(len(part), *_typed(row, column, coefficient))
    return np.array(lower, dtype=float), np.array(upper, dtype=float), matrix


def _typed(row: list[int], column: list[int], coefficient: list[float]) -> tuple[Any, Any, Floats]:
    return (
        np.array(row, dtype=np.int64),
        np.array(column, dtype=np.int64),
        np.array(coefficient, dtype=float),
    )


def _cost(objective: ObjectiveData, columns: int, place: dict[int, int]) -> tuple[Floats, float]:
    """Return the cost of each column, and the constant."""
    if isinstance(objective, ThinObjective) and not objective.is_made:
        return np.pad(objective.cost, (0, columns - len(objective.cost))), objective.offset
    offset, coefficients, variables = _linear(objective.expr)
    cost = np.zeros(columns)
    np.add.at(cost, [place[id(variable)] for variable in variables], coefficients)
    return cost, offset


def _linear(expression: object) -> tuple[float, Sequence[float], Sequence[VarData]]:
    form = generate_standard_repn(expression, compute_values=True)
    if not form.is_linear():
        raise TypeError("the model has a row that is not linear")
    return form.constant, form.linear_coefs, form.linear_vars


def _joined(parts: Sequence[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)


def _stacked(matrices: Sequence[Matrix]) -> Matrix:
    """Return matrices one under another."""
    firsts = [0, *accumulate(len(one.index) for one in matrices)]
    starts = [one.start[:-1] + first for one, first in zip(matrices, firsts, strict=False)]
    return Matrix(
        start=np.concatenate([*starts, firsts[-1:]]).astype(np.int32),
        index=np.concatenate([np.empty(0), *(one.index for one in matrices)]).astype(np.int32),
        coefficient=_joined([one.coefficient for one in matrices]),
    )


def _refuse_not_finite(arrays: Arrays, columns: Places, rows: Places) -> None:
    def names(bad: NDArray[np.bool_], places: Places) -> Iterator[str]:
        return map(places.name, np.flatnonzero(bad).tolist())

    bad_rows = np.isnan(arrays.row_lower) | np.isnan(arrays.row_upper)
    bad_rows[arrays.matrix.row_of[~np.isfinite(arrays.matrix.coefficient)]] = True
    bad_columns = ~np.isfinite(arrays.cost) | np.isnan(arrays.lower) | np.isnan(arrays.upper)
    bad = [*names(bad_rows, rows), *names(bad_columns, columns)]
    if bad or not np.isfinite(arrays.offset):
        raise NotFiniteError(f"a number of the model is not finite: {', '.join(bad[:5])}")
