"""Proof: what no plan worth finding uses is left out, and the bound says no more than is known."""

from __future__ import annotations

import numpy as np
import pytest

from planner.search.arrays import Arrays
from planner.search.highs import Limits, Watch
from planner.search.phases.progress import Progress
from planner.search.phases.proof import close_gap, upper_below
from tests.search.problems import problem


def _two_offers() -> Arrays:
    """Return packs of 2 at 20, or singles at 18, for 5: the relaxation costs 50, the best 58."""
    return problem([20.0, 18.0], [[2.0, 1.0]], at_least=[5.0], upper=9.0)


def test_a_reduced_cost_limits_what_a_plan_may_hold() -> None:
    """A single costs 8 too much: below 50 + 20 there is room for 2 of them, below 58 - for 1."""
    progress = Progress(_two_offers(), Limits(), Watch(), None)
    relaxation = progress.relax()

    assert upper_below(progress, relaxation, 70.0).tolist() == [9.0, 2.0]
    assert upper_below(progress, relaxation, 58.0).tolist() == [9.0, 1.0]
    assert upper_below(progress, relaxation, 57.0).tolist() == [9.0, 0.0]


def test_the_best_plan_stays_in_what_is_left() -> None:
    """5 singles are in hand at 90: there may be 5, though a plan of 70 has but 2."""
    progress = Progress(_two_offers(), Limits(), Watch(), None)
    relaxation = progress.relax()
    progress.take_plan(np.array([0.0, 5.0]))

    assert upper_below(progress, relaxation, 70.0).tolist() == [9.0, 5.0]


def test_the_gap_is_closed() -> None:
    """3 packs at 60 are in hand; 2 packs and a single are found, and proven to be best: 58."""
    progress = Progress(_two_offers(), Limits(), Watch(), None)
    relaxation = progress.relax()
    progress.take_plan(np.array([3.0, 0.0]))

    close_gap(progress, relaxation)

    assert progress.values == pytest.approx([2.0, 1.0])
    assert progress.bound == pytest.approx(58)


def test_no_more_is_proven_than_was_looked_at() -> None:
    """A gap of 10 % on 60 needs no plan below 54: singles are left out, and the bound is 54.

    What is left has the bound 60, which is more than the 58 that a single makes possible.
    """
    progress = Progress(_two_offers(), Limits(gap=0.1), Watch(), None)
    relaxation = progress.relax()
    progress.take_plan(np.array([3.0, 0.0]))

    close_gap(progress, relaxation)

    assert progress.bound == pytest.approx(54)
    assert progress.is_proven


def test_without_a_plan_the_whole_problem_is_searched() -> None:
    """Nothing is known to be too dear."""
    progress = Progress(_two_offers(), Limits(), Watch(), None)

    close_gap(progress, progress.relax())

    assert progress.objective == pytest.approx(58)
    assert progress.bound == pytest.approx(58)
