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
from dataclasses import dataclass

import numpy as np
from pyomo.environ import Binary

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric
from planner.case.workloads import Workload
from planner.model.decisions import Decisions
from planner.model.index import Codes, Floats, Index
from planner.model.ledger import Ledgers
from planner.model.section import Section
from planner.model.sums import Sums
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Let workloads of a cluster size run only in pools that are as large."""
    del ledgers  # it posts nothing
    work, pools = decisions.working, decisions.pools
    sizes = tuple(sorted({one.cluster_units for one in case.workloads if one.cluster_units}))
    size = work.index.each("workload", lambda name: _place(sizes, case.workload[name]))
    asking = work.take(size >= 0.0)
    asked = asking.index.along("size", sizes, size[size >= 0.0].astype(int))
    keys = asked.distinct("pool", "period", "size", "scenario")
    fleet = keys.each(("pool", "period"), lambda *where: pools.fleet.get(where, 0.0))
    keys = keys.take(fleet < keys.each("size", float))
    clusters = _by_node(decisions, keys)
    large_enough = section.variables_of("large_enough", clusters.index, Binary)
    least = clusters.index.each("size", float)
    section.constrain_all("large", clusters.installed - large_enough * least, lower=0.0)
    place = keys.find(asked)
    running, cluster = place >= 0, clusters.of_key[place[place >= 0]]
    most = _most(case, decisions, asking.index)[running]
    rows = asking.take(running)
    allowed = large_enough.take(cluster).on(rows.index) * most
    section.constrain_all("running", rows - allowed, upper=0.0)


def _place(sizes: tuple[int, ...], workload: Workload) -> int:
    return sizes.index(workload.cluster_units) if workload.cluster_units else -1


@dataclass(frozen=True)
class _Clusters:
    """Pools that may be large enough, each once for the scenarios in which its units are the same.

    Attributes
    ----------
    index : pool, period, size and node, k of them
    installed : units in service, k
    of_key : the place among them of each pool, period, size and scenario
    """

    index: Index
    installed: Sums
    of_key: Codes


def _by_node(decisions: Decisions, keys: Index) -> _Clusters:
    nodes = [
        next(one for one in decisions.pools.nodes(pool, label) if scenario in one)
        for pool, label, _, scenario in keys
    ]
    labels = tuple(dict.fromkeys(nodes))
    place_of = {node: place for place, node in enumerate(labels)}
    held = keys.along("node", labels, np.array([place_of[node] for node in nodes], dtype=int))
    index = held.distinct("pool", "period", "size", "node")
    of_key = index.find(held)
    first = np.unique(of_key, return_index=True)[1]
    return _Clusters(index, decisions.installed.at(keys.take(first)).on(index), of_key)


def _most(case: Case, decisions: Decisions, keys: Index) -> Floats:
    """Return the most units of each pool that can be at work for each workload."""
    bounds, pools = decisions.bounds, decisions.pools
    can_pay_to_waste = any(
        rule.metric is Metric.ENERGY and (rule.least or rule.max_share) for rule in case.rules
    )
    if not can_pay_to_waste:
        rate = keys.each(
            ("workload", "period", "slice"),
            lambda name, *when: bounds.most_rate(case.workload[name], *when),
        )
        return rate / pools.throughput(keys)

    def able(pool: Pool, label: str, scenario: str) -> float:
        arriving = (
            bounds.most_units(one.whole) * case.offer[one.offer].availability
            for one in pools.arrivals.get((pool, label), ())
            if scenario in one.node
        )
        fleet = pools.fleet.get((pool, label), 0.0)
        return case.max_utilisation(pool.sku) * (fleet + sum(arriving))

    return keys.each(("pool", "period", "scenario"), able)


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
