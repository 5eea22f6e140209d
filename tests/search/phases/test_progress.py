"""Progress: phases add to what is known, and take nothing away."""

from __future__ import annotations

import numpy as np
import pytest

from planner.search.highs import Limits, Stop, Watch
from planner.search.phases.progress import Progress
from planner.search.phases.restriction import restrict
from tests.search.problems import problem

PACKS = problem([20.0, 18.0], [[2.0, 1.0]], at_least=[5.0], upper=9.0)
"""Packs of 2 at 20, or singles at 18, for 5: the relaxation costs 50, the best plan 58."""


def test_only_what_is_better_is_kept() -> None:
    """A plan of 60 after one of 58, and a bound of 40 after 50, change nothing."""
    watch = Watch()
    progress = Progress(PACKS, Limits(), watch, None)

    for plan in ([2.0, 1.0], [3.0, 0.0]):
        progress.take_plan(np.array(plan))
    for bound in (50.0, 40.0):
        progress.take_bound(bound)

    assert (progress.objective, progress.bound) == (58.0, 50.0)
    assert (watch.incumbent, watch.bound) == (58.0, 50.0)
    assert watch.values is progress.values


@pytest.mark.parametrize(("bound", "target"), [(90.0, 100.0), (-110.0, -100.0), (0.0, 0.0)])
def test_target_and_gap_agree(bound: float, target: float) -> None:
    """With a gap of 10 %: 100 is within it of 90, and -100 of -110."""
    progress = Progress(PACKS, Limits(gap=0.1), Watch(), None)

    progress.take_bound(bound)

    assert progress.target(0.1) == pytest.approx(target)


def test_a_part_proves_nothing_of_the_whole() -> None:
    """Without singles 60 is best; of the whole problem that says nothing but that 60 is enough."""
    progress = Progress(PACKS, Limits(), Watch(), None)
    progress.relax()

    progress.solve(restrict(PACKS, np.array([9.0, 0.0])), Limits())

    assert progress.objective == pytest.approx(60)
    assert progress.bound == pytest.approx(50)
    assert not progress.is_proven


def test_a_part_proves_up_to_what_is_outside() -> None:
    """Whatever has singles costs 55 and more, say: then 55 is a bound, though the part's is 60."""
    progress = Progress(PACKS, Limits(), Watch(), None)

    progress.solve(restrict(PACKS, np.array([9.0, 0.0])), Limits(), ceiling=55.0)

    assert progress.bound == pytest.approx(55)


def test_a_relaxation_in_whole_numbers_is_a_plan() -> None:
    """2 packs cover 4 at 40, and nothing costs less."""
    even = problem([20.0, 18.0], [[2.0, 1.0]], at_least=[4.0], upper=9.0)
    progress = Progress(even, Limits(), Watch(), None)

    progress.relax()

    assert progress.is_proven
    assert progress.solution().stop is Stop.SOLVED
    assert progress.solution().bound == pytest.approx(40)
