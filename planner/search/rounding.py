"""Rounding: from a solution within tolerances to one of whole packs that is exact."""

from __future__ import annotations

import numpy as np

from planner.search.arrays import Arrays, Floats
from planner.search.highs import Limits, Stop, minimise

EXACTNESS = (1e-9, 1e-7, 1e-6)
"""How far a row may be missed once the orders are whole: the strictest that can be had."""

SECONDS = 60.0
"""Time to choose anew what follows from the orders; the search's own choices hold as well."""


def round_off(
    arrays: Arrays, values: Floats, threads: int | None = None, seconds: float = SECONDS
) -> Floats:
    """Return the point with whole packs, and all else solved again, exactly, around them.

    The search holds its rows only to a tolerance, and 2.9999999 packs are none to order.
    Yes or no (a price tier, a rebate's level) follows from the orders: an incumbent short
    of the optimum may hold it open, where the plan's own arithmetic does not.

    Parameters
    ----------
    arrays : the problem
    values : of its columns, n of them, as the search found them
    threads : of the solver; None is as many as there are
    seconds : time to choose anew, and to solve the rest again
    """
    whole = np.where(arrays.is_integer, np.round(values), values)
    is_choice = arrays.is_integer & (arrays.lower == 0.0) & (arrays.upper == 1.0)
    if is_choice.any():
        ordered = arrays.fixed(whole, arrays.is_integer & ~is_choice)
        chosen = minimise(ordered, Limits(threads=threads, seconds=seconds))
        if chosen.values is not None:
            whole = np.where(is_choice, np.round(chosen.values), whole)
    rest = arrays.fixed(whole, arrays.is_integer)
    for feasibility in EXACTNESS:
        exact = minimise(rest, Limits(threads=threads, seconds=seconds, feasibility=feasibility))
        if exact.stop is Stop.SOLVED and exact.values is not None:
            return np.where(arrays.is_integer, whole, exact.values)
    return whole
