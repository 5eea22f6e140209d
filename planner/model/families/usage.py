"""Usage: what units at work cost by the hour, and what they draw and offer.

Posted, for every workload w, pool p, period t, slice k and scenario ω:

    money   hourly_ot · H_tk · y_wptkω           compute, opex; ÷ availability if elastic
    energy  PUE_s · H_tk · (power_h − idle_h) · y_wptkω             committed pools
    energy  PUE_s · H_tk · power_h · y_wptkω/ availability_o        elastic pools
    cores   share_k · cores_h · y_wptk, and TFLOPS likewise         elastic pools

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    y_wptkω       units of p at work for w                          units
    hourly_ot     price of a unit-hour at the start of t            base currency
    H_tk          hours of slice k in period t                      hours
    power, idle   of a busy unit, of an idle one                    kW
    availability  share of a rented unit's time that does work      share
    ============  ================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyomo.core.base.block import BlockData

from planner.case.case import Case
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers, PeriodScenario, SiteSlice
from planner.model.pools import WorkKey
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Post what units at work cost, draw and offer."""
    del block  # it has no rows of its own
    for key, working in decisions.working.items():
        pool, sku = key.pool, case.sku[key.pool.sku]
        slice_ = case.horizon.by_slice[key.slice]
        hours = case.horizon.slice_hours(key.period, slice_)
        rented = 1.0 / case.offer[pool.offer].availability if pool.is_elastic else 1.0
        if pool.offer:
            price = case.hourly_price(case.offer[pool.offer], key.period)
            leaf = case.tree.leaf[key.scenario]
            account = Account(Part.COMPUTE, Budget.OPEX, key.period, leaf)
            ledgers.money.post(account, price * hours * rented, working)
        if pool.is_elastic:
            when = PeriodScenario(key.period, key.scenario)
            ledgers.cores.post(when, slice_.share * sku.cores, working)
            ledgers.tflops.post(when, slice_.share * sku.tflops, working)
        pue = case.site[pool.site].pue
        if pue is not None:
            power = sku.power * rented if pool.is_elastic else sku.power - sku.idle_power
            ledgers.energy.post(_meter(key), pue * hours * power, working)


def _meter(key: WorkKey) -> SiteSlice:
    return SiteSlice(key.pool.site, key.period, key.slice, key.scenario)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Price the unit-hours of each offer again, and compare them with the plan's charges."""
    again: dict[tuple[str, str], float] = defaultdict(float)
    for use in path.uses:
        if not use.pool.offer:
            continue
        offer = case.offer[use.pool.offer]
        years = (case.horizon.starts[use.period] - case.horizon.plan_start).days / 365.0
        rate = case.exchange_rate[offer.currency]
        price = (offer.hourly_price or 0.0) * rate * (1.0 + offer.price_change) ** years
        share = next(one.share for one in case.horizon.slices if one.slice == use.slice)
        hours = case.horizon.hours[use.period] * share * use.units
        paid = hours / offer.availability if offer.is_elastic else hours
        again[offer.offer, use.period] += price * paid
    charged: dict[tuple[str, str], float] = defaultdict(float)
    for charge in path.charges:
        if charge.part is Part.COMPUTE:
            charged[charge.offer, charge.period] += charge.amount
    yield judge(
        "usage",
        "An offer's hourly price is paid for every unit-hour used or rented.",
        "base currency",
        (
            Line(f"{offer} in {label}", charged[offer, label], "=", again[offer, label])
            for offer, label in dict.fromkeys([*again, *charged])
        ),
    )
