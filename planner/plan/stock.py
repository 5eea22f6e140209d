"""Stock: the committed units of every pool in every period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.case.case import Case
from planner.case.pools import Pool
from planner.plan.facts import Order


@dataclass(frozen=True, slots=True)
class Stock:
    """Committed units of one pool in one period.

    Attributes
    ----------
    fleet : units that were there or on order before the plan
    ordered : units that the plan orders
    able : fleet + Σ availability × ordered: what does work
    arriving, retiring : units new in this period, and gone since the one before
    """

    fleet: float = 0.0
    ordered: float = 0.0
    able: float = 0.0
    arriving: float = 0.0
    retiring: float = 0.0

    @property
    def installed(self) -> float:
        """n_pt: all units that stand there."""
        return self.fleet + self.ordered


StockTable = dict[tuple[Pool, str], Stock]


def count_stock(case: Case, orders: Iterable[Order]) -> StockTable:
    """Return the stock of every pool and period that has, gains or loses units.

    Parameters
    ----------
    case : what is given
    orders : the plan's
    """
    fleet: dict[tuple[Pool, str], float] = defaultdict(float)
    ordered: dict[tuple[Pool, str], float] = defaultdict(float)
    able: dict[tuple[Pool, str], float] = defaultdict(float)
    arriving: dict[tuple[Pool, str], float] = defaultdict(float)
    retiring: dict[tuple[Pool, str], float] = defaultdict(float)
    labels = case.horizon.labels

    def serve(pool: Pool, units: float, periods: tuple[str, ...], was_there: bool) -> None:
        if periods and not was_there:
            arriving[pool, periods[0]] += units
        after = case.horizon.position[periods[-1]] + 1 if periods else len(labels)
        if after < len(labels):
            retiring[pool, labels[after]] += units

    for row in case.fleet:
        pool = Pool(row.sku, row.site)
        periods = case.in_service(row)
        serve(pool, row.units, periods, was_there=labels[0] in periods)
        for label in periods:
            fleet[pool, label] += row.units
            able[pool, label] += row.units
    for order in orders:
        offer = case.offer[order.offer]
        pool = case.pool_of(offer, order.site)
        units = order.packs * offer.pack_size
        periods = case.slots[order.offer][order.delivered].in_service
        serve(pool, units, periods, was_there=False)
        for label in periods:
            ordered[pool, label] += units
            able[pool, label] += offer.availability * units
    keys = dict.fromkeys([*fleet, *ordered, *arriving, *retiring])
    return {
        key: Stock(fleet[key], ordered[key], able[key], arriving[key], retiring[key])
        for key in keys
    }
