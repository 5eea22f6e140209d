"""Decisions: every variable that more than one family reads, on one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyomo.environ import Binary, NonNegativeIntegers, NonNegativeReals

from planner.model.bounds import Bounds
from planner.model.index import Codes, Floats, Index, all_of
from planner.model.linear import Sum, total
from planner.model.pools import OrderKey, PoolTable, WholeOrder
from planner.model.section import Section
from planner.model.sizes import Size, SizeKey, is_plain, plain_price, sizes_of
from planner.model.sums import Sums, constants, unit


@dataclass(frozen=True)
class OrderColumns:
    """What each of n columns orders; −1 where it orders nothing.

    Attributes
    ----------
    offer : its number among the case's
    period : of delivery, by its place in time
    """

    offer: Codes
    period: Codes


@dataclass(frozen=True)
class Decisions:
    """The variables, and the sums of them that most families need.

    Orders are few, and have a column each by its key; work has so many that it is held as
    sums of one term each, over the keys of the pool table.

    Attributes
    ----------
    pools : where the variables exist
    bounds : the largest sizes of orders
    plain : price of a unit, by offer, where it is the same whatever the order's size
    choosing : every order that has a choice by its size: tiers, a min order or a fee
    sizes : the sizes that each of them may have
    packs : x_osdn, whole packs of offer o for site s delivered in d, decided at node n
    chosen : z_odnj, whether the order has size j
    sized : q_odnj, the units of an order of size j; 0 where it has another
    working : y_wptkω, units of pool p at work for w in slice k of t, averaged over its hours
    held : d_wptω, units of p held for w against the loss of a site
    """

    pools: PoolTable
    bounds: Bounds
    plain: Mapping[str, float]
    choosing: tuple[WholeOrder, ...]
    sizes: Mapping[SizeKey, Size]
    packs: Mapping[OrderKey, int]
    chosen: Mapping[SizeKey, int]
    sized: Mapping[SizeKey, int]
    working: Sums
    held: Sums

    @cached_property
    def by_order(self) -> Mapping[WholeOrder, tuple[SizeKey, ...]]:
        """The sizes of every order that has a choice of them."""
        held: dict[WholeOrder, list[SizeKey]] = defaultdict(list)
        for key in self.sizes:
            held[key.whole].append(key)
        return {whole: tuple(keys) for whole, keys in held.items()}

    @cached_property
    def installed(self) -> Sums:
        """n_ptω: fleet + Σ pack·x of what is in service, in units, by pool, period, scenario."""
        return self._units(self._each_order(self._pack))

    @cached_property
    def able(self) -> Sums:
        """cap'_ptω: fleet + Σ availability·pack·x of what is in service, likewise."""
        offer = self.pools.case.offer
        return self._units(
            self._each_order(lambda key: self._pack(key) * offer[key.offer].availability)
        )

    def usable(self, index: Index) -> Sums:
        """Return max utilisation × cap'_ptω: what may be planned for, by keys with those axes."""
        case = self.pools.case
        return self.able.at(index) * index.each("pool", lambda pool: case.max_utilisation(pool.sku))

    @cached_property
    def bought(self) -> Sums:
        """x_osdn, by order: its packs for one site."""
        columns = np.array([self.packs[key] for key in self.pools.orders], dtype=np.int64)
        return unit(all_of("order", self.pools.orders), columns)

    def orders(self, columns: int) -> OrderColumns:
        """Return what the columns of the model order.

        Parameters
        ----------
        columns : how many the model has
        """
        case = self.pools.case
        place = {one.offer: number for number, one in enumerate(case.offers)}
        offer, period = np.full((2, columns), -1, dtype=np.int64)
        wholes = {column: key.whole for key, column in self.packs.items()}
        wholes |= {column: key.whole for key, column in self.chosen.items()}
        for column, whole in wholes.items():
            offer[column] = place[whole.offer]
            period[column] = case.horizon.position[whole.delivered]
        return OrderColumns(offer, period)

    def ordered(self, whole: WholeOrder) -> Sum:
        """Return Σ_s pack·x: the units of an order, over all its sites."""
        pack_size = self.pools.case.offer[whole.offer].pack_size
        return total((pack_size, self.packs[key]) for key in self.pools.wholes[whole])

    def upfront(self, whole: WholeOrder) -> Sum:
        """Return the upfront price of an order, in the offer's currency at plan start."""
        case = self.pools.case
        offer = case.offer[whole.offer]
        price = Sum()
        if offer.offer in self.plain:
            price.add_sum(self.ordered(whole), self.plain[offer.offer])
        for key in self.by_order.get(whole, ()):
            bracket = self.sizes[key].bracket
            price.add(bracket.fixed, self.chosen[key])
            price.add(bracket.price, self.sized[key])
        return price

    def spend(self, whole: WholeOrder) -> Sum:
        """Return the upfront price of an order in base currency, by the day it is placed."""
        price = Sum()
        case = self.pools.case
        price.add_sum(self.upfront(whole), case.base_price(whole.offer, whole.delivered))
        return price

    def _pack(self, key: OrderKey) -> float:
        return float(self.pools.case.offer[key.offer].pack_size)

    def _each_order(self, figure: Callable[[OrderKey], float]) -> Floats:
        """Return a figure for each order that may be placed."""
        return np.array([figure(key) for key in self.pools.orders], dtype=float)

    def _units(self, units: Floats) -> Sums:
        """Return the fleet and, of each order in service, so many units a pack."""
        pools = self.pools
        keys = pools.at_scenarios(pools.committed)
        bought = self.bought * units
        fleet = keys.each(("pool", "period"), lambda *where: pools.fleet.get(where, 0.0))
        return bought.at(pools.serving).to(keys) + constants(keys, fleet)


def decide(section: Section, pools: PoolTable, bounds: Bounds) -> Decisions:
    """Add the variables to a section of the model.

    Parameters
    ----------
    section : of the decisions
    pools : where the variables exist
    bounds : the largest sizes of orders
    """
    case = pools.case
    plain = {one.offer: plain_price(case, one) for one in case.offers if is_plain(case, one)}
    choosing = [one for one in pools.wholes if one.offer not in plain]
    sizes = {
        SizeKey(whole, size.lowest): size
        for whole in choosing
        for size in sizes_of(case, case.offer[whole.offer], bounds.most_units(whole))
    }
    return Decisions(
        pools,
        bounds,
        plain,
        tuple(choosing),
        sizes,
        packs=section.variables("packs", pools.orders, NonNegativeIntegers),
        chosen=section.variables("chosen", list(sizes), Binary),
        sized=section.variables("sized", list(sizes), NonNegativeReals),
        working=section.variables_of("working", pools.work, NonNegativeReals),
        held=section.variables_of("held", _held(pools), NonNegativeReals),
    )


def _held(pools: PoolTable) -> Index:
    """Return the workloads with coverage and the committed pools that may be held for them."""
    workload = pools.case.workload
    is_held = pools.work.where(
        ("workload", "pool"),
        lambda name, pool: bool(workload[name].site_loss_coverage) and not pool.is_elastic,
    )
    held = pools.work.take(is_held)
    return held.distinct("workload", "pool", "period", "scenario")
