"""Capacity of pools: no unit is planned for more work than it can do.

For every committed pool p, period t, slice k and scenario ω:

    Σ_w y_wptk ≤ u_h · (fleet_pt + Σ_(o,s,d in service) availability_o · pack_o · x_osd)

For every elastic pool p with a max order, rentable period t, slice k and scenario ω:

    Σ_w y_wptk / availability_o ≤ max_order_o

where

    ============  ================================================  ============
    symbol        meaning                                           unit
    ============  ================================================  ============
    y_wptk        units of p at work for w                          units
    u_h           max utilisation of the SKU                        share
    fleet_pt      units that were there or on order before          units
    x_osd         packs of o for site s delivered in d              packs
    availability  share of a unit's time that does work             share
    max_order     of an elastic offer: rented at once at one site   units
    ============  ================================================  ============
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from planner.case.case import Case
from planner.case.limits import Limit
from planner.case.pools import Pool
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Slack
from planner.model.section import Section
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Limit the work of each pool by the units that stand there or can be rented."""
    del ledgers  # it posts nothing
    work = decisions.working
    keys = work.index.distinct("pool", "period", "slice", "scenario")
    is_elastic = keys.where("pool", lambda pool: pool.is_elastic)
    standing = keys.take(~is_elastic)
    beyond = work.to(standing) - decisions.usable(standing)
    section.constrain_all("committed", beyond, upper=0.0)
    rented = keys.take(is_elastic)
    most = rented.each("pool", lambda pool: _max_order(case, pool))
    limited, most = rented.take(most < inf), most[most < inf]
    share = limited.each("pool", lambda pool: case.offer[pool.offer].availability)

    def slack(place: int) -> Slack:
        pool, label, *_ = limited.key(place)
        return Slack({Limit.of(case.offer[pool.offer], "max_order"): 1.0}, label)

    section.constrain_all("rented", work.to(limited) * (1.0 / share), upper=most, slack=slack)


def _max_order(case: Case, pool: Pool) -> float:
    most = case.offer[pool.offer].max_order
    return inf if most is None else most


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add the units at work in each pool, and compare them with what stands there."""
    at_work: dict[tuple[Pool, str, str], float] = defaultdict(float)
    for use in path.uses:
        at_work[use.pool, use.period, use.slice] += use.units
    committed, rented = [], []
    for (pool, label, slice_), units in at_work.items():
        where = f"{pool} in {label}, {slice_}"
        if not pool.is_elastic:
            stock = path.stock.get((pool, label))
            able = case.max_utilisation(pool.sku) * (stock.able if stock else 0.0)
            committed.append(Line(where, units, "<=", able))
            continue
        offer = case.offer[pool.offer]
        usable = label in case.rentable(offer) and pool.site in case.sites_of[offer.offer]
        limit = float("inf") if offer.max_order is None else offer.max_order
        rented.append(Line(where, units / offer.availability, "<=", limit if usable else 0.0))
    yield judge(
        "capacity of pools",
        "Units at work are at most the units in service × availability × max utilisation.",
        "units",
        committed,
    )
    yield judge(
        "capacity of pools",
        "Units rented are at most the offer's max order, while its quote holds.",
        "units",
        [line for line in rented if line.limit < float("inf")],
    )
