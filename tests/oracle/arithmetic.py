"""Arithmetic: what follows from whole packs, without yes/no variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.oracle.account import spend_with
from tests.oracle.future import Future
from tests.oracle.orders import Order
from tests.oracle.sums import Variable

TOLERANCE = 1e-9

Packs = dict[Variable, float]
"""Whole packs of every order that is placed."""


def follow(packs: Packs, orders: Iterable[Order], futures: Iterable[Future]) -> Packs:
    """Return the packs, and with them the bills, fees and rebates that they come to."""
    values = dict(packs)
    for order in orders:
        units = order.units().at(values)
        if units and order.has_conditions:
            values["placed", order] = 1.0
        if units and order.tiers:
            bill = _bill(order, units)
            for site in order.sites:
                values["bill", order, site] = bill * order.units_at(site).at(values) / units
    for future in futures:
        for vendor in {row.vendor: None for row in future.facts.case.rebates}:
            spent = spend_with(future, vendor).at(values)
            values["credit", vendor, future.scenario] = _rebate(future, vendor, spent) * spent
    return values


def _bill(order: Order, units: float) -> float:
    """Return the upfront price of an order, in the offer's currency."""
    reached = [tier for tier in order.tiers if tier.min_units <= units]
    prices = [order.own_price, *(tier.upfront_price for tier in reached)]
    if order.offer.tier_scheme == "all_units":
        return units * prices[-1]
    ends = [*(tier.min_units for tier in reached), units]
    bill, start = 0.0, 0.0
    for price, end in zip(prices, ends, strict=True):
        bill, start = bill + price * (end - start), end
    return bill


def _rebate(future: Future, vendor: str, spent: float) -> float:
    levels = [row for row in future.facts.case.rebates if row.vendor == vendor]
    reached = [row for row in levels if row.min_spend <= spent + TOLERANCE * max(1.0, spent)]
    return max(reached, key=lambda row: row.min_spend).rebate if reached else 0.0


def keeps_min_orders(packs: Packs, orders: Iterable[Order]) -> bool:
    """Return whether each order is of nothing, or of its min order at least."""
    units = [(order.units().at(packs), order.offer.min_order) for order in orders]
    return all(not number or number >= least for number, least in units)


def plans(orders: Sequence[Order], scenarios: Iterable[str], most_packs: int) -> Iterator[Packs]:
    """Yield every plan of so many packs an order and site, within the offers' terms."""
    paths = tuple(scenarios)

    def extended(left: list[list[Order]], plan: Packs) -> Iterator[Packs]:
        if not left:
            yield plan
            return
        for more in _of_one_offer(left[0], paths, most_packs):
            yield from extended(left[1:], plan | more)

    by_offer: dict[str, list[Order]] = {}
    for order in orders:
        by_offer.setdefault(order.offer.offer, []).append(order)
    yield from extended(list(by_offer.values()), {})


def _of_one_offer(orders: list[Order], paths: tuple[str, ...], most_packs: int) -> Iterator[Packs]:
    """Yield the plans of one offer, order by order, dropping what no path can bear."""
    offer = orders[0].offer

    def extended(left: list[Order], plan: Packs, ordered: dict[str, float]) -> Iterator[Packs]:
        if not left:
            yield plan
            return
        order = left[0]
        for more in _of_one_order(order, most_packs):
            units = order.units().at(more)
            so_far = {path: ordered[path] + units * (path in order.node) for path in paths}
            if offer.max_total is None or max(so_far.values()) <= offer.max_total:
                yield from extended(left[1:], plan | more, so_far)

    yield from extended(orders, {}, dict.fromkeys(paths, 0.0))


def _of_one_order(order: Order, most_packs: int) -> Iterator[Packs]:
    """Yield none, or packs for its sites from the min order to the max order."""
    offer = order.offer
    limits = [limit for limit in (offer.max_order, offer.max_total) if limit is not None]

    def extended(left: Sequence[str], plan: Packs, units: float) -> Iterator[Packs]:
        if any(units > limit for limit in limits):
            return
        if not left:
            if not units or units >= offer.min_order:
                yield plan
            return
        yield from extended(left[1:], plan, units)
        for number in range(1, most_packs + 1):
            more = plan | {("packs", order, left[0]): float(number)}
            yield from extended(left[1:], more, units + number * offer.pack_size)

    yield from extended(order.sites, {}, 0.0)
