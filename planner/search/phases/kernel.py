"""Kernel: the columns that a plan of low cost is likely to need, by their reduced costs.

After Angelelli, Mansini and Speranza (Kernel search, 2010): the relaxation uses few of the
columns, and a plan near it uses few others, those whose reduced cost is small.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.model.index import Codes
from planner.search.arrays import Arrays, Floats
from planner.search.highs import Solution
from planner.search.phases.progress import NEAR, Progress
from planner.search.phases.restriction import restrict

AT_BOUND = 1e-9
"""A value no farther than this from its lower bound is at it."""

SHARES = (0.02, 0.1, 0.2, 0.4)
"""Largest reduced cost in each kernel, as a share of the costs and savings that add up to it."""

SMALL = 100_000
"""Nonzeros up to which the first kernel is left out: the second takes little longer."""

OF_USED_OFFERS = 3.0
"""So many times dearer may be another order of an offer that the relaxation uses."""

NODES = 100
"""Most nodes of the search in a kernel."""

FINER = 0.5
"""A kernel is searched to this share of the gap: the rest is for what is outside of it."""

CLOSE = 0.005
"""A plan within this gap ends a kernel's search: the proof finds better ones as it goes."""

LARGE = 500_000
"""Nonzeros above which a problem is searched whole only when no kernel is left."""


def search_kernels(progress: Progress, relaxation: Solution, offer: Codes | None) -> None:
    """Search ever larger kernels until there is a plan near the bound.

    In a large problem a larger kernel promises more than the whole: there all are searched,
    until a plan is within the gap.

    Parameters
    ----------
    progress : what has been found
    relaxation : the problem's solution without whole numbers
    offer : number of each column's offer, -1 for none; None where that is not known
    """
    is_large = len(progress.arrays.matrix.coefficient) > LARGE
    near = progress.limits.gap if is_large else max(NEAR, progress.limits.gap)
    for share in SHARES:
        upper = kernel_upper(progress.arrays, relaxation, share, offer)
        phase = restrict(progress.arrays, upper)
        if share == SHARES[0] and len(phase.part.matrix.coefficient) <= SMALL:
            continue
        progress.say(f"a plan is being looked for among {phase.part.is_integer.sum():,} choices")
        limits = progress.limits
        target = progress.target(limits.gap if is_large else max(CLOSE, limits.gap))
        finer = replace(limits, gap=FINER * limits.gap, target=target, nodes=NODES)
        progress.solve(phase, finer)
        if progress.is_within(near) or progress.is_over:
            return


def kernel_upper(
    arrays: Arrays, relaxation: Solution, share: float, offer: Codes | None = None
) -> Floats:
    """Return upper bounds of the columns: those outside the kernel end at their lower ones.

    A reduced cost is what a column costs less what it saves, at the prices of the
    relaxation; it is small or large as a share of these.

    Continuous columns that stand alone in a row (what is left unserved) stay, for with them
    most rows can be met; so do those that a binary column of the kernel switches.

    Parameters
    ----------
    arrays : the problem
    relaxation : its solution without whole numbers
    share : largest reduced cost in the kernel, as a share of cost and savings
    offer : number of each column's offer, -1 for none; None where that is not known
    """
    values, reduced = relaxation.values, relaxation.reduced_costs
    if values is None or reduced is None:
        return arrays.upper
    is_idle = np.isfinite(arrays.lower) & (values <= arrays.lower + AT_BOUND)
    shares = np.full(arrays.columns, share)
    if offer is not None:
        used = np.unique(offer[arrays.is_integer & ~is_idle & (offer >= 0)])
        shares[arrays.is_integer & np.isin(offer, used)] *= OF_USED_OFFERS
    is_dear = reduced > shares * (np.abs(arrays.cost) + np.abs(arrays.cost - reduced))
    is_out = is_idle & is_dear
    is_out &= arrays.is_integer | ~(_alone(arrays) | _switched(arrays, ~is_out))
    return np.where(is_out, arrays.lower, arrays.upper)


def _alone(arrays: Arrays) -> NDArray[np.bool_]:
    return np.bincount(arrays.matrix.index, minlength=arrays.columns) <= 1


def _switched(arrays: Arrays, is_kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the columns that share a row with a binary column that is kept."""
    matrix = arrays.matrix
    is_binary = arrays.is_integer & (arrays.lower == 0.0) & (arrays.upper == 1.0) & is_kept
    has_binary = np.zeros(arrays.rows, dtype=bool)
    has_binary[matrix.row_of[is_binary[matrix.index]]] = True
    switched = np.zeros(arrays.columns, dtype=bool)
    switched[matrix.index[has_binary[matrix.row_of]]] = True
    return switched
