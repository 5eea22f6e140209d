"""Choices: tiers, fees, rebates and clusters as rows with yes/no variables."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import ceil, inf

from tests.oracle.account import spend_with
from tests.oracle.clusters import clusters
from tests.oracle.future import Future
from tests.oracle.orders import Order
from tests.oracle.sums import Rows, constant, one, total

A_LITTLE = 1e-4
"""Money by which spend stays below a level that it is better not to reach."""


def post_choices(rows: Rows, orders: Iterable[Order], futures: Iterable[Future]) -> None:
    """Bind what each order, each vendor's rebate and each cluster comes to."""
    for order in orders:
        if order.has_conditions:
            _placed(rows, order)
        if order.tiers and order.offer.tier_scheme == "all_units":
            _one_price(rows, order)
        elif order.tiers:
            _price_by_price(rows, order)
    for future in futures:
        for vendor in {row.vendor: None for row in future.facts.case.rebates}:
            _rebate(rows, future, vendor)
        _clusters(rows, future)


def _placed(rows: Rows, order: Order) -> None:
    """Let an order be of no units, or of one and the min order at least."""
    placed = one("placed", order)
    rows.at_most(order.units() - order.most * placed, 0.0)
    rows.at_least(order.units() - max(1.0, order.offer.min_order) * placed, 0.0)


def _one_price(rows: Rows, order: Order) -> None:
    """Put all units of an order in the one tier that its size is in."""
    levels = [(0, order.own_price)]
    levels += [(ceil(tier.min_units), tier.upfront_price) for tier in order.tiers]
    ends = [*(first - 1 for first, _ in levels[1:]), order.most]
    held = [
        (number, first, last, price)
        for number, ((first, price), last) in enumerate(zip(levels, ends, strict=True))
        if first <= last
    ]
    rows.equal(total(one("tier", order, number) for number, *_ in held), constant(1.0))
    for number, first, last, _ in held:
        units = total(one("in tier", order, number, site) for site in order.sites)
        rows.at_least(units - first * one("tier", order, number), 0.0)
        rows.at_most(units - last * one("tier", order, number), 0.0)
    for site in order.sites:
        here = [(price, one("in tier", order, number, site)) for number, _, _, price in held]
        rows.equal(order.units_at(site), total(units for _, units in here))
        rows.equal(order.bill_at(site), total(price * units for price, units in here))


def _price_by_price(rows: Rows, order: Order) -> None:
    """Fill the tiers one after the other; which site has which units is left open."""
    starts = [0.0, *(tier.min_units for tier in order.tiers)]
    prices = [order.own_price, *(tier.upfront_price for tier in order.tiers)]
    lengths = [end - start for start, end in pairwise([*starts, inf])]
    filled = [one("in tier", order, number) for number in range(len(starts))]
    for number, (length, units) in enumerate(zip(lengths, filled, strict=True)):
        if length < inf:
            rows.at_most(units, length)
            rows.at_least(units - length * one("filled", order, number), 0.0)
        if number:
            longest = min(length, order.most)
            rows.at_most(units - longest * one("filled", order, number - 1), 0.0)
    rows.equal(order.units(), total(filled))
    bills = [price * units for price, units in zip(prices, filled, strict=True)]
    rows.equal(total(order.bill_at(site) for site in order.sites), total(bills))


def _rebate(rows: Rows, future: Future, vendor: str) -> None:
    """Put all spend with a vendor in the one level that it reaches."""
    given = [row for row in future.facts.case.rebates if row.vendor == vendor]
    levels = sorted([(0.0, 0.0), *((row.min_spend, row.rebate) for row in given)])
    most = sum(_most_spend(order) for order in future.orders if order.offer.vendor == vendor)
    reached, spends = [], []
    for number, (least, rebate) in enumerate(levels):
        end = most
        if number + 1 < len(levels):
            above, rebate_above = levels[number + 1]
            end = min(most, above - (A_LITTLE if rebate_above < rebate else 0.0))
        if least > max(end, 0.0):
            continue
        key = (vendor, future.scenario, number)
        reached.append(one("reached", *key))
        spend = one("spend reached", *key)
        rows.at_least(spend - least * reached[-1], 0.0)
        rows.at_most(spend - max(end, 0.0) * reached[-1], 0.0)
        spends.append((rebate, spend))
    rows.equal(total(reached), constant(1.0))
    rows.equal(total(spend for _, spend in spends), spend_with(future, vendor))
    credit = total(rebate * spend for rebate, spend in spends)
    rows.equal(one("credit", vendor, future.scenario), credit)


def _most_spend(order: Order) -> float:
    dearest = max([order.own_price, *(tier.upfront_price for tier in order.tiers)])
    return order.most * order.price * dearest


def _clusters(rows: Rows, future: Future) -> None:
    for number, cluster in enumerate(clusters(future)):
        is_there = one("clustered", future.scenario, number)
        rows.at_least(cluster.committed - cluster.least * is_there, 0.0)
        for work in cluster.work:
            rows.at_most(work - cluster.most * is_there, 0.0)
