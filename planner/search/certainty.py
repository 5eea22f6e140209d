"""Certainty: the case in which the demand is known, and problems with orders that are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.case.case import Case
from planner.case.tree import Node
from planner.case.workloads import Demand
from planner.model.assembly import Assembly
from planner.search.arrays import Arrays

Orders = Mapping[tuple[str, str, str], int]
"""Packs by offer, site and label of the delivery period."""


def certain(case: Case, likely: Mapping[str, float]) -> Case:
    """Return the case in which what is expected over some scenarios is sure.

    Parameters
    ----------
    case : what is given
    likely : probability by scenario; they sum to 1
    """
    demand = tuple(
        Demand(
            workload=workload.workload,
            rates={
                label: sum(
                    share * case.average_demand(workload.workload, label, name)
                    for name, share in likely.items()
                )
                for label in case.horizon.labels
            },
        )
        for workload in case.workloads
    )
    settings = case.settings.model_copy(update={"risk_weight": 0.0})
    return replace(case, demand=demand, scenarios=(), settings=settings)


def with_orders(assembly: Assembly, arrays: Arrays, orders: Orders, node: Node) -> Arrays:
    """Return the problem in which the orders that a node decides are given.

    Parameters
    ----------
    assembly, arrays : the model
    orders : packs; what is not among them is not ordered
    node : of the scenario tree
    """
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for key, column in assembly.decisions.packs.items():
        if key.node == node:
            packs = orders.get((key.offer, key.site, key.delivered), 0)
            lower[column] = upper[column] = packs
    return replace(arrays, lower=lower, upper=upper)
