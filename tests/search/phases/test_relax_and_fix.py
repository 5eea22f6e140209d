"""Relax and fix: a plan from one part of the horizon to the next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from planner.model.decisions import OrderColumns
from planner.search.arrays import Arrays
from planner.search.highs import Limits, Solution, Stop, Watch, minimise
from planner.search.phases import kernel
from planner.search.phases.progress import Progress
from planner.search.phases.relax_and_fix import fix_forward
from planner.search.search import find_solution
from tests.search import problems


def _progress(arrays: Arrays) -> Progress:
    return Progress(arrays, Limits(), Watch(), None)


def test_orders_of_earlier_periods_stay_as_they_were_found() -> None:
    """Units at 100 now or 90 later serve 2.5 now and 5.5 in all: 3 now, and 3 later.

    First, with the later order in parts, 3 now and 2.5 later; then 3 of these: 570.
    """
    progress = _progress(
        problems.problem([100.0, 90.0], [[1.0, 0.0], [1.0, 1.0]], at_least=[2.5, 5.5])
    )

    fix_forward(progress, np.array([0, 1]))

    assert progress.values is not None
    assert progress.values.tolist() == [3.0, 3.0]
    assert progress.objective == pytest.approx(570.0)
    assert progress.bound is None


def test_a_window_without_a_solution_ends_it() -> None:
    """At least 1 and at most 2 of what comes in threes: there is no plan, and none is kept."""
    progress = _progress(problems.problem([1.0], [[3.0]], at_least=[1.0], at_most=[2.0]))

    fix_forward(progress, np.array([0]))

    assert progress.values is None


def test_a_plan_of_the_last_window_is_kept_whenever_the_search_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who stops while the last window is searched gets what it came to."""
    watch = Watch()
    progress = Progress(problems.problem([100.0], [[2.0]], at_least=[5.0]), Limits(), watch, None)
    explore = Progress.explore

    def stopped(self: Progress, problem: Arrays, limits: Limits) -> Solution:
        solution = explore(self, problem, limits)
        watch.stop.set()
        return solution

    monkeypatch.setattr(Progress, "explore", stopped)

    fix_forward(progress, np.array([0]))

    assert progress.values is not None
    assert progress.values.tolist() == [3.0]


def test_a_column_of_no_period_is_decided_last() -> None:
    """Whether a pool is large enough is known when all orders are: 0 or 1 at the end."""
    progress = _progress(problems.problem([5.0, 1.0], [[1.0, 1.0]], at_least=[1.5]))

    fix_forward(progress, np.array([0, -1]))

    assert progress.values is not None
    assert progress.values.tolist() == [0.0, 2.0]


@settings(max_examples=60, deadline=None)
@given(problems.purchases())
def test_without_kernels_the_optimum_is_found_all_the_same(arrays: Arrays) -> None:
    """Where no kernel is searched the plan comes by way of the horizon, and is then proven."""
    orders = OrderColumns(np.arange(arrays.columns), np.arange(arrays.columns) % 3)
    expected = minimise(arrays, Limits())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "SHARES", ())

        found = find_solution(arrays, Limits(), smallest=0, orders=orders)

    assert found.stop is expected.stop
    if expected.stop is Stop.SOLVED:
        assert expected.values is not None
        assert found.values is not None
        assert arrays.objective(found.values) == pytest.approx(arrays.objective(expected.values))


def test_a_relaxation_out_of_time_leaves_time_for_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the relaxation does not end, the problem goes to the solver as it is."""
    arrays = problems.problem([100.0], [[2.0]], at_least=[5.0])

    def late(self: Progress, problem: Arrays, limits: Limits) -> object:
        del self, problem, limits
        return minimise(problems.hard_problem().relaxed(), Limits(seconds=0.0))

    monkeypatch.setattr(Progress, "explore", late)

    found = find_solution(arrays, Limits(seconds=60.0), smallest=0)

    assert found.values is not None
    assert found.values.tolist() == [3.0]
    assert found.stop is Stop.SOLVED
