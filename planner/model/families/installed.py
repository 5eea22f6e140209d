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

from planner.case.case import Case
from planner.case.horizon import add_months
from planner.case.pools import Pool
from planner.model.decisions import Decisions
from planner.model.index import index_of
from planner.model.ledger import Account, Ledgers
from planner.model.section import Section
from planner.model.sums import Sums
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Post what installed units draw, offer and cost."""
    del section  # it has no rows of its own
    sku = case.sku
    standing = _by_node(case, decisions)
    power = standing.index.each("pool", lambda pool: sku[pool.sku].power)
    space = standing.index.each("pool", lambda pool: sku[pool.sku].rack_units)
    ledgers.power.post_all(standing * power)
    ledgers.space.post_all(standing * space)
    able = decisions.able
    cores = able.index.each("pool", lambda pool: sku[pool.sku].cores)
    tflops = able.index.each("pool", lambda pool: sku[pool.sku].tflops)
    ledgers.cores.post_all(able * cores)
    ledgers.tflops.post_all(able * tflops)
    idle = _metered(case, decisions)
    kilowatts = idle.index.each(
        "pool", lambda pool: (case.site[pool.site].pue or 0.0) * sku[pool.sku].idle_power
    )
    hours = idle.index.each(("period", "slice"), case.horizon.hours_of)
    ledgers.energy.post_all(idle * (hours * kilowatts))
    for row in sorted(case.fleet, key=lambda one: one.units * one.monthly_cost):  # rounds alike
        for label in case.in_service(row):
            cost = row.units * row.monthly_cost * case.horizon.months[label]
            account = Account(Part.RESOURCE, Budget.OPEX, label, case.tree.root)
            ledgers.money.post_constant(account, cost)


def _by_node(case: Case, decisions: Decisions) -> Sums:
    """Return the installed units by site as well, and by the nodes known apart by then."""
    tree, labels = case.tree, case.horizon.labels
    nodes, sites = tuple(tree.by_name.values()), tuple(case.site)
    known = index_of(
        {"period": labels, "node": nodes, "scenario": tree.names},
        [(label, node, node.scenarios[0]) for label in labels for node in tree.nodes(label)],
    )
    keys = decisions.pools.committed.join(known)
    site = keys.each("pool", lambda pool: sites.index(pool.site))
    return decisions.installed.at(keys.along("site", sites, site))


def _metered(case: Case, decisions: Decisions) -> Sums:
    """Return the installed units of metered sites in every slice."""
    is_metered = decisions.installed.index.where(
        "pool", lambda pool: case.site[pool.site].pue is not None
    )
    keys = decisions.installed.index.take(is_metered)
    return decisions.installed.at(decisions.pools.at_slices(keys))


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
