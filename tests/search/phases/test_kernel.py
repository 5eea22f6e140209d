"""Kernel: what the relaxation uses and what nearly pays is in it."""

from __future__ import annotations

import numpy as np
import pytest

from planner.search.arrays import Arrays
from planner.search.highs import Limits, Solution, Stop, Watch, minimise
from planner.search.phases.kernel import kernel_upper, search_kernels
from planner.search.phases.progress import Progress
from tests.search.problems import problem


def _relaxation(arrays: Arrays) -> Solution:
    return minimise(arrays.relaxed(), Limits())


def test_what_costs_a_little_more_is_in_the_kernel_and_what_costs_a_lot_is_not() -> None:
    """Units at 10, 11 and 30: the first is used, the others cost 1/21 and 20/40 too much."""
    arrays = problem([10.0, 11.0, 30.0], [[1.0, 1.0, 1.0]], at_least=[2.5], upper=9.0)

    upper = kernel_upper(arrays, _relaxation(arrays), 0.2)

    assert upper.tolist() == [9.0, 9.0, 0.0]


def test_an_offer_that_is_used_may_have_dearer_orders() -> None:
    """Units at 10, 15 and 16, of which the first and the last are of one offer: 5/25 and 6/26."""
    arrays = problem([10.0, 15.0, 16.0], [[1.0, 1.0, 1.0]], at_least=[2.5], upper=9.0)
    offer = np.array([0, 1, 0], dtype=np.int32)

    upper = kernel_upper(arrays, _relaxation(arrays), 0.1, offer)

    assert upper.tolist() == [9.0, 0.0, 9.0]


def test_what_is_left_unserved_stays_at_any_price() -> None:
    """A continuous column that stands alone in its row, at 1000 against 10."""
    arrays = problem([10.0, 1000.0], [[1.0, 1.0]], at_least=[2.5], upper=9.0, whole=[True, False])

    assert kernel_upper(arrays, _relaxation(arrays), 0.2).tolist() == [9.0, 9.0]


def test_what_a_yes_or_no_of_the_kernel_switches_stays() -> None:
    """Units at 40 against 10, in two rows, but switched by a yes that is free; at 41, by none."""
    arrays = problem(
        [10.0, 40.0, 0.0, 41.0],
        [[1.0, 1.0, 0.0, 1.0], [0.0, 1.0, -9.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
        at_least=[2.5, -np.inf, -np.inf],
        at_most=[np.inf, 0.0, 9.0],
        upper=[9.0, 9.0, 1.0, 9.0],
        whole=[True, False, True, False],
    )

    assert kernel_upper(arrays, _relaxation(arrays), 0.2).tolist() == [9.0, 9.0, 1.0, 0.0]


def test_a_kernel_without_a_plan_is_followed_by_a_larger_one() -> None:
    """Exactly 5 by packs of 2 at 20, or singles at 18: only with a single do packs come out.

    A single is worth 10, so it costs 8/28 too much: more than 0.1 and 0.2, less than 0.4.
    """
    arrays = problem([20.0, 18.0], [[2.0, 1.0]], at_least=[5.0], at_most=[5.0], upper=9.0)
    sentences: list[str] = []
    progress = Progress(arrays, Limits(), Watch(say=sentences.append), None)

    search_kernels(progress, progress.relax(), None)

    assert len(sentences) == 3
    assert progress.values == pytest.approx([2.0, 1.0])
    assert progress.objective == pytest.approx(58)
    assert progress.bound == pytest.approx(50)
    assert progress.stop is Stop.SOLVED
