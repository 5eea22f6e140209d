"""Lead times: whether earlier deliveries would make room for a plan, and how early."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from planner.case.case import Case
from planner.case.horizon import weeks_before
from planner.case.limits import Limit
from planner.case.offers import Offer
from planner.model.assembly import assemble
from planner.model.extraction import extract_orders
from planner.plan.diagnosis import Obstacle
from planner.search.applied import applied
from planner.search.arrays import to_arrays
from planner.search.highs import Limits, Watch, minimise
from planner.units import DAYS_PER_WEEK

GAP = 0.01


def find_earlier(case: Case, watch: Watch, seconds: float) -> tuple[Obstacle, ...]:
    """Return the lead times that would have to be shorter; () where that is no way out.

    Every offer is tried as if it could be delivered at once; of what is ordered then, as
    little and as late as will do, the first delivery tells how early it must be. A plan
    with just these lead times is looked for before they are told.

    Parameters
    ----------
    case : of which it is known that no plan can meet it
    watch : to stop looking
    seconds : time for it
    """
    slow = {one.offer: one for one in case.offers if not one.is_elastic and one.lead_time}
    if not slow:
        return ()
    at_once = _at_once(case, slow)
    first = _first_deliveries(case, at_once, watch, seconds / 2.0)
    if not first:
        return ()
    starts, plan_start = case.horizon.starts, case.horizon.plan_start
    needed = {name: (starts[label] - plan_start).days / DAYS_PER_WEEK for name, label in first}
    obstacles = tuple(
        Obstacle(
            Limit.of(slow[name], "lead_time"),
            math.floor(100.0 * needed[name]) / 100.0 - slow[name].lead_time,
            "weeks",
            (label,),
        )
        for name, label in first
    )
    arrays = to_arrays(assemble(applied(case, obstacles)).model)
    limits = Limits(gap=1.0, seconds=seconds / 2.0)
    return obstacles if minimise(arrays.without_cost(), limits, watch).values is not None else ()


def _first_deliveries(
    case: Case, at_once: Case, watch: Watch, seconds: float
) -> tuple[tuple[str, str], ...]:
    """Return each offer that must come earlier than it can, and the first period it must."""
    assembly = assemble(at_once)
    arrays = to_arrays(assembly.model)
    weights = np.zeros(arrays.columns)
    is_out = np.zeros(arrays.columns, dtype=bool)
    for key, column in assembly.decisions.packs.items():
        if key.delivered in case.slots[key.offer]:
            continue
        if _is_before_start(case, key.offer, key.delivered):
            weights[column] = _weeks_early(case, key.offer, key.delivered)
        else:
            is_out[column] = True
    problem = replace(arrays, cost=weights, upper=np.where(is_out, 0.0, arrays.upper), offset=0.0)
    solution = minimise(problem, Limits(gap=GAP, seconds=seconds), watch)
    if solution.values is None:
        return ()
    orders = extract_orders(assembly.decisions, solution.values)
    position = case.horizon.position
    first: dict[str, str] = {}
    for order in sorted(orders, key=lambda one: position[one.delivered]):
        if order.delivered not in case.slots[order.offer]:
            first.setdefault(order.offer, order.delivered)
    return tuple(sorted(first.items()))


def _is_before_start(case: Case, name: str, delivered: str) -> bool:
    """Return whether an order would have had to be placed before plan start."""
    day = weeks_before(case.horizon.starts[delivered], case.offer[name].lead_time)
    return day < case.horizon.plan_start


def _weeks_early(case: Case, name: str, delivered: str) -> float:
    offer = case.offer[name]
    there = (case.horizon.starts[delivered] - case.horizon.plan_start).days / DAYS_PER_WEEK
    return max(1.0, offer.lead_time - there) * offer.pack_size


def _at_once(case: Case, slow: Collection[str]) -> Case:
    """Return the case in which offers can be delivered whenever they are ordered."""
    here: dict[str, Any] = {"lead_time": 0.0, "available_from": None, "available_until": None}

    def changed(offer: Offer) -> Offer:
        return offer.model_copy(update=here) if offer.offer in slow else offer

    return replace(case, offers=tuple(map(changed, case.offers)))
