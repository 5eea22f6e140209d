"""Diagnosis: what stands in the way where no plan can exist.

Every limit that a user can move may give way here at a price, its size relative to the
limit; the cheapest way out names the limits that contradict each other, and by how much.
What is asked for (demand, required cores, floors) gives way only where limits cannot:
a budget that is too small is named rather than the work that it does not pay for.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from planner.case.case import Case
from planner.search.arrays import Arrays, Matrix
from planner.search.highs import Limits, Watch, minimise
from planner.search.rounding import round_off

SECONDS = 60.0
"""Time for the diagnosis; a way out that is not the cheapest still tells what to mend."""

GAP = 0.01
RELUCTANCE = 1000.0
"""How many times its size a limit gives way before what is asked for does."""

DIGITS = 7
"""Significant digits of an amount."""

NOISE = 0.01
"""Share of the last digit that is no reason to round up."""

LEAST = 1e-6
"""A limit that gives way by less than this share of itself stands."""


def explain(case: Case, arrays: Arrays, watch: Watch) -> tuple[str, ...]:
    """Return what stands in the way, a sentence for each limit that must give way.

    Parameters
    ----------
    case : what is given
    arrays : of the problem that no plan solves
    watch : to stop it
    """
    elastic = [place for place, row in enumerate(arrays.rows) if row.parent_component().doc]
    stretched = _elastic(arrays, elastic)
    solution = minimise(stretched, Limits(gap=GAP, seconds=SECONDS), watch)
    if solution.values is None:
        return ()
    slack = round_off(stretched, solution.values)[len(arrays.columns) :]
    return tuple(
        _sentence(case, arrays, place, amount)
        for place, amount in zip(elastic, slack.tolist(), strict=True)
        if amount > LEAST * _size(arrays, place)
    )


def _elastic(arrays: Arrays, elastic: list[int]) -> Arrays:
    """Return the problem in which rows may be missed, each at its relative price."""
    number = len(arrays.columns)
    extra = len(elastic)
    column_of = dict(zip(elastic, range(number, number + extra), strict=True))
    index, coefficient, start = [], [], [0]
    matrix = arrays.matrix
    for place, (first, last) in enumerate(pairwise(matrix.start.tolist())):
        index.append(matrix.index[first:last])
        coefficient.append(matrix.coefficient[first:last])
        if place in column_of:
            sign = 1.0 if np.isfinite(arrays.row_lower[place]) else -1.0
            index.append(np.array([column_of[place]], dtype=np.int32))
            coefficient.append(np.array([sign]))
        start.append(start[-1] + last - first + (place in column_of))
    return replace(
        arrays,
        columns=[*arrays.columns, *(arrays.rows[place] for place in elastic)],
        cost=np.concatenate((np.zeros(number), [_price(arrays, one) for one in elastic])),
        lower=np.concatenate((arrays.lower, np.zeros(extra))),
        upper=np.concatenate((arrays.upper, [_most(arrays, one) for one in elastic])),
        is_integer=np.concatenate((arrays.is_integer, np.zeros(extra, dtype=bool))),
        matrix=Matrix(
            np.array(start, dtype=np.int32), np.concatenate(index), np.concatenate(coefficient)
        ),
        offset=0.0,
    )


def _most(arrays: Arrays, place: int) -> float:
    """Return by how much a limit may give way: what is asked for can only fall to nothing."""
    lower = float(arrays.row_lower[place])
    return max(0.0, lower) if np.isfinite(lower) else np.inf


def _price(arrays: Arrays, place: int) -> float:
    """Return what a row pays for each unit by which it gives way."""
    is_asked_for = np.isfinite(arrays.row_lower[place])
    return (RELUCTANCE if is_asked_for else 1.0) / _size(arrays, place)


def _size(arrays: Arrays, place: int) -> float:
    """Return the size of a row's limit; of one that is 0, that of its largest coefficient."""
    lower, upper = arrays.row_lower[place], arrays.row_upper[place]
    limit = abs(float(lower if np.isfinite(lower) else upper))
    first, last = arrays.matrix.start[place : place + 2].tolist()
    largest = np.abs(arrays.matrix.coefficient[first:last]).max(initial=0.0)
    return limit or float(largest) or 1.0


def _sentence(case: Case, arrays: Arrays, place: int, amount: float) -> str:
    row = arrays.rows[place]
    index = row.index()
    names = index if isinstance(index, tuple) else (index,)
    doc: str = row.parent_component().doc
    where = ""
    if case.tree.has_branches and names[-1]:  # such a row's index ends with its node
        where = f"in scenario {names[-1]}: "
    return where + doc.format(*names, amount=_figure(amount), currency=case.settings.currency)


def _figure(amount: float) -> str:
    """Return an amount in digits, rounded up: giving way by it must be enough."""
    decimals = DIGITS - 1 - math.floor(math.log10(amount))
    up = math.ceil(amount * 10.0**decimals - NOISE) / 10.0**decimals
    return f"{up:,.{max(0, decimals)}f}".rstrip("0").rstrip(".") if decimals > 0 else f"{up:,.0f}"
