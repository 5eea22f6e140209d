"""Decisions: every variable that more than one family reads, on one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pyomo.core.base.block import BlockData
from pyomo.core.base.var import VarData
from pyomo.environ import Binary, NonNegativeIntegers, NonNegativeReals, Var

from planner.case.pools import Pool
from planner.model.bounds import Bounds
from planner.model.linear import Sum, total
from planner.model.pools import OrderKey, PoolTable, WholeOrder, WorkKey
from planner.model.sizes import Size, SizeKey, is_plain, plain_price, sizes_of

Key = TypeVar("Key")
Group = TypeVar("Group")


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A workload, a committed pool that may serve it, a period and a scenario."""

    workload: str
    pool: Pool
    period: str
    scenario: str

    def __str__(self) -> str:
        """Return the key as it stands in a variable's name."""
        return ", ".join(filter(None, (self.workload, str(self.pool), self.period, self.scenario)))


@dataclass(frozen=True)
class Decisions:
    """The variables, and the sums of them that most families need.

    Attributes
    ----------
    pools : where the variables exist
    bounds : the largest sizes of orders
    choosing : every order that has a choice by its size: tiers, a min order or a fee
    sizes : the sizes that each of them may have
    packs : x_osdn, whole packs of offer o for site s delivered in d, decided at node n
    working : y_wptkω, units of pool p at work for w in slice k of t, averaged over its hours
    chosen : z_odnj, whether the order has size j
    sized : q_odnj, the units of an order of size j; 0 where it has another
    held : d_wptω, units of p held for w against the loss of a site
    """

    pools: PoolTable
    bounds: Bounds
    choosing: tuple[WholeOrder, ...]
    sizes: Mapping[SizeKey, Size]
    packs: Mapping[OrderKey, VarData]
    working: Mapping[WorkKey, VarData]
    chosen: Mapping[SizeKey, VarData]
    sized: Mapping[SizeKey, VarData]
    held: Mapping[HeldKey, VarData]

    @cached_property
    def by_pool(self) -> Mapping[tuple[Pool, str, str, str], tuple[WorkKey, ...]]:
        """Pool, period, slice and scenario -> the workloads that the pool may serve then."""
        return _grouped(
            self.pools.work, lambda key: (key.pool, key.period, key.slice, key.scenario)
        )

    @cached_property
    def by_workload(self) -> Mapping[tuple[str, str, str, str], tuple[WorkKey, ...]]:
        """Workload, period, slice and scenario -> the pools that may serve it then."""
        return _grouped(
            self.pools.work, lambda key: (key.workload, key.period, key.slice, key.scenario)
        )

    @cached_property
    def by_order(self) -> Mapping[WholeOrder, tuple[SizeKey, ...]]:
        """The sizes of every order that has a choice of them."""
        return _grouped(self.sizes, lambda key: key.whole)

    def installed(self, pool: Pool, label: str, scenario: str) -> Sum:
        """Return n_pt: fleet + Σ pack·x of what is in service, in units."""
        return self._units(pool, label, scenario, working_only=False)

    def able(self, pool: Pool, label: str, scenario: str) -> Sum:
        """Return cap'_pt: fleet + Σ availability·pack·x of what is in service, in units."""
        return self._units(pool, label, scenario, working_only=True)

    def ordered(self, whole: WholeOrder) -> Sum:
        """Return Σ_s pack·x: the units of an order, over all its sites."""
        pack_size = self.pools.case.offer[whole.offer].pack_size
        return total((pack_size, self.packs[key]) for key in self.pools.wholes[whole])

    def upfront(self, whole: WholeOrder) -> Sum:
        """Return the upfront price of an order, in the offer's currency at plan start."""
        case = self.pools.case
        offer = case.offer[whole.offer]
        price = Sum()
        if is_plain(case, offer):
            price.add_sum(self.ordered(whole), plain_price(case, offer))
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

    def _units(self, pool: Pool, label: str, scenario: str, *, working_only: bool) -> Sum:
        offer = self.pools.case.offer
        return total(
            (
                (
                    offer[key.offer].pack_size
                    * (offer[key.offer].availability if working_only else 1.0),
                    self.packs[key],
                )
                for key in self.pools.arrivals.get((pool, label), ())
                if scenario in key.node
            ),
            self.pools.fleet.get((pool, label), 0.0),
        )


def _grouped(keys: Iterable[Key], group: Callable[[Key], Group]) -> dict[Group, tuple[Key, ...]]:
    groups: dict[Group, list[Key]] = defaultdict(list)
    for key in keys:
        groups[group(key)].append(key)
    return {name: tuple(members) for name, members in groups.items()}


def decide(block: BlockData, pools: PoolTable, bounds: Bounds) -> Decisions:
    """Add the variables to a block.

    Parameters
    ----------
    block : of the decisions
    pools : where the variables exist
    bounds : the largest sizes of orders
    """
    case = pools.case
    choosing = [one for one in pools.wholes if not is_plain(case, case.offer[one.offer])]
    sizes = {
        SizeKey(whole, size.lowest): size
        for whole in choosing
        for size in sizes_of(case, case.offer[whole.offer], bounds.most_units(whole))
    }
    covered = [one.workload for one in case.workloads if one.site_loss_coverage]
    held = {
        HeldKey(key.workload, key.pool, key.period, key.scenario): None
        for key in pools.work
        if key.workload in covered and not key.pool.is_elastic
    }
    block.packs = Var(list(pools.orders), domain=NonNegativeIntegers)
    block.working = Var(list(pools.work), domain=NonNegativeReals)
    block.chosen = Var(list(sizes), domain=Binary)
    block.sized = Var(list(sizes), domain=NonNegativeReals)
    block.held = Var(list(held), domain=NonNegativeReals)
    return Decisions(
        pools,
        bounds,
        tuple(choosing),
        sizes,
        packs=block.packs,
        working=block.working,
        chosen=block.chosen,
        sized=block.sized,
        held=block.held,
    )
