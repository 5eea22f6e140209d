"""Sums: many linear sums at once, checked against the same done one by one."""

from __future__ import annotations

import numpy as np

from planner.model.index import all_of, index_of
from planner.model.linear import Sum
from planner.model.sums import Sums, constants, stacked, unit

PERIODS, SLICES = ("Q1", "Q2"), ("day", "night")


def _work() -> Sums:
    """Return one variable each of columns 4 to 7 for Q1 day, Q1 night, Q2 day, Q2 night."""
    keys = all_of("period", PERIODS).join(all_of("slice", SLICES))
    return unit(keys, np.arange(4, 8))


def _each(sums: Sums) -> list[tuple[dict[int, float], float]]:
    """Return every sum as its coefficient by column, and its constant."""
    held = []
    for place in range(len(sums)):
        one, terms = sums[place], {}
        for coefficient, column in zip(one.coefficients, one.columns, strict=True):
            terms[column] = terms.get(column, 0.0) + coefficient
        held.append((terms, one.constant))
    return held


def test_a_factor_is_one_for_all_or_one_a_key() -> None:
    """Hours of each slice times the units at work in it."""
    assert _each(_work() * 2.0)[3] == ({7: 2.0}, 0.0)
    assert _each(_work() * np.array([1.0, 2.0, 3.0, 4.0]))[2] == ({6: 3.0}, 0.0)


def test_finer_sums_are_added_up() -> None:
    """What is at work in Q2 is that of its day and its night."""
    assert _each(_work().to(all_of("period", PERIODS))) == [
        ({4: 1.0, 5: 1.0}, 0.0),
        ({6: 1.0, 7: 1.0}, 0.0),
    ]


def test_what_belongs_to_no_key_is_left_out() -> None:
    """A cap on Q2 alone has nothing of Q1, nor of its constants."""
    second = index_of({"period": PERIODS}, [("Q2",)])
    sums = _work() + constants(_work().index, np.array([1.0, 2.0, 3.0, 4.0]))

    assert _each(sums.to(second)) == [({6: 1.0, 7: 1.0}, 7.0)]


def test_coarser_sums_are_spread() -> None:
    """The units that stand in a quarter are there by day and by night; in Q1 none are."""
    standing = index_of({"period": PERIODS}, [("Q2",)])
    units = unit(standing, np.array([9])) * 8.0 + constants(standing, np.array([5.0]))

    assert _each(units.at(_work().index)) == [
        ({}, 0.0),
        ({}, 0.0),
        ({9: 8.0}, 5.0),
        ({9: 8.0}, 5.0),
    ]


def test_sums_are_subtracted_key_by_key() -> None:
    """At work less what stands there: y − 8x − 5 in both slices of Q2."""
    standing = index_of({"period": PERIODS}, [("Q2",)])
    units = unit(standing, np.array([9])) * 8.0 + constants(standing, np.array([5.0]))

    row = _each(_work() - units.at(_work().index))[2]

    assert row == ({6: 1.0, 9: -8.0}, -5.0)


def test_sums_are_taken_in_any_order_and_again() -> None:
    """The last one, and the first twice."""
    assert _each(_work().take(np.array([3, 0, 0]))) == [
        ({7: 1.0}, 0.0),
        ({4: 1.0}, 0.0),
        ({4: 1.0}, 0.0),
    ]


def test_single_sums_are_stacked() -> None:
    """2x + 1 in Q1, nothing in Q2."""
    sums = stacked(all_of("period", PERIODS), [Sum([2.0], [0], 1.0), Sum()])

    assert _each(sums) == [({0: 2.0}, 1.0), ({}, 0.0)]
