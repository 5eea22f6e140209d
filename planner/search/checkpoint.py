"""Checkpoint: plans are kept as they are found, so that none is lost with the process."""

from __future__ import annotations

import time
from collections.abc import Callable

from planner.search.arrays import Floats
from planner.search.highs import Watch

FIRST_AFTER = 1.0
"""Seconds of search before the first plan is kept: what is found at once is found again."""

PATIENCE = 10.0
"""Keeping a plan may take one in so many parts of the time."""


class Checkpoint:
    """Keeps the latest plan of a running search, seldom enough that it costs little.

    Parameters
    ----------
    keep : is given the columns' values and the bound of each plan to be kept
    """

    def __init__(self, keep: Callable[[Floats, float | None], None]) -> None:
        self._keep = keep
        self._due = time.monotonic() + FIRST_AFTER
        self._kept: Floats | None = None

    def look(self, watch: Watch) -> None:
        """Keep the latest plan, where there is a new one and it is time to."""
        values, started = watch.values, time.monotonic()
        if values is None or values is self._kept or started < self._due:
            return
        self._kept = values
        try:
            self._keep(values, watch.bound)
        except Exception as failure:  # noqa: BLE001  the search goes on, whatever it is
            self._due = float("inf")
            if watch.say is not None:
                watch.say(f"plans found on the way are not kept ({type(failure).__name__})")
            return
        ended = time.monotonic()
        self._due = ended + PATIENCE * (ended - started)
