"""Recourse: what is done in scenarios that the objective does not weigh.

A scenario of probability 0, or one outside the tail where only risk counts, costs the
objective nothing: any plan for it is as good as another to the search. What is done in
it is decided here, at its own least cost, with the orders that were found.
"""

from __future__ import annotations

from dataclasses import replace
from math import isclose

from planner.model.assembly import assemble
from planner.model.extraction import extract_held, extract_uses
from planner.plan.plan import Plan
from planner.search.arrays import to_arrays
from planner.search.certainty import certain, with_orders
from planner.search.highs import Limits, minimise
from planner.search.presolve.merging import Merged
from planner.search.rounding import round_off

ROUNDING = 1e-9
"""Share of the objective by which it may change, where it should not."""

SECONDS = 60.0
"""Time for each scenario; what the search has found holds as well."""


def adapt(plan: Plan, merged: Merged, threads: int | None) -> Plan:
    """Return the plan with the least cost in every scenario that the objective does not weigh.

    Parameters
    ----------
    plan : as the search found it
    merged : the case that was solved
    threads : of the solver
    """
    only_risk = plan.case.settings.risk_weight == 1.0
    for name, likely in plan.case.tree.probability.items():
        if plan.case.tree.has_branches and (only_risk or not likely):
            adapted = _adapted(plan, merged, name, threads)
            if isclose(adapted.objective, plan.objective, rel_tol=ROUNDING):
                plan = adapted
    return plan


def _adapted(plan: Plan, merged: Merged, name: str, threads: int | None) -> Plan:
    alone = certain(merged.case, {name: 1.0})
    (path,) = [path for path in plan.paths if path.scenario == name]
    orders = {(one.offer, one.site, one.delivered): one.packs for one in path.orders}
    assembly = assemble(alone)
    arrays = with_orders(assembly, to_arrays(assembly.model), orders, alone.tree.root)
    solution = minimise(arrays, Limits(threads=threads, seconds=SECONDS))
    if solution.values is None:
        return plan
    values = round_off(arrays, solution.values, threads)
    uses = (replace(one, scenario=name) for one in extract_uses(assembly.decisions, values))
    held = (replace(one, scenario=name) for one in extract_held(assembly.decisions, values))
    return replace(
        plan,
        uses=(
            *(one for one in plan.uses if one.scenario != name),
            *merged.shared_out(uses),
        ),
        held=(
            *(one for one in plan.held if one.scenario != name),
            *merged.shared_out(held),
        ),
    )
