"""Measures: what the rules of the workbook limit, as sums of variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from pyomo.environ import NonNegativeReals

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric, SideRule, per_unit
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.index import all_of
from planner.model.linear import Limited, Sum
from planner.model.pools import OrderKey, WholeOrder
from planner.model.section import Section
from planner.model.sizes import SizeKey
from planner.model.sums import Sums

Measured = Mapping[Node, Sum]
"""A metric in parts: what is decided at each node."""

AtSite = Mapping[tuple[SizeKey, str], int]
"""Units of a sized order that are for one site."""


def measure(
    decisions: Decisions, kwh: Sums, at_site: AtSite, rule: SideRule, window: tuple[str, ...]
) -> Measured:
    """Return what a rule measures in a window.

    Parameters
    ----------
    decisions : the variables
    kwh : the energy ledger, closed
    at_site : what `units_at_sites` returned
    rule : of the workbook
    window : labels of its periods; one, if it measures what stands or is drawn
    """
    case = decisions.pools.case
    if rule.metric is Metric.SPEND:
        return _spend(case, decisions, at_site, rule, window)
    if rule.is_of_orders:
        return _ordered(case, decisions, rule, window)
    (label,) = window
    if rule.metric is Metric.ENERGY:
        return _energy(decisions, kwh, rule, label)
    return _installed(case, decisions, rule, label)


def _in_window(
    case: Case, decisions: Decisions, rule: SideRule, window: tuple[str, ...]
) -> Iterator[WholeOrder]:
    for whole in decisions.pools.wholes:
        slot = case.slots[whole.offer][whole.delivered]
        if slot.ordered_in in window and case.lets_offer(rule, whole.offer):
            yield whole


def _spend(
    case: Case, decisions: Decisions, at_site: AtSite, rule: SideRule, window: tuple[str, ...]
) -> Measured:
    sums: dict[Node, Sum] = defaultdict(Sum)
    for whole in _in_window(case, decisions, rule, window):
        keys = decisions.pools.wholes[whole]
        passing = [key for key in keys if rule.lets_site(key.site)]
        if len(passing) == len(keys):
            sums[whole.node].add_sum(decisions.spend(whole))
            continue
        base_price = case.base_price(whole.offer, whole.delivered)
        for key in passing:
            price = _price_at_site(case, decisions, at_site, key)
            sums[whole.node].add_sum(price, base_price)
    return sums


def _price_at_site(case: Case, decisions: Decisions, at_site: AtSite, key: OrderKey) -> Sum:
    """Return the upfront price of an order's units for one site, in the offer's currency."""
    offer, price = case.offer[key.offer], Sum()
    if key.offer in decisions.plain:
        price.add(offer.pack_size * decisions.plain[key.offer], decisions.packs[key])
    for one in decisions.by_order.get(key.whole, ()):
        price.add(decisions.sizes[one].bracket.price, at_site[one, key.site])
    return price


def units_at_sites(section: Section, case: Case, decisions: Decisions) -> AtSite:
    """Split sized orders by site, where a rule asks what one site's part of them costs."""
    asking = [rule for rule in case.rules if rule.metric is Metric.SPEND and rule.site]
    split = [
        whole
        for whole in decisions.choosing
        if any(case.lets_offer(rule, whole.offer) for rule in asking)
    ]
    keys = {
        (one, key.site): None
        for whole in split
        for one, key in product(decisions.by_order.get(whole, ()), decisions.pools.wholes[whole])
    }
    at_site = section.variables("at_site", list(keys), NonNegativeReals)
    by_size: dict[SizeKey, Limited] = {}
    by_site: dict[OrderKey, Limited] = {}
    for whole in split:
        sizes, sites = decisions.by_order.get(whole, ()), decisions.pools.wholes[whole]
        pack_size = case.offer[whole.offer].pack_size
        for one in sizes:
            row = Sum([-1.0], [decisions.sized[one]])
            for key in sites:
                row.add(1.0, at_site[one, key.site])
            by_size[one] = Limited(row, 0.0, 0.0)
        for key in sites:
            row = Sum([-float(pack_size)], [decisions.packs[key]])
            for one in sizes:
                row.add(1.0, at_site[one, key.site])
            by_site[key] = Limited(row, 0.0, 0.0)
    section.constrain("by_size", by_size)
    section.constrain("by_site", by_site)
    return at_site


def _ordered(case: Case, decisions: Decisions, rule: SideRule, window: tuple[str, ...]) -> Measured:
    sums: dict[Node, Sum] = defaultdict(Sum)
    for whole in _in_window(case, decisions, rule, window):
        offer = case.offer[whole.offer]
        each = per_unit(rule.metric, case.sku[offer.sku])
        for key in decisions.pools.wholes[whole]:
            if rule.lets_site(key.site):
                sums[whole.node].add(offer.pack_size * each, decisions.packs[key])
    return sums


def _installed(case: Case, decisions: Decisions, rule: SideRule, label: str) -> Measured:
    sums: dict[Node, Sum] = {case.tree.root: Sum()}
    for pool, when in decisions.pools.committed:
        if when != label or not case.lets_pool(rule, pool):
            continue
        each = per_unit(rule.metric, case.sku[pool.sku])
        if not rule.names_offers:
            sums[case.tree.root].constant += each * decisions.pools.fleet.get((pool, label), 0.0)
        for key in decisions.pools.arrivals.get((pool, label), ()):
            if case.lets_offer(rule, key.offer):
                units = each * case.offer[key.offer].pack_size
                sums.setdefault(key.node, Sum()).add(units, decisions.packs[key])
    return sums


def _energy(decisions: Decisions, kwh: Sums, rule: SideRule, label: str) -> Measured:
    case = decisions.pools.case
    passing = kwh.index.where(
        ("pool", "period"),
        lambda pool, when: when == label and _is_measured(case, rule, pool),
    )
    by_scenario = kwh.take(passing).to(all_of("scenario", case.tree.names))
    leaves = case.tree.leaf.values()
    return {leaf: by_scenario[place] for place, leaf in enumerate(leaves)}


def _is_measured(case: Case, rule: SideRule, pool: Pool) -> bool:
    named = pool.offer and case.lets_offer(rule, pool.offer)
    return case.lets_pool(rule, pool) and bool(named or not rule.names_offers)
