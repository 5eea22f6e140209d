"""Rules: the side constraints of the sheet Rules, on what its filters let through.

For every rule r and each of its windows W, on every path through the scenario tree:

    min_r ≤ metric(r, W) ≤ max_r
    metric(r, W) ≤ max_share_r · metric(r without filters, W)

Per period, W is each period from From to Until; per horizon all of them at once.
installed_units, installed_power and energy always hold of each period.

    spend            Σ_odn upfront_odn · rate · index          ordered in W
    units            Σ_osdn pack_o · x_osdn                    ordered in W
    power            Σ_osdn power_h · pack_o · x_osdn          ordered in W; cores, TFLOPS likewise
    installed_units  Σ_p n_pt                                  in t
    installed_power  Σ_p power_h · n_pt                        in t
    energy           Σ_pk PUE · H_tk · (idle · n_pt + (power − idle) · Σ_w y), of elastic
                     pools PUE · H_tk · power · Σ_w y / availability, at metered sites, in t

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    x_osdn        packs of o for s delivered in d, decided at n     packs
    upfront_odn   upfront prices of the order's units               offer's currency
    n_pt          committed units of pool p in service              units
    y             units of p at work for w in slice k               units
    W             periods; an order counts in the one that holds
                  the day on which it is placed
    ============  ================================================  ==================

The fleet came by no offer: a filter on vendor, offer or acquisition leaves it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from pyomo.core.base.block import BlockData
from pyomo.core.base.var import VarData
from pyomo.environ import NonNegativeReals, Var

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric, SideRule, Window, per_unit
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Limited, Sum, added, at_least, at_most, constrain
from planner.model.pools import OrderKey, WholeOrder
from planner.model.sizes import SizeKey, is_plain, plain_price
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path

Sums = Mapping[Node, Sum]
"""A metric in parts: what is decided at each node."""

AtSite = Mapping[tuple[SizeKey, str], VarData]
"""Units of a sized order that are for one site."""


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Limit what each rule measures, in each of its windows."""
    del ledgers  # it posts nothing
    at_site = _units_at_sites(block, case, decisions)
    least: dict[tuple[str, ...], Limited] = {}
    most: dict[tuple[str, ...], Limited] = {}
    share: dict[tuple[str, ...], Limited] = {}
    for (name, rule), window in _windows(case):
        measured = _measure(case, decisions, at_site, rule, window)
        everything: Sums = {}
        if rule.max_share is not None:
            everything = _measure(case, decisions, at_site, rule.without_filters(), window)
        for scenarios, nodes in case.tree.paths([*measured, *everything]):
            index = case.tree.within(scenarios, name, _window_name(window))
            value = added(measured[node] for node in nodes if node in measured)
            if rule.least is not None:
                least[index] = at_least(value, rule.least)
            if rule.most is not None:
                most[index] = at_most(value, rule.most)
            if rule.max_share is not None:
                beyond = added([value])
                for node in nodes:
                    if node in everything:
                        beyond.add_sum(everything[node], -rule.max_share)
                share[index] = at_most(beyond, 0.0)
    constrain(block, "least", least, "rule '{0}' misses its Min in {1} by {amount} (Rules).")
    constrain(block, "most", most, "rule '{0}' needs {amount} more than its Max in {1} (Rules).")
    constrain(
        block, "share", share, "rule '{0}' needs {amount} more than its Max share in {1} (Rules)."
    )


def _windows(case: Case) -> Iterator[tuple[tuple[str, SideRule], tuple[str, ...]]]:
    """Yield every rule under a name of its own, with the periods of each of its windows."""
    names: dict[str, int] = defaultdict(int)
    labels, position = case.horizon.labels, case.horizon.position
    for rule in case.rules:
        names[rule.rule] += 1
        number = names[rule.rule]
        name = rule.rule if number == 1 else f"{rule.rule} ({number})"
        first = position[rule.from_period] if rule.from_period else 0
        last = position[rule.until_period] if rule.until_period else len(labels) - 1
        window = labels[first : last + 1]
        if rule.per is Window.HORIZON and rule.is_of_orders:
            yield (name, rule), window
        else:
            yield from (((name, rule), (label,)) for label in window)


def _window_name(window: tuple[str, ...]) -> str:
    return window[0] if len(window) == 1 else f"{window[0]} to {window[-1]}"


def _measure(
    case: Case, decisions: Decisions, at_site: AtSite, rule: SideRule, window: tuple[str, ...]
) -> Sums:
    if rule.metric is Metric.SPEND:
        return _spend(case, decisions, at_site, rule, window)
    if rule.is_of_orders:
        return _ordered(case, decisions, rule, window)
    (label,) = window
    if rule.metric is Metric.ENERGY:
        return _energy(case, decisions, rule, label)
    return _installed(case, decisions, rule, label)


def _lets(case: Case, rule: SideRule, offer: str) -> bool:
    row = case.offer[offer]
    return rule.lets_offer(row, case.sku[row.sku].category)


def _in_window(
    case: Case, decisions: Decisions, rule: SideRule, window: tuple[str, ...]
) -> Iterator[WholeOrder]:
    for whole in decisions.pools.wholes:
        slot = case.slots[whole.offer][whole.delivered]
        if slot.ordered_in in window and _lets(case, rule, whole.offer):
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


