"""Relax and fix: a plan made from period to period, for a problem whose kernels hold none.

The horizon is cut into windows. Orders of one window are whole, those of earlier windows stay
as they were found, later ones may be of parts of packs. The last window ends in a plan; where
one of them has no solution any more there is none this way. Nothing is proven by it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.model.index import Codes
from planner.search.phases.progress import Progress

WINDOWS = 4

GAP, NODES = 0.01, 100
"""Where a window's search may end: what it decides is but a part of a plan."""


def fix_forward(progress: Progress, period: Codes) -> None:
    """Look for a plan, from the first window of the horizon to the last.

    Parameters
    ----------
    progress : what has been found
    period : in which each column's order is delivered, by its place in time; −1 for none
    """
    arrays = progress.arrays
    lower, upper, found = arrays.lower, arrays.upper, arrays.lower
    last = int(period.max(initial=0))
    known_in = np.where(period < 0, last, period)
    progress.say("a plan is being made from one part of the horizon to the next")
    for until in np.unique(np.linspace(0, last, WINDOWS + 1)[1:].round()):
        is_whole = arrays.is_integer & (known_in <= until)
        window = replace(arrays, lower=lower, upper=upper, is_integer=is_whole)
        limits = progress.limits
        rough = replace(limits, gap=max(GAP, limits.gap), nodes=NODES)
        values = progress.explore(window, rough).values
        if values is None:
            return
        found = np.where(is_whole, np.clip(np.round(values), arrays.lower, arrays.upper), values)
        lower = np.where(is_whole, found, lower)
        upper = np.where(is_whole, found, upper)
        if until < last and progress.is_over:
            return
    progress.take_plan(found)
