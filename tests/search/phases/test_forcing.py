"""Forcing: rows that leave no choice fix their columns, and no other row does."""

from __future__ import annotations

import numpy as np

from planner.search.phases.forcing import force
from tests.search.problems import problem


def test_work_goes_where_nothing_can_be_bought() -> None:
    """Work of at most 4 a pack, and no pack: no work. The other pool keeps its choice."""
    work = problem(
        [1.0, 1.0, 1.0, 1.0], [[1, -4, 0, 0], [0, 0, 1, -4]], at_most=[0.0, 0.0], upper=9.0
    )
    upper = work.upper.copy()
    upper[1] = 0.0

    _, forced = force(work, work.lower, upper)

    assert forced.tolist() == [0.0, 0.0, 9.0, 9.0]


def test_one_row_may_force_the_next() -> None:
    """No pack, so no unit; no unit, so no work in it."""
    chain = problem([1.0] * 3, [[1, -1, 0], [0, 1, -1]], at_most=[0.0, 0.0], upper=5.0)
    upper = np.array([5.0, 5.0, 0.0])

    _, forced = force(chain, chain.lower, upper)

    assert forced.tolist() == [0.0, 0.0, 0.0]


def test_a_row_that_needs_all_it_can_have_raises_the_lower_bounds() -> None:
    """Two things of at most 3 each, of which 6 are asked: 3 and 3."""
    asked = problem([1.0, 1.0], [[1.0, 1.0]], at_least=[6.0], upper=3.0)

    lower, upper = force(asked, asked.lower, asked.upper)

    assert lower.tolist() == upper.tolist() == [3.0, 3.0]


def test_a_row_with_a_choice_forces_nothing() -> None:
    """5 of at most 6, and anything without an end."""
    free = problem([1.0, 1.0], [[1.0, 1.0]], at_least=[5.0], upper=3.0)
    endless = problem([1.0, 1.0], [[1.0, -1.0]], at_most=[0.0])

    for one in (free, endless):
        lower, upper = force(one, one.lower, one.upper)

        assert lower.tolist() == one.lower.tolist()
        assert upper.tolist() == one.upper.tolist()
