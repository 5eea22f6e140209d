"""Conflict: limits that cannot hold together, of which none can be left out.

The solver proves a set of rows to contradict each other (its IIS); a user moves cells,
of which one may stand in many rows. So the cells of these rows are let go one after
another, and those that the contradiction needs are kept.
"""

from __future__ import annotations

import time

import numpy as np

from planner.case.limits import Limit
from planner.search.elastic import Elastic
from planner.search.highs import Limits, Stop, Watch, find_irreducible, minimise


def find_conflict(elastic: Elastic, watch: Watch, seconds: float) -> tuple[Limit, ...] | None:
    """Return limits that contradict each other, of which none can be left out.

    The solver finds them for parts of units only; () where it is only whole units that
    make a plan impossible, and None where it came to no end.

    Parameters
    ----------
    elastic : the problem that no plan solves
    watch : to stop looking
    seconds : time for it
    """
    ends = time.monotonic() + seconds
    arrays = elastic.rigid
    relaxed = arrays.relaxed()
    rows = find_irreducible(relaxed, seconds / 2.0, watch)
    if not rows:
        return () if rows is not None else None
    slacks = (elastic.slack[place] for place in rows if place in elastic.slack)
    named = {limit for slack in slacks for limit in slack.cells}
    if not _contradict(elastic, named, watch, ends):
        return None
    for limit in sorted(named, key=lambda one: (one.table.sheet.name, one.name, one.part)):
        if time.monotonic() > ends or watch.stop.is_set():
            return None
        if _contradict(elastic, named - {limit}, watch, ends):
            named.remove(limit)
    return tuple(dict.fromkeys(limit for limit, _ in elastic.keys if limit in named))


def _contradict(elastic: Elastic, named: set[Limit], watch: Watch, ends: float) -> bool:
    """Return whether there is no plan, of parts of units even, with all other cells let go."""
    most = np.array([0.0 if limit in named else np.inf for limit, _ in elastic.keys])
    problem = elastic.priced(np.zeros(len(elastic.keys)), most)
    relaxed = problem.relaxed()
    seconds = max(0.0, ends - time.monotonic())
    return minimise(relaxed, Limits(seconds=seconds), watch).stop is Stop.INFEASIBLE
