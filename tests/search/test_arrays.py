"""Arrays: a Pyomo model as the arrays that the solver takes whole."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pyomo.core.expr.numeric_expr import LinearExpression
from pyomo.environ import (
    Block,
    ConcreteModel,
    Constraint,
    NonNegativeIntegers,
    NonNegativeReals,
    Objective,
    Var,
)

from planner.search.arrays import Arrays, NotFiniteError, to_arrays
from planner.search.places import Places, columns_of, rows_of


@pytest.fixture
def model() -> ConcreteModel:
    """Return a model of a whole x and a real y, to be minimised as 3x + 4y + 7."""
    made = ConcreteModel()
    made.x, made.y = Var(domain=NonNegativeIntegers), Var(domain=NonNegativeReals)
    made.cost = Objective(expr=3 * made.x + 4 * made.y + 7)
    return made


def _dense(arrays: Arrays) -> list[list[float]]:
    """Return A as a list of its rows."""
    full = np.zeros((arrays.rows, arrays.columns))
    np.add.at(full, (arrays.matrix.row_of, arrays.matrix.index), arrays.matrix.coefficient)
    return full.tolist()


def _names(places: Places) -> list[str]:
    return [places.name(place) for place in range(len(places))]


def _row(*terms: tuple[float, Var]) -> LinearExpression:
    return LinearExpression(
        linear_coefs=[number for number, _ in terms], linear_vars=[one for _, one in terms]
    )


def test_columns_have_their_costs_bounds_and_kinds(model: ConcreteModel) -> None:
    """A whole x ≥ 0 at 3 and a real y between 1 and 9 at 4; 7 is paid in any case."""
    model.y.setlb(1.0)
    model.y.setub(9.0)

    arrays = to_arrays(model)

    assert _names(columns_of(model)) == ["x", "y"]
    assert arrays.cost.tolist() == [3.0, 4.0]
    assert arrays.offset == 7.0
    assert arrays.lower.tolist() == [0.0, 1.0]
    assert arrays.upper.tolist() == [math.inf, 9.0]
    assert arrays.is_integer.tolist() == [True, False]


def test_rows_have_their_coefficients_and_limits(model: ConcreteModel) -> None:
    """2x + 5y ≤ 9, x ≥ 1 and y = 2."""
    model.most = Constraint(expr=(None, _row((2.0, model.x), (5.0, model.y)), 9.0))
    model.least = Constraint(expr=(1.0, _row((1.0, model.x)), None))
    model.equal = Constraint(expr=_row((1.0, model.y)) == 2.0)

    arrays = to_arrays(model)

    assert _names(rows_of(model)) == ["most", "least", "equal"]
    assert _dense(arrays) == [[2.0, 5.0], [1.0, 0.0], [0.0, 1.0]]
    assert arrays.row_lower.tolist() == [-math.inf, 1.0, 2.0]
    assert arrays.row_upper.tolist() == [9.0, math.inf, 2.0]


def test_terms_of_one_variable_are_merged(model: ConcreteModel) -> None:
    """2x + y + 3x ≤ 9 is 5x + y ≤ 9; x + y - x ≤ 9 has no x; each row by itself."""
    model.add = Constraint(expr=(None, _row((2.0, model.x), (1.0, model.y), (3.0, model.x)), 9.0))
    model.cancel = Constraint(
        expr=(None, _row((1.0, model.x), (1.0, model.y), (-1.0, model.x)), 9.0)
    )

    arrays = to_arrays(model)

    assert _dense(arrays) == [[5.0, 1.0], [0.0, 1.0]]
    assert arrays.matrix.start.tolist() == [0, 2, 3]
    assert arrays.matrix.index.tolist() == [0, 1, 1]


def test_costs_of_one_variable_are_added_up() -> None:
    """A unit's upfront price and its landed cost are two terms of one variable."""
    model = ConcreteModel()
    model.x = Var(domain=NonNegativeReals)
    model.cost = Objective(expr=_row((100.0, model.x), (10.0, model.x)))

    assert to_arrays(model).cost.tolist() == [110.0]


def test_a_plain_linear_constraint_goes_through_the_standard_form(model: ConcreteModel) -> None:
    """2(x + 3) + x ≤ 5y + 12, as one writes it by hand, is 3x - 5y ≤ 6."""
    model.plain = Constraint(expr=2 * (model.x + 3) + model.x <= 5 * model.y + 12)

    arrays = to_arrays(model)

    assert _dense(arrays) == [[3.0, -5.0]]
    assert arrays.row_upper.tolist() == [6.0]
    assert arrays.row_lower.tolist() == [-math.inf]


