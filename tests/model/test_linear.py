"""Linear sums, and the rows that families make of them."""

from __future__ import annotations

import pytest
from pyomo.environ import Block, ConcreteModel, Var, value

from planner.case.limits import Limit
from planner.model.linear import Slack, Sum, at_least, at_most, constrain, slack_of, total
from tests.builders import quarters


@pytest.fixture
def model() -> ConcreteModel:
    """Return a model with variables x and y, worth 2 and 5, and an empty family block."""
    made = ConcreteModel()
    made.x, made.y = Var(initialize=2.0), Var(initialize=5.0)
    made.budget = Block()
    return made


def test_a_sum_grows_term_by_term(model: ConcreteModel) -> None:
    """3x + 4y is 6 + 20; the constant of 1 is no part of the expression."""
    line = total([(3.0, model.x)], constant=1.0)
    line.add(4.0, model.y)

    assert value(line.expression()) == 26
    assert line.constant == 1


def test_a_term_of_zero_is_left_out(model: ConcreteModel) -> None:
    """0x adds no term: a free offer gives the solver no coefficient of 0."""
    line = Sum()
    line.add(0.0, model.x)

    assert (line.coefficients, line.variables) == ([], [])


def test_a_sum_is_added_times_a_factor(model: ConcreteModel) -> None:
    """1 + 2 × (3x + 10) is 6x + 21, and what was added stays as it was."""
    line, other = Sum(constant=1.0), total([(3.0, model.x)], constant=10.0)

    line.add_sum(other, 2.0)

    assert (line.coefficients, line.constant) == ([6.0], 21.0)
    assert (other.coefficients, other.constant) == ([3.0], 10.0)


def test_a_sum_times_zero_adds_nothing(model: ConcreteModel) -> None:
    """A site without carbon puts no terms into the carbon row."""
    line = Sum(constant=1.0)

    line.add_sum(total([(3.0, model.x)], constant=10.0), 0.0)

    assert (line.variables, line.constant) == ([], 1.0)


def test_the_constant_of_a_sum_moves_to_the_limit(model: ConcreteModel) -> None:
    """A row x + 3 ≤ 10 is x ≤ 7, and x + 3 ≥ 10 is x ≥ 7."""
    line = total([(1.0, model.x)], constant=3.0)

    assert (at_most(line, 10.0).lower, at_most(line, 10.0).upper) == (None, 7.0)
    assert (at_least(line, 10.0).lower, at_least(line, 10.0).upper) == (7.0, None)


def test_rows_bear_the_familys_name_and_their_index(model: ConcreteModel) -> None:
    """A user is shown budget.limit[capex,Q1]; the cells by which it gives way go with it."""
    (first,) = quarters(1, capex_budget=9.0)
    slack = Slack({Limit.of(first, "capex_budget"): 1.0})
    rows = {
        ("capex", "Q1"): at_most(total([(2.0, model.x)]), 9.0, slack),
        ("total", "Q1"): at_most(total([(2.0, model.x)]), 9.0),
    }

    constrain(model.budget, "limit", rows)

    row = model.budget.limit["capex", "Q1"]
    assert row.name == "budget.limit[capex,Q1]"
    assert (row.lower, value(row.body), value(row.upper)) == (None, 4.0, 9.0)
    assert slack_of(row) == slack
    assert slack_of(model.budget.limit["total", "Q1"]) is None


def test_a_family_without_rows_has_an_empty_constraint(model: ConcreteModel) -> None:
    """No budget in any period: the constraint is there, with nothing in it."""
    constrain(model.budget, "limit", {})

    assert len(model.budget.limit) == 0


def test_a_row_without_terms_is_kept(model: ConcreteModel) -> None:
    """A demand of 2 that nothing can serve is a row 0 ≥ 2, for the solver to refuse."""
    constrain(model.budget, "served", {"Q1": at_least(Sum(), 2.0)})

    assert value(model.budget.served["Q1"].lower) == 2.0
    assert value(model.budget.served["Q1"].body) == 0.0
