"""Rounding: from a solution within tolerances to one of whole packs that is exact."""

from __future__ import annotations

import numpy as np

from planner.search.arrays import Arrays, Floats
from planner.search.highs import Limits, Stop, minimise

EXACTNESS = (1e-9, 1e-7, 1e-6)
"""How far a row may be missed once the orders are whole: the strictest that can be had."""


def round_off(arrays: Arrays, values: Floats, threads: int | None = None) -> Floats:
    """Return the point with whole packs, and all else solved again, exactly, around them.

    The search holds its rows only to a tolerance, and 2.9999999 packs are none to order.

    Parameters
    ----------
    arrays : the problem
    values : of its columns, n of them, as the search found them
    threads : of the solver; None is as many as there are
    """
    whole = np.where(arrays.is_integer, np.round(values), values)
    rest = arrays.fixed(whole)
    for feasibility in EXACTNESS:
        exact = minimise(rest, Limits(threads=threads, feasibility=feasibility))
        if exact.stop is Stop.SOLVED and exact.values is not None:
            return np.where(arrays.is_integer, whole, exact.values)
    return whole