def test_a_constant_in_the_body_moves_to_the_limits(model: ConcreteModel) -> None:
    """1 ≤ x + 3 ≤ 10 is -2 ≤ x ≤ 7."""
    model.range = Constraint(expr=(1.0, model.x + 3, 10.0))

    arrays = to_arrays(model)

    assert (arrays.row_lower.tolist(), arrays.row_upper.tolist()) == ([-2.0], [7.0])


def test_rows_of_blocks_are_taken_and_inactive_ones_left(model: ConcreteModel) -> None:
    """A family's rows stand in a block of its own; a dropped rule is deactivated."""
    model.site, model.budget = Block(), Block()
    model.site.power = Constraint(expr=model.x <= 3)
    model.budget.limit = Constraint(expr=model.y <= 4)
    model.budget.deactivate()

    assert _names(rows_of(model)) == ["site.power"]


def test_a_row_without_terms_is_kept(model: ConcreteModel) -> None:
    """0 ≥ 2 cannot hold, and the solver must see it; rows beside it stay as they are."""
    model.before = Constraint(expr=(None, _row((1.0, model.x)), 9.0))
    model.empty = Constraint(expr=(2.0, _row(), None))
    model.after = Constraint(expr=(None, _row((1.0, model.y)), 9.0))

    arrays = to_arrays(model)

    assert _dense(arrays) == [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    assert arrays.row_lower.tolist() == [-math.inf, 2.0, -math.inf]


def test_a_model_without_rows_has_an_empty_matrix(model: ConcreteModel) -> None:
    """One start and no nonzero."""
    matrix = to_arrays(model).matrix

    assert (matrix.start.tolist(), matrix.index.tolist()) == ([0], [])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_coefficient_that_is_not_finite_is_refused_with_its_rows_name(
    model: ConcreteModel, number: float
) -> None:
    """HiGHS would solve on in silence; only the bad row is named."""
    model.good = Constraint(expr=(None, _row((1.0, model.x)), 9.0))
    model.bad = Constraint(expr=(None, _row((1.0, model.x), (number, model.y)), 9.0))

    with pytest.raises(NotFiniteError, match=r"not finite: bad$"):
        to_arrays(model)


def test_a_limit_that_is_no_number_is_refused_with_its_rows_name(model: ConcreteModel) -> None:
    """A budget of NaN is no limit at all."""
    model.bad = Constraint(expr=(None, _row((1.0, model.x)), math.nan))

    with pytest.raises(NotFiniteError, match=r"not finite: bad$"):
        to_arrays(model)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_cost_that_is_not_finite_is_refused_with_its_columns_name(number: float) -> None:
    """The cost of y is none."""
    model = ConcreteModel()
    model.x, model.y = Var(domain=NonNegativeReals), Var(domain=NonNegativeReals)
    model.cost = Objective(expr=_row((1.0, model.x), (number, model.y)))

    with pytest.raises(NotFiniteError, match=r"not finite: y$"):
        to_arrays(model)


def test_an_offset_that_is_not_finite_is_refused() -> None:
    """A constant cost of NaN belongs to no row or column, and is refused all the same."""
    model = ConcreteModel()
    model.x = Var(domain=NonNegativeReals)
    model.cost = Objective(
        expr=LinearExpression(constant=math.nan, linear_coefs=[1.0], linear_vars=[model.x])
    )

    with pytest.raises(NotFiniteError, match="not finite"):
        to_arrays(model)


def test_a_row_that_is_not_linear_raises(model: ConcreteModel) -> None:
    """A product of two variables is no row of a linear model."""
    model.product = Constraint(expr=model.x * model.y <= 9)

    with pytest.raises(TypeError, match="not linear"):
        to_arrays(model)


def test_fixed_columns_leave_a_continuous_problem(model: ConcreteModel) -> None:
    """With 2 whole packs, x is 2 and only y is left to decide; the given arrays stay."""
    arrays = to_arrays(model)

    fixed = arrays.fixed(np.array([2.0, 0.5]), arrays.is_integer)

    assert fixed.lower.tolist() == [2.0, 0.0]
    assert fixed.upper.tolist() == [2.0, math.inf]
    assert not fixed.is_integer.any()
    assert arrays.is_integer.any()


def test_the_cost_of_a_point_has_the_offset_in_it(model: ConcreteModel) -> None:
    """3 × 2 + 4 × 0.5 + 7 are 15."""
    assert to_arrays(model).objective(np.array([2.0, 0.5])) == pytest.approx(15)
