"""Foresight: other plans to compare with one that is made for several scenarios.

Two questions are answered by solving other cases: what would the plan cost if each
scenario were known from the start, and what would the orders cost that are best for
the average demand? Both are weighed over the scenarios as the plan's objective is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from planner.case.case import Case
from planner.model.assembly import Assembly, assemble
from planner.model.extraction import extract_orders
from planner.plan.foresight import Foresight
from planner.plan.risk import scenario_weights
from planner.search.arrays import Arrays, Floats, to_arrays
from planner.search.certainty import Orders, certain, with_orders
from planner.search.highs import Limits, Stop, Watch
from planner.search.rounding import round_off
from planner.search.search import find_solution


@dataclass(frozen=True, slots=True)
class Solved:
    """A case, its model, and the best values that were found; None where there are none."""

    assembly: Assembly
    arrays: Arrays
    values: Floats | None
    is_infeasible: bool

    @property
    def cost(self) -> float | None:
        """What the best values cost."""
        return None if self.values is None else self.arrays.objective(self.values)


def look_ahead(
    case: Case, assembly: Assembly, arrays: Arrays, limits: Limits, watch: Watch
) -> Foresight | None:
    """Return what the plan's cost is compared with; None without scenarios, or time.

    Parameters
    ----------
    case : what is given
    assembly, arrays : its model
    limits : for each of the searches, the time for all of them together
    watch : to stop them; what is not known by then is None
    """
    if not case.tree.has_branches or limits.seconds <= 0.0:
        return None
    ends = time.monotonic() + limits.seconds
    quiet = Watch(stop=watch.stop)

    def left() -> Limits:
        return replace(limits, seconds=max(0.0, ends - time.monotonic()))

    costs: dict[str, float] = {}
    for name in case.tree.names:
        cost = _solve(certain(case, {name: 1.0}), left(), quiet).cost
        if cost is not None:
            costs[name] = cost
    known = None
    if len(costs) == len(case.tree.names):
        weights = scenario_weights(case, costs)
        known = sum(weights[name] * cost for name, cost in costs.items())
    expected = _solve(certain(case, case.tree.probability), left(), quiet)
    if expected.values is None:
        return Foresight(known, is_average_impossible=expected.is_infeasible)
    orders = _orders(expected.assembly, expected.values)
    committed = with_orders(assembly, arrays, orders, case.tree.root)
    adapted = _minimise(assembly, committed, left(), quiet)
    return Foresight(known, adapted.cost, adapted.is_infeasible)


def _solve(case: Case, limits: Limits, watch: Watch) -> Solved:
    assembly = assemble(case)
    return _minimise(assembly, to_arrays(assembly.model), limits, watch)


def _minimise(assembly: Assembly, arrays: Arrays, limits: Limits, watch: Watch) -> Solved:
    orders = assembly.decisions.orders(arrays.columns)
    solution = find_solution(arrays, limits, watch, orders=orders)
    values = None
    if solution.stop is Stop.SOLVED and solution.values is not None:
        values = round_off(arrays, solution.values, limits.threads)
    return Solved(assembly, arrays, values, solution.stop is Stop.INFEASIBLE)


def _orders(assembly: Assembly, values: Floats) -> Orders:
    """Return what a case without scenarios orders, by the values of its variables."""
    orders = extract_orders(assembly.decisions, values)
    return {(one.offer, one.site, one.delivered): one.packs for one in orders}
