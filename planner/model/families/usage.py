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

from planner.case.case import Case
from planner.case.hardware import Hardware
from planner.case.pools import Pool
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers, accounts
from planner.model.section import Section
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Post what units at work cost, draw and offer."""
    del section  # it has no rows of its own
    sku, offer = case.sku, case.offer
    work = decisions.working
    hours = work.index.each(("period", "slice"), case.horizon.hours_of)
    rented = work.index.each(
        "pool", lambda pool: 1.0 / offer[pool.offer].availability if pool.is_elastic else 1.0
    )
    price = work.index.each(
        ("pool", "period"),
        lambda pool, label: case.hourly_price(offer[pool.offer], label) if pool.offer else 0.0,
    )
    paid = (work * (price * hours * rented)).take(price > 0.0)
    ledgers.money.post_all(paid.on(accounts(paid.index, case.tree, Part.COMPUTE, Budget.OPEX)))
    share = work.index.each("slice", lambda name: case.horizon.by_slice[name].share)
    is_elastic = work.index.where("pool", lambda pool: pool.is_elastic)
    for ledger, each in (
        (ledgers.cores, work.index.each("pool", lambda pool: sku[pool.sku].cores)),
        (ledgers.tflops, work.index.each("pool", lambda pool: sku[pool.sku].tflops)),
    ):
        ledger.post_all((work * (share * each)).take(is_elastic))
    pue = work.index.each("pool", lambda pool: case.site[pool.site].pue or 0.0)
    busy = work.index.each("pool", lambda pool: _busy_power(sku[pool.sku], pool))
    ledgers.energy.post_all((work * (pue * hours * busy * rented)).take(pue > 0.0))


def _busy_power(sku: Hardware, pool: Pool) -> float:
    """Return the kW that a unit at work draws beyond what it draws in any case."""
    return sku.power if pool.is_elastic else sku.power - sku.idle_power


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
