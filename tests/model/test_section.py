"""Sections: the one way in which a family's algebra gets into the model."""

from __future__ import annotations

import numpy as np
import pytest
from pyomo.environ import Block, ConcreteModel, NonNegativeReals, value

from planner.case.limits import Limit
from planner.model.index import all_of
from planner.model.linear import Limited, Slack, Sum, at_least, at_most, total
from planner.model.section import Section
from planner.model.sums import constants
from planner.model.thin import Numbering
from tests.builders import quarters


@pytest.fixture
def model() -> ConcreteModel:
    """Return a model with an empty family block."""
    made = ConcreteModel()
    made.budget = Block()
    return made


@pytest.fixture
def section(model: ConcreteModel) -> Section:
    """Return the family's section, with columns x and y: 0 and 1."""
    made = Section(model.budget, Numbering())
    assert made.variables("spend", ["x", "y"], NonNegativeReals) == {"x": 0, "y": 1}
    return made


def test_rows_bear_the_familys_name_and_their_index(model: ConcreteModel, section: Section) -> None:
    """A user is shown budget.limit[capex,Q1]; the cells by which it gives way go with it."""
    (first,) = quarters(1, capex_budget=9.0)
    slack = Slack({Limit.of(first, "capex_budget"): 1.0})
    rows = {
        ("capex", "Q1"): at_most(total([(2.0, 0)]), 9.0, slack),
        ("total", "Q1"): at_most(total([(2.0, 0)]), 9.0),
    }

    section.constrain("limit", rows)

    model.budget.spend["x"].set_value(2.0)
    row = model.budget.limit["capex", "Q1"]
    assert row.name == "budget.limit[capex,Q1]"
    assert (row.lower, value(row.body), value(row.upper)) == (None, 4.0, 9.0)
    assert model.budget.limit.slack(0) == slack
    assert model.budget.limit.slack(1) is None


def test_the_constant_of_a_sum_moves_to_the_limits(model: ConcreteModel, section: Section) -> None:
    """A row 10 ≤ x + 3 ≤ 12 is 7 ≤ x ≤ 9, and x + 3 = 3 is x = 0."""
    line = total([(1.0, 0)], constant=3.0)

    section.constrain("limit", {"a": Limited(line, 10.0, 12.0), "b": Limited(line, 3.0, 3.0)})

    assert model.budget.limit.lower.tolist() == [7.0, 0.0]
    assert model.budget.limit.upper.tolist() == [9.0, 0.0]


def test_a_family_without_rows_has_an_empty_constraint(
    model: ConcreteModel, section: Section
) -> None:
    """No budget in any period: the constraint is there, with nothing in it."""
    section.constrain("limit", {})

    assert len(model.budget.limit) == 0
    assert not model.budget.limit.gives_way


def test_a_row_without_terms_is_kept(model: ConcreteModel, section: Section) -> None:
    """A demand of 2 that nothing can serve is a row 0 ≥ 2, for the solver to refuse."""
    section.constrain("served", {"Q1": at_least(Sum(), 2.0)})

    assert value(model.budget.served["Q1"].lower) == 2.0
    assert value(model.budget.served["Q1"].body) == 0.0


def test_many_rows_are_added_at_once(model: ConcreteModel, section: Section) -> None:
    """Rows 2u + 3 ≥ 5 in Q1 and 2v + 4 ≥ 5 in Q2, of new columns 2 and 3, are u ≥ 1 and v ≥ ½."""
    periods = all_of("period", ("Q1", "Q2"))
    used = section.variables_of("used", periods, NonNegativeReals)
    sums = used * 2.0 + constants(periods, np.array([3.0, 4.0]))

    section.constrain_all("least", sums, lower=5.0, slack=lambda place: Slack({}, "Q12"[place]))

    row = model.budget.least["Q2"]
    assert used.column.tolist() == [2, 3]
    assert str(row.expr) == "1.0  <=  2.0*budget.used[Q2]"
    assert model.budget.least.slack(0) == Slack({}, "Q")


def test_the_objective_is_the_sum_of_all_that_costs(model: ConcreteModel, section: Section) -> None:
    """2u + 3 a period, and once more u, at u = v = 1: 5 + 5 + 1 + 1 are 12."""
    periods = all_of("period", ("Q1", "Q2"))
    used = section.variables_of("used", periods, NonNegativeReals)

    section.minimise("total", used * 2.0 + constants(periods, np.array([3.0, 3.0])), used)

    for one in model.budget.used.values():
        one.set_value(1.0)
    assert value(model.budget.total) == 12.0
    assert model.budget.total.cost.tolist() == [0.0, 0.0, 3.0, 3.0]
