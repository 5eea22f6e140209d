"""Prices: what an order's size makes a unit of it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from planner.case.case import Case
from planner.plan.facts import Order, WholeOrder


def order_sizes(case: Case, orders: Iterable[Order]) -> dict[WholeOrder, int]:
    """Return the units of every order over all its sites, in the order of the first of each.

    Parameters
    ----------
    case : what is given
    orders : of the plan, a line a site
    """
    sizes: dict[WholeOrder, int] = defaultdict(int)
    for order in orders:
        sizes[order.whole] += order.packs * case.offer[order.offer].pack_size
    return dict(sizes)


def units_delivered(case: Case, orders: Iterable[Order]) -> dict[tuple[str, str], int]:
    """Return the units of each offer and delivery period, at whatever node they are decided.

    Parameters
    ----------
    case : what is given
    orders : of the plan on one path
    """
    units: dict[tuple[str, str], int] = defaultdict(int)
    for (offer, delivered, _), size in order_sizes(case, orders).items():
        units[offer, delivered] += size
    return dict(units)
