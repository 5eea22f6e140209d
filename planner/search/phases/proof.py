"""Proof: the gap is closed on what reduced costs leave of the problem.

With a plan of cost U in hand and a gap g to prove, nothing need be known about plans that
cost more than T = U - g·|U|. Where the relaxation's bound is B, a unit of a column with
reduced cost d leads to plans of B + d and more: it is left out where that exceeds T. The
bound of what is left, but no more than T, holds for the whole problem.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.search.arrays import Floats
from planner.search.highs import Solution
from planner.search.phases.progress import NEAR, Progress
from planner.search.phases.restriction import restrict

SAFETY = 1e-6
"""Share of the bound by which a reduced cost may be wrong."""


def close_gap(progress: Progress, relaxation: Solution) -> None:
    """Search the whole problem, less what no plan worth finding uses.

    Parameters
    ----------
    progress : what has been found
    relaxation : the problem's solution without whole numbers
    """
    arrays, enough = progress.arrays, progress.enough
    upper = arrays.upper
    if enough is not None:
        upper = upper_below(progress, relaxation, enough)
    phase = restrict(arrays, upper)
    progress.say("the gap is being closed on what is left of the problem")
    limits = replace(progress.limits, has_plan=progress.is_within(NEAR))
    progress.solve(phase, limits, np.inf if enough is None else enough)


def upper_below(progress: Progress, relaxation: Solution, cost: float) -> Floats:
    """Return upper bounds of the columns in plans that cost less, and in the best plan.

    Parameters
    ----------
    progress : with the best plan
    relaxation : the problem's solution without whole numbers
    cost : plans of this cost and more may be left out
    """
    arrays, reduced, bound = progress.arrays, relaxation.reduced_costs, relaxation.bound
    if reduced is None or bound is None:
        return arrays.upper
    left = cost - bound + SAFETY * abs(bound)
    is_dear = arrays.is_integer & (reduced > SAFETY * abs(bound)) & np.isfinite(arrays.lower)
    most = arrays.upper.copy()
    most[is_dear] = arrays.lower[is_dear] + np.floor(max(left, 0.0) / reduced[is_dear])
    if progress.values is not None:
        most = np.maximum(most, np.where(is_dear, np.round(progress.values), most))
    return np.minimum(arrays.upper, most)
