"""Installed units: what stands in a pool, and what it draws and costs whether used or not.

For every committed pool p and period t, on every path through the scenario tree:

    n_pt    = fleet_pt + Σ_(o,s,d in service) pack_o · x_osd
    cap'_pt = fleet_pt + Σ_(o,s,d in service) availability_o · pack_o · x_osd

Posted:

    power   power_h · n_pt                              to its site and period
    space   rack_units_h · n_pt                         to its site and period
    energy  PUE_s · H_tk · idle_h · n_pt                to its site, period and slice
    cores   cores_h · cap'_pt, and TFLOPS likewise      to its period
    money   units · monthly cost · M_t of fleet rows    resource, opex

where

    ============  ================================================  ============
    symbol        meaning                                           unit
    ============  ================================================  ============
    n_pt          units in service                                  units
    cap'_pt       units that do work, without max utilisation       units
    fleet_pt      units that were there or on order before          units
    power, idle   of a busy unit, of an idle one                    kW
    PUE_s         facility over IT energy; none: not metered
    H_tk          hours of slice k in period t                      hours
    M_t           months of period t                                months
    ============  ================================================  ============
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyomo.core.base.block import BlockData

from planner.case.case import Case
from planner.case.horizon import add_months
from planner.case.pools import Pool
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers, PeriodScenario, SitePeriod, SiteSlice
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Post what installed units draw, offer and cost."""
    del block  # it has no rows of its own
    for pool, label in decisions.pools.committed:
        sku = case.sku[pool.sku]
        for node in case.tree.nodes(label):
            installed = decisions.installed(pool, label, node.scenarios[0])
            here = SitePeriod(pool.site, label, node)
            ledgers.power.post_sum(here, installed, sku.power)
            ledgers.space.post_sum(here, installed, sku.rack_units)
        for scenario in case.tree.names:
            _post_work(case, decisions, ledgers, (pool, label, scenario))
    for row in sorted(case.fleet, key=lambda one: one.units * one.monthly_cost):  # rounds alike
        for label in case.in_service(row):
            cost = row.units * row.monthly_cost * case.horizon.months[label]
            account = Account(Part.RESOURCE, Budget.OPEX, label, case.tree.root)
            ledgers.money.post_constant(account, cost)


def _post_work(
    case: Case, decisions: Decisions, ledgers: Ledgers, where: tuple[Pool, str, str]
) -> None:
    pool, label, scenario = where
    sku, site = case.sku[pool.sku], case.site[pool.site]
    able = decisions.able(*where)
    when = PeriodScenario(label, scenario)
    ledgers.cores.post_sum(when, able, sku.cores)
    ledgers.tflops.post_sum(when, able, sku.tflops)
    if site.pue is not None:
        installed = decisions.installed(*where)
        for slice_ in case.horizon.slices:
            hours = case.horizon.slice_hours(label, slice_)
            meter = SiteSlice(pool.site, label, slice_.slice, scenario)
            ledgers.energy.post_sum(meter, installed, site.pue * hours * sku.idle_power)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Count the units in service again from the dates of the fleet and the orders."""
    units: dict[tuple[Pool, str], float] = defaultdict(float)
    starts = case.horizon.starts
    for row in case.fleet:
        for label, day in starts.items():
            arrived = row.available_from is None or day >= row.available_from
            retired = row.retire_on is not None and day >= row.retire_on
            if arrived and not retired:
                units[Pool(row.sku, row.site), label] += row.units
    for order in path.orders:
        offer = case.offer[order.offer]
        first = starts[order.delivered]
        end = add_months(first, offer.term) if offer.term else case.horizon.end
        for label, day in starts.items():
            if first <= day < end:
                pool = case.pool_of(offer, order.site)
                units[pool, label] += order.packs * offer.pack_size
    stock = path.stock
    yield judge(
        "installed units",
        "Units in service are the fleet and the orders between arrival and end of term.",
        "units",
        (
            Line(
                f"{pool} in {label}",
                stock[pool, label].installed if (pool, label) in stock else 0.0,
                "=",
                units.get((pool, label), 0.0),
            )
            for pool, label in dict.fromkeys([*units, *stock])
        ),
    )
