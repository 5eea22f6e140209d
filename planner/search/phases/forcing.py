"""Forcing: rows that leave their columns no choice.

A row that is met only where each of its columns is at the bound that helps it most fixes
these columns: what a pool does that nothing can be bought for, the tiers of an offer that
is not ordered.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.search.arrays import Arrays, Floats

ROUNDING = 1e-9
"""Share of the sizes in a row within which what it can reach equals what it asks for."""

PASSES = 20
"""Most rounds of rows that fix columns for each other."""


def force(arrays: Arrays, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Return the bounds of the columns after forcing rows have fixed some of them.

    Parameters
    ----------
    arrays : the problem
    lower, upper : of its columns, to begin with
    """
    lower, upper, matrix = lower.copy(), upper.copy(), arrays.matrix
    row_of, index, coefficient = matrix.row_of, matrix.index, matrix.coefficient
    is_positive = coefficient > 0.0
    for _ in range(PASSES):
        low, high = coefficient * lower[index], coefficient * upper[index]
        least = np.where(is_positive, low, high)
        most = np.where(is_positive, high, low)
        is_free = lower[index] < upper[index]
        at_least = is_free & _is_forcing(row_of, least, arrays.row_upper)[row_of]
        at_most = is_free & _is_forcing(row_of, -most, -arrays.row_lower)[row_of]
        if not (at_least | at_most).any():
            break
        to_lower = index[(at_least & is_positive) | (at_most & ~is_positive)]
        to_upper = index[(at_least & ~is_positive) | (at_most & is_positive)]
        upper[to_lower] = lower[to_lower]
        lower[to_upper] = upper[to_upper]
    return lower, upper


def _is_forcing(row_of: NDArray[np.int64], least: Floats, row_upper: Floats) -> NDArray[np.bool_]:
    """Return which rows cannot be less than they may be at most."""
    with np.errstate(invalid="ignore"):
        sums = np.bincount(row_of, least, minlength=len(row_upper))
        sizes = np.bincount(row_of, np.abs(least), minlength=len(row_upper))
        is_met = sums >= row_upper - ROUNDING * sizes
    return is_met & np.isfinite(sums) & np.isfinite(row_upper)
