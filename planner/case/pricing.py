"""Pricing: what an order's units cost with the order, by its size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.case.offers import Offer, PriceTier, TierScheme


@dataclass(frozen=True, slots=True)
class Bracket:
    """The order sizes for which one price holds: an order of n units costs fixed + price · n.

    Attributes
    ----------
    from_units : the least size
    price : upfront price per unit, in the offer's currency
    fixed : of an incremental tier: what the units below it cost more than at its price
    """

    from_units: float
    price: float
    fixed: float = 0.0

    def upfront(self, units: float) -> float:
        """Return what an order of so many units costs, in the offer's currency."""
        return self.fixed + self.price * units


def brackets(offer: Offer, tiers: Iterable[PriceTier]) -> tuple[Bracket, ...]:
    """Return an offer's prices by order size: its own below the first tier, then each tier's.

    Parameters
    ----------
    offer : whose prices
    tiers : of this offer
    """
    made = [Bracket(0.0, offer.upfront_price or 0.0)]
    for tier in sorted(tiers, key=lambda one: one.min_units):
        fixed = 0.0
        if offer.tier_scheme is TierScheme.INCREMENTAL:
            fixed = made[-1].upfront(tier.min_units) - tier.upfront_price * tier.min_units
        if tier.min_units == 0.0:
            made.clear()
        made.append(Bracket(tier.min_units, tier.upfront_price, fixed))
    return tuple(made)


def bracket_of(prices: Iterable[Bracket], units: float) -> Bracket:
    """Return the bracket that an order's size lies in."""
    return [one for one in prices if one.from_units <= units][-1]
