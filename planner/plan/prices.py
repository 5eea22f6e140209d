"""Prices: what an order's size makes a unit of it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from planner.case.case import Case
from planner.plan.facts import Order

WholeOrder = tuple[str, str, str]
"""Offer, label of the delivery period, name of the node: an order over all its sites."""


def order_sizes(case: Case, orders: Iterable[Order]) -> dict[WholeOrder, int]:
    """Return the units of every order over all its sites, in the order of the first of each.

    Parameters
    ----------
    case : what is given
    orders : of the plan, a line a site
    """
    sizes: dict[WholeOrder, int] = defaultdict(int)
    for order in orders:
        whole = (order.offer, order.delivered, order.node)
        sizes[whole] += order.packs * case.offer[order.offer].pack_size
    return dict(sizes)
