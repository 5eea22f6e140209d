"""Clusters: a workload that needs many units at once runs only where one pool has them.

For every committed pool p, period t and size N that workloads ask for and p may be below,
on every path through the scenario tree:

    n_pt ≥ N · c_pNt

For every workload w of cluster units N, and every pool p, period t, slice k, scenario ω:

    y_wptkω ≤ most_wptk · c_pNt

where

    ============  ================================================  ============
    symbol        meaning                                           unit
    ============  ================================================  ============
    n_pt          committed units of pool p in service              units
    c_pNt         whether p has at least N of them                  0 or 1
    y_wptkω       units of p at work for w                          units
    most_wptk     the most that w can make use of, or p can have    units
    ============  ================================================  ============

One c serves all workloads of its size. Elastic pools have no committed units and serve
no such workload.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyomo.core.base.block import BlockData
from pyomo.environ import Binary, Var

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Limited, Sum, at_least, at_most, constrain
from planner.model.pools import WorkKey
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path

ClusterKey = tuple[str, str, int, str]
"""Pool, period, size, name of the node."""


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Let workloads of a cluster size run only in pools that are as large."""
    del ledgers  # it posts nothing
    sizes = {one.workload: one.cluster_units for one in case.workloads if one.cluster_units}
    work = [key for key in decisions.pools.work if key.workload in sizes]
    asked = {(key.pool, key.period, sizes[key.workload]): None for key in work}
    clusters: dict[ClusterKey, tuple[Pool, Node]] = {}
    cluster_of: dict[tuple[Pool, str, int, str], ClusterKey] = {}
    for pool, label, size in asked:
        if decisions.pools.fleet.get((pool, label), 0.0) >= size:
            continue
        for node in decisions.pools.nodes(pool, label):
            key = (str(pool), label, size, node.name)
            clusters[key] = (pool, node)
            cluster_of |= {(pool, label, size, name): key for name in node.scenarios}
    block.large_enough = Var(list(clusters), domain=Binary)
    large: dict[ClusterKey, Limited] = {}
    for key, (pool, node) in clusters.items():
        installed = decisions.installed(pool, key[1], node.scenarios[0])
        installed.add(-float(key[2]), block.large_enough[key])
        large[key] = at_least(installed, 0.0)
    running: dict[WorkKey, Limited] = {}
    for one in work:
        where = cluster_of.get((one.pool, one.period, sizes[one.workload], one.scenario))
        if where is not None:
            most = _most(case, decisions, one)
            row = Sum([1.0, -most], [decisions.working[one], block.large_enough[where]])
            running[one] = at_most(row, 0.0)
    constrain(block, "large", large)
    constrain(block, "running", running)


def _most(case: Case, decisions: Decisions, key: WorkKey) -> float:
    """Return the most units of a pool that can be at work for a workload."""
    bounds, pools = decisions.bounds, decisions.pools
    workload, sku = case.workload[key.workload], key.pool.sku
    can_pay_to_waste = any(
        rule.metric is Metric.ENERGY and (rule.least or rule.max_share) for rule in case.rules
    )
    if not can_pay_to_waste:
        return bounds.most_work(workload, sku, key.period, key.slice)
    arriving = (
        bounds.most_units(one.whole) * case.offer[one.offer].availability
        for one in pools.arrivals.get((key.pool, key.period), ())
        if key.scenario in one.node
    )
    fleet = pools.fleet.get((key.pool, key.period), 0.0)
    return case.max_utilisation(sku) * (fleet + sum(arriving))


def check(case: Case, path: Path) -> Iterator[Check]:
    """Look up the size of each pool that works for a workload with cluster units."""
    stock = path.stock
    lines: dict[str, Line] = {}
    elastic = []
    for use in path.uses:
        size = case.workload[use.workload].cluster_units
        if size:
            where = f"{use.workload} on {use.pool} in {use.period}"
            there = stock.get((use.pool, use.period))
            lines[where] = Line(where, there.installed if there else 0.0, ">=", size)
            elastic.append(Line(where, float(use.pool.is_elastic), "<=", 0))
    yield judge(
        "clusters",
        "A workload runs only in pools that have its cluster units in service.",
        "units",
        lines.values(),
    )
    yield judge(
        "clusters",
        "A workload with cluster units runs on committed units only.",
        "uses of rented units",
        elastic,
    )