def _units_at_sites(block: BlockData, case: Case, decisions: Decisions) -> AtSite:
    """Split sized orders by site, where a rule asks what one site's part of them costs."""
    asking = [rule for rule in case.rules if rule.metric is Metric.SPEND and rule.site]
    split = [
        whole
        for whole in decisions.choosing
        if any(_lets(case, rule, whole.offer) for rule in asking)
    ]
    keys = {
        (one, key.site): None
        for whole in split
        for one, key in product(decisions.by_order.get(whole, ()), decisions.pools.wholes[whole])
    }
    block.at_site = Var(list(keys), domain=NonNegativeReals)
    by_size: dict[str, Limited] = {}
    by_site: dict[str, Limited] = {}
    for whole in split:
        sizes, sites = decisions.by_order.get(whole, ()), decisions.pools.wholes[whole]
        pack_size = case.offer[whole.offer].pack_size
        for one in sizes:
            row = Sum([-1.0], [decisions.sized[one]])
            for key in sites:
                row.add(1.0, block.at_site[one, key.site])
            by_size[str(one)] = Limited(row, 0.0, 0.0)
        for key in sites:
            row = Sum([-float(pack_size)], [decisions.packs[key]])
            for one in sizes:
                row.add(1.0, block.at_site[one, key.site])
            by_site[str(key)] = Limited(row, 0.0, 0.0)
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


def _lets_pool(case: Case, rule: SideRule, pool: Pool) -> bool:
    return rule.lets_site(pool.site) and rule.lets_sku(pool.sku, case.sku[pool.sku].category)


def _installed(case: Case, decisions: Decisions, rule: SideRule, label: str) -> Sums:
    sums: dict[Node, Sum] = {case.tree.root: Sum()}
    for pool, when in decisions.pools.committed:
        if when != label or not _lets_pool(case, rule, pool):
            continue
        each = per_unit(rule.metric, case.sku[pool.sku])
        if not rule.names_offers:
            sums[case.tree.root].constant += each * decisions.pools.fleet.get((pool, label), 0.0)
        for key in decisions.pools.arrivals.get((pool, label), ()):
            if _lets(case, rule, key.offer):
                units = each * case.offer[key.offer].pack_size
                sums.setdefault(key.node, Sum()).add(units, decisions.packs[key])
    return sums


def _energy(case: Case, decisions: Decisions, rule: SideRule, label: str) -> Sums:
    sums = {leaf: Sum() for leaf in case.tree.leaf.values()}
    pools = [pool for pool, when in decisions.pools.committed if when == label]
    pools += [pool for pool, when in decisions.pools.rentable if when == label]
    for pool, scenario in product(pools, case.tree.names):
        pue, sku = case.site[pool.site].pue, case.sku[pool.sku]
        named = pool.offer and _lets(case, rule, pool.offer)
        if pue is None or not _lets_pool(case, rule, pool) or (rule.names_offers and not named):
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


def check(case: Case, path: Path) -> Iterator[Check]:
    """Measure every rule again from orders, units in service and use."""
    least, most, share = [], [], []
    for (name, rule), window in _windows(case):
        where = f"{name} in {_window_name(window)}"
        value = _count(case, path, rule, window)
        if rule.least is not None:
            least.append(Line(where, value, ">=", rule.least))
        if rule.most is not None:
            most.append(Line(where, value, "<=", rule.most))
        if rule.max_share is not None:
            everything = _count(case, path, rule.without_filters(), window)
            share.append(Line(where, value, "<=", rule.max_share * everything))
    yield judge("rules", "What a rule measures is at least its Min.", "its metric's", least)
    yield judge("rules", "What a rule measures is at most its Max.", "its metric's", most)
    yield judge(
        "rules",
        "What a rule measures is at most its Max share of the same without its filters.",
        "its metric's",
        share,
    )


def _count(case: Case, path: Path, rule: SideRule, window: tuple[str, ...]) -> float:
    """Return what a rule measures of a plan."""
    if rule.metric is Metric.ENERGY:
        return _count_energy(case, path, rule, window[0])
    value = 0.0
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for order in path.orders:
        sizes[order.offer, order.delivered] += order.packs * case.offer[order.offer].pack_size
    for order in path.orders:
        offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
        counts = slot.ordered_in if rule.is_of_orders else window[0]
        periods = window if rule.is_of_orders else slot.in_service
        if counts not in periods or not rule.lets_site(order.site):
            continue
        if not _lets(case, rule, order.offer):
            continue
        units = order.packs * offer.pack_size
        if rule.metric is Metric.SPEND:
            price = case.unit_price(offer, sizes[order.offer, order.delivered])
            value += units * price * case.exchange_rate[offer.currency] * slot.price_index
        else:
            value += units * per_unit(rule.metric, case.sku[offer.sku])
    if not rule.is_of_orders and not rule.names_offers:
        for row in case.fleet:
            passes = _lets_pool(case, rule, Pool(row.sku, row.site))
            if passes and window[0] in case.in_service(row):
                value += row.units * per_unit(rule.metric, case.sku[row.sku])
    return value


def _count_energy(case: Case, path: Path, rule: SideRule, label: str) -> float:
    kwh = 0.0
    hours = case.horizon.hours[label]

    def counts(pool: Pool) -> bool:
        named = bool(pool.offer) and _lets(case, rule, pool.offer)
        return _lets_pool(case, rule, pool) and (named or not rule.names_offers)

    for (pool, when), stock in path.stock.items():
        if when == label and counts(pool):
            idle = case.sku[pool.sku].idle_power * stock.installed
            kwh += (case.site[pool.site].pue or 0.0) * hours * idle
    for use in path.uses:
        if use.period == label and counts(use.pool):
            sku = case.sku[use.pool.sku]
            power = sku.power - sku.idle_power
            if use.pool.is_elastic:
                power = sku.power / case.offer[use.pool.offer].availability
            share = case.horizon.by_slice[use.slice].share
            kwh += (case.site[use.pool.site].pue or 0.0) * hours * share * power * use.units
    return kwh
