"""Diagnosis: what stands in the way where no plan can exist, and the ways out.

Every cell that limits plans may give way at a price: the share of its size by which it
does. Its size is what stands there, or what the case would use of it if nothing limited
it; so a limit mistyped far too small costs no more than one that falls as far short as
it can. What is asked for (demand, required cores, floors) gives way only where limits
cannot: a budget that is too small is named rather than the work that it does not pay for.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from planner.case.case import Case
from planner.case.horizon import Period
from planner.case.limits import Limit
from planner.errors import CaseError, NoPlanError
from planner.model.assembly import assemble
from planner.model.bounds import Bounds
from planner.plan.diagnosis import Diagnosis, Obstacle, WayOut, rounded_up
from planner.search.applied import applied
from planner.search.arrays import Floats, to_arrays
from planner.search.conflict import find_conflict
from planner.search.elastic import Elastic, make_elastic
from planner.search.highs import APART, Limits, Stop, Watch, minimise
from planner.search.lead_times import find_earlier
from planner.search.obstacles import read_obstacles
from planner.search.places import rows_of
from planner.search.rounding import round_off

SECONDS, FEWEST_SECONDS = 60.0, 5.0
"""Time for the diagnosis at most, and whatever is left of the time limit; a way out that is
not the nearest still tells what to mend."""

FIRST = 0.4
"""Share of that for the first way out."""

ROUGH, GAP = 0.05, 1e-4
"""Gaps at which to look for cells that give way, and then for the least amounts of these."""

ROUNDS = 4
LATER = 1e-3
SMALL = 0.02
"""A cell that gives way by less than this share of its size is dear in the next round."""

MOST_WAYS = 4

FIRM_SECONDS = 5.0
MARGIN = 1.0 + 1e-5
"""What is added to amounts that stand on the edge of what the solver can tell."""

NOTHING = f"the solver finds no plan, nor anything that stands in its way: {APART}"


def diagnose(
    case: Case, watch: Watch, seconds: float, certain: tuple[Obstacle, ...] = ()
) -> Diagnosis:
    """Return why no plan can exist for a case.

    Parameters
    ----------
    case : of which it is known that no plan can meet it
    watch : to stop looking
    seconds : what is left of the time limit
    certain : what arithmetic alone has shown

    Raises
    ------
    NoPlanError
        Where nothing has to give way, so that the solver must have been wrong.
    """
    if watch.say is not None:
        watch.say("the solver finds no plan; looking for what stands in the way (a minute at most)")
    watch = Watch(stop=watch.stop)
    assembly = assemble(case, Bounds(case, within_limits=False))
    elastic = make_elastic(to_arrays(assembly.model), rows_of(assembly.model))
    seconds = min(SECONDS, max(FEWEST_SECONDS, seconds))
    search = _Search(case, elastic, watch, seconds)
    ways = search.ways()
    conflict = find_conflict(elastic, watch, seconds / 4.0) if not watch.stop.is_set() else None
    remarks = list(search.remarks)
    if conflict is None and not watch.stop.is_set():
        remarks.append("The solver did not come to tell which limits cannot hold together.")
    if conflict == ():
        remarks.append(
            "Only because units are whole, and orders have a smallest size, is there no plan: with "
            "parts of units there would be."
        )
    return Diagnosis(certain, tuple(ways), conflict or (), tuple(remarks))


class _Search:
    """Looks for ways out, one after another, within the time for all of them."""

    def __init__(self, case: Case, elastic: Elastic, watch: Watch, seconds: float) -> None:
        self._case = case
        self._elastic = elastic
        self._watch = watch
        self._ends = time.monotonic() + seconds
        self.remarks: dict[str, None] = {}

    def ways(self) -> list[WayOut]:
        """Return the ways out that were found, the nearest first."""
        ways: list[WayOut] = []
        if not self._elastic.keys:
            self.remarks["No cell of the workbook limits plans, and still there is none."] = None
            return ways
        most = self._elastic.most()
        self._price = 1.0 / self._sizes()
        first = self._way("the least that must give way", most, FIRST * self._left())
        if first is None and not self.remarks and not self._watch.stop.is_set():
            raise NoPlanError(NOTHING)
        if first is None:
            why = "before the search was stopped" if self._watch.stop.is_set() else "in time"
            self.remarks[f"No way out was found {why}."] = None
            return ways
        if not first.obstacles:
            raise NoPlanError(NOTHING)
        ways.append(first)
        named = {one.limit for one in first.obstacles}
        is_named = np.array([limit in named for limit, _ in self._elastic.keys])
        tries = [("without moving these", np.where(is_named, 0.0, most))]
        if not all(limit in named for limit in self._asked()):
            tries.append(("by asking for less", np.where(self._elastic.is_asked_for, most, 0.0)))
        for title, allowed in tries:
            way = self._way(title, allowed, self._left() / 2.0)
            if way is not None and not _is_known(way, ways):
                ways.append(way)
        if self._left() > 0.0:
            earlier = find_earlier(self._case, self._watch, self._left())
            ways += [WayOut("by earlier delivery", earlier)] if earlier else []
        return ways[:MOST_WAYS]

    def _asked(self) -> list[Limit]:
        asked = zip(self._elastic.keys, self._elastic.is_asked_for, strict=True)
        return [limit for (limit, _), is_asked_for in asked if is_asked_for]

    def _left(self) -> float:
        return 0.0 if self._watch.stop.is_set() else max(0.0, self._ends - time.monotonic())

    def _sizes(self) -> Floats:
        """Return the size of each cell: what is used of it where nothing limits it."""
        elastic = self._elastic
        free = np.where(elastic.is_asked_for, 0.0, np.inf)
        problem = replace(elastic.arrays, upper=np.concatenate((elastic.rigid.upper, free)))
        solution = minimise(problem.relaxed(), Limits(seconds=FIRST * self._left()), self._watch)
        if solution.stop is not Stop.SOLVED or solution.values is None:
            return self._alike(elastic.sizes)
        beyond = elastic.given(solution.values)
        is_amount = np.array([row is None for _, row in elastic.keys])
        sizes = np.where(is_amount, elastic.sizes + beyond, np.maximum(elastic.sizes, beyond))
        return self._alike(sizes)

    def _alike(self, sizes: Floats) -> Floats:
        """Return the sizes with one for each column of Periods: money is money in all of them.

        Where money is carried over, any period up to one that falls short would do: a later
        one is a little cheaper.
        """
        largest: dict[str, float] = {}
        fields = [limit.field for limit, _ in self._elastic.keys if limit.table is Period]
        is_of_period = np.array([limit.table is Period for limit, _ in self._elastic.keys])
        for field, size in zip(fields, sizes[is_of_period], strict=True):
            largest[field] = max(largest.get(field, 0.0), size)
        alike = sizes.copy()
        position = self._case.horizon.position
        labels = [limit.name[0] for limit, _ in self._elastic.keys if limit.table is Period]
        alike[is_of_period] = [
            largest[field] * (1.0 + LATER * position[label])
            for field, label in zip(fields, labels, strict=True)
        ]
        return alike

    def _way(self, title: str, most: Floats, seconds: float) -> WayOut | None:
        """Return the nearest way out in which cells give way by so much at most."""
        asked, ends = self._elastic.is_asked_for, time.monotonic() + seconds
        raised = self._nearest(self._price, np.where(asked, 0.0, most), ends)
        if raised is None:
            fallen = self._nearest(np.where(asked, self._price, 0.0), most, ends)
            if fallen is None:
                return None
            falls = self._elastic.given(fallen)
            most = np.where(asked, np.where(self._elastic.is_moved(fallen), falls, 0.0), most)
            raised = self._nearest(np.where(asked, 0.0, self._price), most, ends, fallen)
            raised = fallen if raised is None else raised
        return WayOut(title, self._firm(read_obstacles(self._case, self._elastic, raised), raised))

    def _firm(self, obstacles: tuple[Obstacle, ...], values: Floats) -> tuple[Obstacle, ...]:
        """Return the amounts, a little more where they do not make a plan to the last digit."""
        try:
            mended = assemble(applied(self._case, obstacles))
        except CaseError:  # one cell of a row contradicts another now: both must be looked at
            return obstacles
        arrays = to_arrays(mended.model)
        number = self._elastic.rigid.columns
        start = values[:number] if arrays.columns == number else None
        limits = Limits(gap=1.0, seconds=min(FIRM_SECONDS, self._left()))
        found = minimise(arrays.without_cost(), limits, self._watch, start=start)
        if found.values is not None:
            return obstacles
        return tuple(
            replace(one, change=math.copysign(rounded_up(abs(one.change) * MARGIN), one.change))
            if abs(one.change) * MARGIN < abs(one.limit.now) or one.change > 0
            else one
            for one in obstacles
        )

    def _nearest(
        self, price: Floats, most: Floats, ends: float, start: Floats | None = None
    ) -> Floats | None:
        """Return a plan, and what gives way in it: few cells, and these by little.

        What gives way by little is made dearer, and what does by much cheaper, until the
        same cells do again; then the amounts are brought down.
        """
        values = self._solve(price, most, (ends - time.monotonic()) / 2.0, start, ROUGH)
        for _ in range(ROUNDS if values is not None else 0):
            assert values is not None  # noqa: S101
            given = self._elastic.given(values)
            moved = self._elastic.is_moved(values)
            most = np.where(moved | (price == 0.0), most, 0.0)
            steep = price / (given * self._price + SMALL)
            fewer = self._solve(steep, most, (ends - time.monotonic()) / 3.0, values, ROUGH)
            if fewer is None or np.array_equal(self._elastic.is_moved(fewer), moved):
                break
            values = fewer
        if values is None:
            return None
        most = np.where(self._elastic.is_moved(values) | (price == 0.0), most, 0.0)
        least = self._solve(price, most, ends - time.monotonic(), values, GAP)
        return values if least is None else least

    def _solve(
        self, price: Floats, most: Floats, seconds: float, start: Floats | None, gap: float
    ) -> Floats | None:
        """Return the cheapest plan in which cells give way, in exact amounts."""
        seconds = min(seconds, self._left())
        if seconds <= 0.0:
            return None
        problem = self._elastic.priced(price, most)
        limits = Limits(gap=gap, seconds=seconds)
        solution = minimise(problem, limits, self._watch, start=start)
        if solution.stop is Stop.TIME_LIMIT:
            self.remarks["Time ran out: there may be ways out that are nearer than these."] = None
        if solution.values is None:
            return None
        return round_off(problem, solution.values, seconds=seconds)


def _is_known(way: WayOut, ways: list[WayOut]) -> bool:
    """Return whether a way moves what another moves already, and perhaps more."""
    moved = {one.limit for one in way.obstacles}
    return any(moved >= {one.limit for one in other.obstacles} for other in ways)
