"""Search: a plan of least cost, by way of the relaxation, a kernel and a proof.

A large problem taken whole by the solver has no usable plan for long; its relaxation is
soon known, a plan near it needs few of its columns, and a good plan leaves few columns to
be searched for a better one. A small problem goes straight to the solver.
"""

from __future__ import annotations

from planner.errors import NoPlanError
from planner.model.decisions import OrderColumns
from planner.search.arrays import Arrays
from planner.search.highs import Checkpoint, Limits, Solution, Stop, Watch, minimise
from planner.search.phases.kernel import search_kernels
from planner.search.phases.progress import Progress
from planner.search.phases.proof import close_gap
from planner.search.phases.relax_and_fix import fix_forward

SMALLEST = 1000
"""Integer columns from which on a problem is searched in phases."""


def find_solution(
    arrays: Arrays,
    limits: Limits,
    watch: Watch | None = None,
    checkpoint: Checkpoint | None = None,
    smallest: int = SMALLEST,
    orders: OrderColumns | None = None,
) -> Solution:
    """Return the best plan and the best bound of a problem, as `minimise` does.

    Parameters
    ----------
    arrays : the problem
    limits : when the search may stop
    watch : to follow the search and to stop it
    checkpoint : looks at the whole search, a few times a second
    smallest : integer columns from which on the problem is searched in phases
    orders : what the columns order, and when; None where that is not known
    """
    watch = watch or Watch()
    if arrays.is_integer.sum() < max(1, smallest):
        return minimise(arrays, limits, watch, checkpoint)
    progress = Progress(arrays, limits, watch, checkpoint)
    try:
        relaxation = progress.relax()
        if relaxation.stop is Stop.INFEASIBLE or progress.is_over:
            return progress.solution()
        if relaxation.reduced_costs is None:
            return minimise(arrays, progress.limits, watch, checkpoint)
        if not progress.is_proven:
            search_kernels(progress, relaxation, None if orders is None else orders.offer)
        if progress.values is None and orders is not None and not progress.is_over:
            fix_forward(progress, orders.period)
        if not (progress.is_proven or progress.is_over):
            close_gap(progress, relaxation)
    except MemoryError:
        progress.stop, progress.message = Stop.MEMORY_LIMIT, MemoryError.__name__
    except NoPlanError:
        if progress.values is None:
            raise
        progress.stop = Stop.FAILED
    return progress.solution()
