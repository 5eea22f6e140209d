"""Restriction: what is fixed goes, and its share of rows and cost stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from planner.search.arrays import Arrays
from planner.search.highs import Limits, minimise
from planner.search.phases.restriction import restrict
from tests.search.problems import problem, purchases


def test_a_fixed_column_moves_to_the_rows_and_the_cost() -> None:
    """2 of the first are there in any case, at 10 each: 5 less 2 are still asked, and 20 paid."""
    whole = problem([10.0, 3.0], [[1.0, 1.0]], at_least=[5.0], upper=9.0, offset=7.0)
    whole = replace(whole, lower=np.array([2.0, 0.0]))

    phase = restrict(whole, np.array([2.0, 9.0]))

    assert phase.columns.tolist() == [1]
    assert phase.part.row_lower.tolist() == [3.0]
    assert phase.part.offset == 27.0
    solution = minimise(phase.part, Limits())
    assert solution.values is not None
    assert phase.widened(solution.values).tolist() == [2.0, 3.0]
    assert solution.bound == pytest.approx(36)


def test_a_row_without_columns_goes_unless_it_is_missed() -> None:
    """Nothing may be bought of either thing: at least 0 is no question, at least 1 is one."""
    whole = problem([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]], at_least=[0.0, 1.0], upper=9.0)

    phase = restrict(whole, np.zeros(2))

    assert phase.part.row_lower.tolist() == [1.0]
    assert phase.part.columns == 0


def test_a_point_outside_the_part_is_not_narrowed() -> None:
    """3 of the first, of which the part has none, and 2 of the second, which it has."""
    whole = problem([1.0, 1.0], [[1.0, 1.0]], at_least=[2.0], upper=9.0)
    phase = restrict(whole, np.array([0.0, 9.0]))

    assert phase.narrowed(np.array([3.0, 2.0])) is None
    assert phase.narrowed(np.array([0.0, 2.0])) == pytest.approx([2.0])


@settings(max_examples=100, deadline=None)
@given(purchases())
def test_the_part_within_the_bounds_of_a_plan_has_that_plan(given_problem: Arrays) -> None:
    """Nothing may be bought but what the best plan buys: it costs the same."""
    best = minimise(given_problem, Limits())
    if best.values is None:
        return
    bought = np.where(given_problem.is_integer, np.round(best.values), given_problem.upper)

    phase = restrict(given_problem, bought)
    again = minimise(phase.part, Limits())

    assert again.values is not None
    cost = given_problem.objective(phase.widened(again.values))
    assert cost == pytest.approx(given_problem.objective(best.values), rel=1e-6, abs=1e-6)
    assert phase.part.objective(again.values) == pytest.approx(cost, rel=1e-9, abs=1e-9)
