"""Rules: the workbook's own limits on what is ordered, installed and used."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.hardware import Hardware
from planner.case.offers import Offer
from planner.case.rules import SideRule
from tests.oracle.future import Future
from tests.oracle.orders import Order
from tests.oracle.sums import Rows, Sum, total

OF_WHOM = ("vendor", "offer", "acquisition")
FILTERS = (*OF_WHOM, "category", "sku", "site")


def post_rules(rows: Rows, future: Future) -> None:
    """Hold each rule's metric to its limits, in one comparison or one for each period."""
    for rule in future.facts.case.rules:
        unfiltered = rule.model_copy(update=dict.fromkeys(FILTERS, ()))
        everything = _measured(unfiltered, future)
        for picked, whole in zip(_measured(rule, future), everything, strict=True):
            rows.at_least(picked, rule.least)
            rows.at_most(picked, rule.most)
            if rule.max_share is not None:
                rows.at_most(picked - rule.max_share * whole, 0.0)


def _measured(rule: SideRule, future: Future) -> Iterator[Sum]:
    """Yield what is compared with the limits."""
    window = _window(rule, future)
    if rule.metric in ("installed_units", "installed_power"):
        yield from (_installed(rule, future, here) for here in window)
    elif rule.metric == "energy":
        yield from (_energy(rule, future, here) for here in window)
    elif rule.per == "period":
        yield from (_ordered(rule, future, [here]) for here in window)
    else:
        yield _ordered(rule, future, window)


def _window(rule: SideRule, future: Future) -> list[int]:
    labels = [span.row.period for span in future.facts.spans]
    first = labels.index(rule.from_period) if rule.from_period else 0
    last = labels.index(rule.until_period) if rule.until_period else len(labels) - 1
    return list(range(first, last + 1))


def _ordered(rule: SideRule, future: Future, window: list[int]) -> Sum:
    """Return what is ordered in the periods of a window."""
    return total(
        _worth(rule, order, future.facts.hardware_of(order.offer), site)
        for order in future.orders
        for site in order.sites
        if order.ordered in window
        and _lets_offer(rule, order.offer)
        and _lets_machine(rule, future.facts.hardware_of(order.offer), site)
    )


def _worth(rule: SideRule, order: Order, sku: Hardware, site: str) -> Sum:
    if rule.metric == "spend":
        return order.spend_at(site)
    per_unit = {"units": 1.0, "power": sku.power, "cores": sku.cores, "tflops": sku.tflops}
    return per_unit[rule.metric.value] * order.units_at(site)


def _installed(rule: SideRule, future: Future, here: int) -> Sum:
    return total(
        (pool.sku.power if rule.metric == "installed_power" else 1.0) * units
        for pool, order, units in future.installed(here)
        if _lets_machine(rule, pool.sku, pool.site.site)
        and _lets_offer(rule, None if order is None else order.offer)
    )


def _energy(rule: SideRule, future: Future, here: int) -> Sum:
    return total(
        future.energy(pool, here, level)
        for pool in future.facts.pools
        for level in range(len(future.facts.slices))
        if _lets_machine(rule, pool.sku, pool.site.site) and _lets_offer(rule, pool.offer)
    )


def _lets_machine(rule: SideRule, sku: Hardware, site: str) -> bool:
    return (
        (not rule.category or sku.category in rule.category)
        and (not rule.sku or sku.sku in rule.sku)
        and (not rule.site or site in rule.site)
    )


def _lets_offer(rule: SideRule, offer: Offer | None) -> bool:
    """Return whether a rule counts what came by an offer; None: by none that is known."""
    if offer is None:
        return not (rule.vendor or rule.offer or rule.acquisition)
    return (
        (not rule.vendor or offer.vendor in rule.vendor)
        and (not rule.offer or offer.offer in rule.offer)
        and (not rule.acquisition or offer.acquisition in rule.acquisition)
    )
