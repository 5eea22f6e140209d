"""Measures: what the rules of the workbook limit, as sums of variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from pyomo.core.base.block import BlockData
from pyomo.core.base.var import VarData
from pyomo.environ import NonNegativeReals, Var

from planner.case.case import Case
from planner.case.rules import Metric, SideRule, per_unit
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.linear import Limited, Sum, constrain
from planner.model.pools import OrderKey, WholeOrder
from planner.model.sizes import SizeKey, is_plain, plain_price

Sums = Mapping[Node, Sum]
"""A metric in parts: what is decided at each node."""

AtSite = Mapping[tuple[SizeKey, str], VarData]
"""Units of a sized order that are for one site."""


def measure(
    case: Case, decisions: Decisions, at_site: AtSite, rule: SideRule, window: tuple[str, ...]
) -> Sums:
    """Return what a rule measures in a window.

    Parameters
    ----------
    case : what is given
    decisions : the variables
    at_site : what `units_at_sites` returned
    rule : of the workbook
    window : labels of its periods; one, if it measures what stands or is drawn
    """
    if rule.metric is Metric.SPEND:
        return _spend(case, decisions, at_site, rule, window)
    if rule.is_of_orders:
        return _ordered(case, decisions, rule, window)
    (label,) = window
    if rule.metric is Metric.ENERGY:
        return _energy(case, decisions, rule, label)
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
) -> Sums:
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
    if is_plain(case, offer):
        price.add(offer.pack_size * plain_price(case, offer), decisions.packs[key])
    for one in decisions.by_order.get(key.whole, ()):
        price.add(decisions.sizes[one].bracket.price, at_site[one, key.site])
    return price


def units_at_sites(block: BlockData, case: Case, decisions: Decisions) -> AtSite:
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
    block.at_site = Var(list(keys), domain=NonNegativeReals)
    by_size: dict[SizeKey, Limited] = {}
    by_site: dict[OrderKey, Limited] = {}
    for whole in split:
        sizes, sites = decisions.by_order.get(whole, ()), decisions.pools.wholes[whole]
        pack_size = case.offer[whole.offer].pack_size
        for one in sizes:
            row = Sum([-1.0], [decisions.sized[one]])
            for key in sites:
                row.add(1.0, block.at_site[one, key.site])
            by_size[one] = Limited(row, 0.0, 0.0)
        for key in sites:
            row = Sum([-float(pack_size)], [decisions.packs[key]])
            for one in sizes:
                row.add(1.0, block.at_site[one, key.site])
            by_site[key] = Limited(row, 0.0, 0.0)
    constrain(block, "by_size", by_size)
    constrain(block, "by_site", by_site)
    return {key: block.at_site[key] for key in keys}


def _ordered(case: Case, decisions: Decisions, rule: SideRule, window: tuple[str, ...]) -> Sums:
    sums: dict[Node, Sum] = defaultdict(Sum)
    for whole in _in_window(case, decisions, rule, window):
        offer = case.offer[whole.offer]
        each = per_unit(rule.metric, case.sku[offer.sku])
        for key in decisions.pools.wholes[whole]:
            if rule.lets_site(key.site):
                sums[whole.node].add(offer.pack_size * each, decisions.packs[key])
    return sums


def _installed(case: Case, decisions: Decisions, rule: SideRule, label: str) -> Sums:
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


def _energy(case: Case, decisions: Decisions, rule: SideRule, label: str) -> Sums:
    sums = {leaf: Sum() for leaf in case.tree.leaf.values()}
    pools = [pool for pool, when in decisions.pools.committed if when == label]
    pools += [pool for pool, when in decisions.pools.rentable if when == label]
    for pool, scenario in product(pools, case.tree.names):
        pue, sku = case.site[pool.site].pue, case.sku[pool.sku]
        named = pool.offer and case.lets_offer(rule, pool.offer)
        if pue is None or not case.lets_pool(rule, pool) or (rule.names_offers and not named):
            continue
        total = sums[case.tree.leaf[scenario]]
        busy = sku.power - sku.idle_power
        if pool.is_elastic:
            busy = sku.power / case.offer[pool.offer].availability
        else:
            installed = decisions.installed(pool, label, scenario)
            total.add_sum(installed, pue * case.horizon.hours[label] * sku.idle_power)
        for slice_ in case.horizon.slices:
            kwh = pue * case.horizon.slice_hours(label, slice_) * busy
            for key in decisions.by_pool.get((pool, label, slice_.slice, scenario), ()):
                total.add(kwh, decisions.working[key])
    return sums
