"""Search: in phases or at once, the same least cost, and never a bound above it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from planner.search import search
from planner.search.arrays import Arrays, Floats
from planner.search.highs import Limits, Solution, Stop, Watch, minimise
from planner.search.search import find_solution
from tests.search.problems import hard_problem, problem, purchases

IN_PHASES = 0
"""So few integer columns that every problem is searched in phases."""


@settings(max_examples=150, deadline=None)
@given(purchases())
def test_the_search_in_phases_costs_what_the_solver_alone_finds(given_problem: Arrays) -> None:
    """Same stop and same least cost; the bound is no more than that, at the end and before."""
    told: list[tuple[float | None, float | None]] = []
    watch = Watch(tell=lambda watch: told.append((watch.incumbent, watch.bound)))

    alone = minimise(given_problem, Limits())
    phased = find_solution(given_problem, Limits(), watch, None, IN_PHASES)

    assert phased.stop is alone.stop
    if alone.values is None:
        assert phased.values is None
        return
    least = given_problem.objective(alone.values)
    slack = 1e-6 * max(1.0, abs(least))
    assert phased.values is not None
    assert phased.bound is not None
    assert given_problem.objective(phased.values) == pytest.approx(least, abs=slack)
    assert phased.bound == pytest.approx(least, abs=10 * slack)
    assert all(bound <= least + slack for _, bound in told if bound is not None)
    assert all(found >= least - slack for found, _ in told if found is not None)


@settings(max_examples=100, deadline=None)
@given(purchases())
def test_a_plan_within_the_gap_is_proven_to_be_so(given_problem: Arrays) -> None:
    """With a gap of 20 %, cost less bound is no more than that, and the least cost is between.

    The solver measures its gap without what is paid in any case, so that is no earning here.
    """
    given_problem = replace(given_problem, offset=abs(given_problem.offset))
    alone = minimise(given_problem, Limits())

    phased = find_solution(given_problem, Limits(gap=0.2), None, None, IN_PHASES)

    assert (phased.values is None) == (alone.values is None)
    if alone.values is None or phased.values is None:
        return
    assert phased.stop is Stop.SOLVED
    assert phased.bound is not None
    least, cost = given_problem.objective(alone.values), given_problem.objective(phased.values)
    slack = 1e-6 * max(1.0, abs(cost))
    assert cost - phased.bound <= 0.2 * abs(cost) + slack
    assert phased.bound - slack <= least <= cost + slack


@settings(max_examples=50, deadline=None)
@given(purchases())
def test_what_is_found_meets_every_row_in_whole_packs(given_problem: Arrays) -> None:
    """The values are those of the whole problem, whichever part of it was searched."""
    values = find_solution(given_problem, Limits(), None, None, IN_PHASES).values

    if values is not None:
        _meets(given_problem, values)


def _meets(given_problem: Arrays, values: Floats) -> None:
    matrix = given_problem.matrix
    amounts = matrix.coefficient * values[matrix.index]
    rows = np.bincount(matrix.row_of, amounts, minlength=given_problem.rows)
    assert np.all(rows >= given_problem.row_lower - 1e-5)
    assert np.all(rows <= given_problem.row_upper + 1e-5)
    assert np.all(values >= given_problem.lower - 1e-6)
    assert np.all(values <= given_problem.upper + 1e-6)
    whole = values[given_problem.is_integer]
    assert np.allclose(whole, np.round(whole), atol=1e-6)


def test_a_problem_without_whole_numbers_goes_to_the_solver() -> None:
    """2.5 units of 2 cover 5 at 100 each, and 7: 257, with nothing to search."""
    given_problem = problem([100.0], [[2.0]], at_least=[5.0], whole=False, offset=7.0)

    solution = find_solution(given_problem, Limits(), None, None, IN_PHASES)

    assert solution.stop is Stop.SOLVED
    assert solution.bound == pytest.approx(257)


def test_infeasible_and_unbounded_are_told_apart() -> None:
    """As the solver alone does: endless units that earn 1, and 3x between 1 and 2."""
    endless = problem([-1.0, 0.0], [[1.0, -1.0]], at_least=[1.0])
    nowhere = problem([1.0], [[3.0]], at_least=[1.0], at_most=[2.0])
    never = problem([1.0], [[1.0], [1.0]], at_least=[2.0, 0.0], at_most=[9.0, 1.0])

    for given_problem, stop in (
        (endless, Stop.UNBOUNDED),
        (nowhere, Stop.INFEASIBLE),
        (never, Stop.INFEASIBLE),
    ):
        solution = find_solution(given_problem, Limits(), None, None, IN_PHASES)

        assert (solution.stop, solution.values, solution.bound) == (stop, None, None)


def test_no_time_gives_no_plan() -> None:
    """With 0 seconds there is no point in hand, and no error."""
    solution = find_solution(hard_problem(), Limits(seconds=0.0), None, None, IN_PHASES)

    assert solution.stop is Stop.TIME_LIMIT


def test_a_time_limit_keeps_the_best_plan_and_bound() -> None:
    """After a second there is a packing, and a bound which is no more than its cost."""
    given_problem = hard_problem()
    started = time.monotonic()

    solution = find_solution(given_problem, Limits(seconds=1.0), None, None, IN_PHASES)

    assert time.monotonic() - started < 5.0
    assert solution.stop is Stop.TIME_LIMIT
    assert solution.values is not None
    assert solution.bound is not None
    assert solution.bound < given_problem.objective(solution.values) < 0
    _meets(given_problem, solution.values)


def test_a_stop_ends_any_phase_with_what_was_found() -> None:
    """Stopped as soon as a packing is in hand, the search gives one no dearer."""
    given_problem = hard_problem()
    seen: list[float] = []

    def stop_when_found(watch: Watch) -> None:
        if watch.incumbent is not None and watch.values is not None:
            seen.append(watch.incumbent)
            assert given_problem.objective(watch.values) == pytest.approx(watch.incumbent)
            watch.stop.set()

    watch = Watch(tell=stop_when_found)
    solution = find_solution(given_problem, Limits(seconds=60.0), watch, None, IN_PHASES)

    assert solution.stop is Stop.INTERRUPTED
    assert solution.values is not None
    assert given_problem.objective(solution.values) <= seen[0] + 1e-6


def test_a_stop_before_the_search_ends_it_at_once() -> None:
    """Ctrl-C while the model is built."""
    watch = Watch(stop=threading.Event())
    watch.stop.set()
    started = time.monotonic()

    solution = find_solution(hard_problem(), Limits(seconds=60.0), watch, None, IN_PHASES)

    assert time.monotonic() - started < 5.0
    assert solution.stop is Stop.INTERRUPTED


def test_incumbent_and_bound_only_improve_from_phase_to_phase() -> None:
    """Over two seconds of a search in phases, as it is told."""
    told: list[tuple[float, float]] = []

    def note(watch: Watch) -> None:
        if watch.incumbent is not None and watch.bound is not None:
            told.append((watch.incumbent, watch.bound))

    find_solution(hard_problem(), Limits(seconds=2.0), Watch(tell=note), None, IN_PHASES)

    assert told
    assert told == sorted(told, key=lambda pair: (-pair[0], pair[1]))


def test_the_checkpoint_sees_plans_of_the_whole_problem() -> None:
    """Whichever phase finds it, a plan has a value for each of the 200 columns."""
    lengths: set[int] = set()

    class Note:
        def look(self, watch: Watch) -> None:
            if watch.values is not None:
                lengths.add(len(watch.values))

    find_solution(hard_problem(), Limits(seconds=1.0), None, Note(), IN_PHASES)

    assert lengths == {200}


def test_a_failing_phase_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory runs out when the proof begins: the plan of the kernel and its bound stay."""

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(search, "close_gap", fail)
    monkeypatch.setattr("planner.search.phases.kernel.NODES", 1)
    given_problem = hard_problem()

    solution = find_solution(given_problem, Limits(seconds=20.0), None, None, IN_PHASES)

    assert solution.stop is Stop.MEMORY_LIMIT
    assert solution.values is not None
    assert solution.bound is not None
    _meets(given_problem, solution.values)


def test_two_searches_give_the_same_plan() -> None:
    """The same problem, the same plan: no phase ends by the clock."""
    given_problem = replace(hard_problem(), is_integer=np.arange(200) < 20)

    first, second = (
        find_solution(given_problem, Limits(gap=1e-3, threads=1), None, None, IN_PHASES)
        for _ in range(2)
    )

    assert first.values is not None
    assert second.values is not None
    assert first.values.tolist() == second.values.tolist()


def test_a_small_problem_goes_straight_to_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whole number is fewer than two."""
    given_problem = problem([100.0], [[2.0]], at_least=[5.0])
    asked: list[Arrays] = []

    def note(arrays: Arrays, *rest: object) -> Solution:
        asked.append(arrays)
        return minimise(arrays, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "minimise", note)
    solution = find_solution(given_problem, Limits(), None, None, 2)

    assert solution.stop is Stop.SOLVED
    assert [one is given_problem for one in asked] == [True]
