"""Rebates: what vendors give back at the end of the horizon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.case.case import Case
from planner.plan.facts import Order
from planner.plan.prices import order_sizes

ROUNDING = 1e-9
"""Share of a level by which spend may miss it through the rounding of a sum."""


@dataclass(frozen=True, slots=True)
class Earned:
    """What one vendor gives back.

    Attributes
    ----------
    vendor : who
    spend : upfront prices over the horizon, in base currency, not discounted
    level : the Min spend that is reached; None where none is
    rate : the rebate of that level, as a share of the spend
    """

    vendor: str
    spend: float
    level: float | None
    rate: float

    @property
    def amount(self) -> float:
        """What comes back, in base currency, not discounted."""
        return self.rate * self.spend


def count_rebates(case: Case, orders: Iterable[Order]) -> tuple[Earned, ...]:
    """Return what every vendor with rebates gives back.

    Parameters
    ----------
    case : what is given
    orders : of the plan on one path
    """
    spend: dict[str, float] = defaultdict(float)
    for (name, delivered, _), units in order_sizes(case, orders).items():
        offer = case.offer[name]
        price = case.unit_price(offer, units) * case.base_price(name, delivered)
        spend[offer.vendor] += units * price
    earned = []
    for vendor in dict.fromkeys(row.vendor for row in case.rebates):
        reached = [
            row
            for row in case.rebates
            if row.vendor == vendor and spend[vendor] >= row.min_spend * (1.0 - ROUNDING)
        ]
        best = max(reached, key=lambda row: row.min_spend, default=None)
        level, rate = (best.min_spend, best.rebate) if best else (None, 0.0)
        earned.append(Earned(vendor, spend[vendor], level, rate))
    return tuple(earned)
