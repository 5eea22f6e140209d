"""Measures: what the rules of the workbook limit, counted on a plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric, SideRule, Window, per_unit
from planner.plan.energy import power_at_work
from planner.plan.path import Path
from planner.plan.prices import order_sizes


def windows(case: Case) -> Iterator[tuple[tuple[str, SideRule], tuple[str, ...]]]:
    """Yield every rule under a name of its own, with the periods of each of its windows."""
    labels, position = case.horizon.labels, case.horizon.position
    for name, rule in _named(case):
        first = position[rule.from_period] if rule.from_period else 0
        last = position[rule.until_period] if rule.until_period else len(labels) - 1
        window = labels[first : last + 1]
        if rule.per is Window.HORIZON and rule.is_of_orders:
            yield (name, rule), window
        else:
            yield from (((name, rule), (label,)) for label in window)


def _named(case: Case) -> Iterator[tuple[str, SideRule]]:
    """Yield every rule; a name that is taken gets the first number that makes it another."""
    given = {rule.rule for rule in case.rules}
    taken: set[str] = set()
    for rule in case.rules:
        numbered = (f"{rule.rule} ({number})" for number in count(2))
        free = (name for name in numbered if name not in given | taken)
        name = next(free) if rule.rule in taken else rule.rule
        taken.add(name)
        yield name, rule


def window_name(window: tuple[str, ...]) -> str:
    """Return a window as it is shown: its period, or its first and last."""
    return window[0] if len(window) == 1 else f"{window[0]} to {window[-1]}"


def measure_plan(case: Case, path: Path, rule: SideRule, window: tuple[str, ...]) -> float:
    """Return what a rule measures of a plan."""
    if rule.metric is Metric.ENERGY:
        return _count_energy(case, path, rule, window[0])
    value = 0.0
    sizes = order_sizes(case, path.orders)
    for order in path.orders:
        offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
        counts = slot.ordered_in if rule.is_of_orders else window[0]
        periods = window if rule.is_of_orders else slot.in_service
        if counts not in periods or not rule.lets_site(order.site):
            continue
        if not case.lets_offer(rule, order.offer):
            continue
        units = order.packs * offer.pack_size
        if rule.metric is Metric.SPEND:
            price = case.unit_price(offer, sizes[order.whole])
            value += units * price * case.base_price(order.offer, order.delivered)
        else:
            value += units * per_unit(rule.metric, case.sku[offer.sku])
    if not rule.is_of_orders and not rule.names_offers:
        for row in case.fleet:
            passes = case.lets_pool(rule, Pool(row.sku, row.site))
            if passes and window[0] in case.in_service(row):
                value += row.units * per_unit(rule.metric, case.sku[row.sku])
    return value


def _count_energy(case: Case, path: Path, rule: SideRule, label: str) -> float:
    kwh = 0.0
    hours = case.horizon.hours[label]

    def counts(pool: Pool) -> bool:
        named = bool(pool.offer) and case.lets_offer(rule, pool.offer)
        return case.lets_pool(rule, pool) and (named or not rule.names_offers)

    for (pool, when), stock in path.stock.items():
        if when == label and counts(pool):
            idle = case.sku[pool.sku].idle_power * stock.installed
            kwh += (case.site[pool.site].pue or 0.0) * hours * idle
    for use in path.uses:
        if use.period == label and counts(use.pool):
            power = power_at_work(case, use.pool)
            share = case.horizon.by_slice[use.slice].share
            kwh += (case.site[use.pool.site].pue or 0.0) * hours * share * power * use.units
    return kwh
