"""Sizes: the choices by size that an order has, as far as whole packs reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.pricing import Bracket
from planner.model.index import Named
from planner.model.pools import WholeOrder

ROUNDING = 1e-9
"""Packs by which a size may miss a whole one through rounding."""


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of an order for which one price holds.

    Attributes
    ----------
    lowest, highest : units, in whole packs
    bracket : the price
    """

    lowest: float
    highest: float
    bracket: Bracket


@dataclass(frozen=True, slots=True)
class SizeKey(Named):
    """One of the sizes that an order may have."""

    whole: WholeOrder
    lowest: float

    @property
    def parts(self) -> tuple[str, ...]:
        """Those of the whole order, and the least units."""
        return (*self.whole.parts, f"{self.lowest:.15g}")


def is_plain(case: Case, offer: Offer) -> bool:
    """Return whether each unit of an offer costs the same, whatever the order's size."""
    sizes = list(_sizes(case, offer, inf))
    return (
        len(sizes) == 1
        and sizes[0].lowest == offer.pack_size
        and not sizes[0].bracket.fixed
        and not offer.order_fee
    )


def sizes_of(case: Case, offer: Offer, most: float) -> tuple[Size, ...]:
    """Return the sizes that an order of an offer may have, beside none at all.

    Parameters
    ----------
    case : what is given
    offer : a committed one
    most : units
    """
    return tuple(_sizes(case, offer, most))


def plain_price(case: Case, offer: Offer) -> float:
    """Return the upfront price of a unit of an offer whose orders all cost the same a unit."""
    (size,) = _sizes(case, offer, inf)
    return size.bracket.price


def _sizes(case: Case, offer: Offer, most: float) -> Iterator[Size]:
    brackets = case.prices[offer.offer]
    least = _packs(max(offer.min_order, offer.pack_size), offer)
    starts = [max(least, _packs(one.from_units, offer)) for one in brackets]
    for bracket, (lowest, following) in zip(brackets, pairwise([*starts, inf]), strict=True):
        highest = min(following - offer.pack_size, most)
        if lowest <= highest:
            yield Size(lowest, highest, bracket)


def _packs(units: float, offer: Offer) -> float:
    """Return the units of the fewest whole packs that are at least so many units."""
    return float(ceil(units / offer.pack_size - ROUNDING) * offer.pack_size)
