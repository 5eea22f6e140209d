"""Foresight: other plans to compare with one that is made for several scenarios.

Two questions are answered by solving other cases: what would the plan cost if each
scenario were known from the start, and what would the orders cost that are best for
the average demand? Both are weighed over the scenarios as the plan's objective is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.case.case import Case
from planner.case.workloads import Demand
from planner.model.assembly import Assembly, assemble
from planner.plan.foresight import Foresight
from planner.plan.risk import scenario_weights
from planner.search.arrays import Arrays, Floats, to_arrays
from planner.search.highs import Limits, Stop, Watch, minimise
from planner.search.rounding import round_off


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
        rates = _rates(case, {name: 1.0})
        cost = _solve(_certain(case, rates), left(), quiet).cost
        if cost is not None:
            costs[name] = cost
    known = None
    if len(costs) == len(case.tree.names):
        weights = scenario_weights(case, costs)
        known = sum(weights[name] * cost for name, cost in costs.items())
    expected = _solve(_certain(case, _rates(case, case.tree.probability)), left(), quiet)
    if expected.values is None:
        return Foresight(known, is_average_impossible=expected.is_infeasible)
    committed = _committed_to(expected, assembly, arrays)
    adapted = _minimise(assembly, committed, left(), quiet)
    return Foresight(known, adapted.cost, adapted.is_infeasible)


def _rates(case: Case, likely: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return every workload's demand, by period, expected over some scenarios."""
    return {
        workload.workload: {
            label: sum(
                share * case.average_demand(workload.workload, label, name)
                for name, share in likely.items()
            )
            for label in case.horizon.labels
        }
        for workload in case.workloads
    }


def _certain(case: Case, rates: Mapping[str, dict[str, float]]) -> Case:
    """Return the case in which this demand is certain."""
    return replace(
        case,
        demand=tuple(Demand(workload=name, rates=by_label) for name, by_label in rates.items()),
        scenarios=(),
        settings=case.settings.model_copy(update={"risk_weight": 0.0}),
    )


def _solve(case: Case, limits: Limits, watch: Watch) -> Solved:
    assembly = assemble(case)
    return _minimise(assembly, to_arrays(assembly.model), limits, watch)


def _minimise(assembly: Assembly, arrays: Arrays, limits: Limits, watch: Watch) -> Solved:
    solution = minimise(arrays, limits, watch)
    values = None
    if solution.stop is Stop.SOLVED and solution.values is not None:
        values = round_off(arrays, solution.values, limits.threads)
    return Solved(assembly, arrays, values, solution.stop is Stop.INFEASIBLE)


def _committed_to(expected: Solved, assembly: Assembly, arrays: Arrays) -> Arrays:
    """Return the problem in which orders that all scenarios share are those of another case."""
    found = [] if expected.values is None else expected.values.tolist()
    values = dict(zip(map(id, expected.arrays.columns), found, strict=True))
    ordered = {
        (key.offer, key.site, key.delivered): round(values[id(packs)])
        for key, packs in expected.assembly.decisions.packs.items()
    }
    place = {id(column): number for number, column in enumerate(arrays.columns)}
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for key, packs in assembly.decisions.packs.items():
        if key.node == assembly.decisions.pools.case.tree.root:
            number = ordered[key.offer, key.site, key.delivered]
            lower[place[id(packs)]] = upper[place[id(packs)]] = number
    return replace(arrays, lower=lower, upper=upper)
