"""Pools in time: what stands in each, and what may work for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.pools import Pool
from planner.case.tree import Node


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An offer delivered in a period to all its sites, decided at a node of the tree."""

    offer: str
    delivered: str
    node: Node

    def __str__(self) -> str:
        """Return the order as it stands in a variable's name."""
        return ", ".join(filter(None, (self.offer, self.delivered, self.node.name)))


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What of a whole order is for one site."""

    whole: WholeOrder
    site: str

    @property
    def offer(self) -> str:
        """The offer's name."""
        return self.whole.offer

    @property
    def delivered(self) -> str:
        """The label of the delivery period."""
        return self.whole.delivered

    @property
    def node(self) -> Node:
        """The node of the scenario tree at which it is decided."""
        return self.whole.node

    def __str__(self) -> str:
        """Return the key as it stands in a variable's name."""
        return f"{self.whole}, {self.site}"


@dataclass(frozen=True, slots=True)
class WorkKey:
    """A workload, the pool that may serve it, a period, a slice and a scenario."""

    workload: str
    pool: Pool
    period: str
    slice: str
    scenario: str

    def __str__(self) -> str:
        """Return the key as it stands in a variable's name."""
        where = (self.workload, str(self.pool), self.period, self.slice, self.scenario)
        return ", ".join(filter(None, where))


@dataclass(frozen=True)
class PoolTable:
    """The sparse index sets that several families need, in canonical order.

    Attributes
    ----------
    case : what is given
    orders : every order that may be placed, a key for each of its sites
    wholes : the same orders over all their sites, each with its keys
    arrivals : pool and period -> the orders whose units are in service then
    fleet : pool and period -> units that were there or on order before the plan
    committed : pool and period, wherever units are or may be in service
    rentable : elastic pool and period, wherever units may be rented
    work : every workload with a pool that may serve it, in each period, slice and scenario
    """

    case: Case
    orders: tuple[OrderKey, ...]
    wholes: Mapping[WholeOrder, tuple[OrderKey, ...]]
    arrivals: Mapping[tuple[Pool, str], tuple[OrderKey, ...]]
    fleet: Mapping[tuple[Pool, str], float]
    committed: tuple[tuple[Pool, str], ...]
    rentable: tuple[tuple[Pool, str], ...]
    work: tuple[WorkKey, ...]

    def nodes(self, pool: Pool, label: str) -> tuple[Node, ...]:
        """Return the nodes between which the units of a committed pool may differ then."""
        decided = [key.node for key in self.arrivals.get((pool, label), ())]
        return tuple(node for node, _ in self.case.tree.paths(decided))


def tabulate_pools(case: Case) -> PoolTable:
    """Return the pools of a case in time."""
    wholes = {whole: tuple(_at_sites(case, whole)) for whole in _wholes(case)}
    orders = tuple(key for keys in wholes.values() for key in keys)
    arrivals: dict[tuple[Pool, str], list[OrderKey]] = defaultdict(list)
    for key in orders:
        pool = case.pool_of(case.offer[key.offer], key.site)
        for label in case.slots[key.offer][key.delivered].in_service:
            arrivals[pool, label].append(key)
    fleet: dict[tuple[Pool, str], float] = defaultdict(float)
    for row in case.fleet:
        for label in case.in_service(row):
            fleet[Pool(row.sku, row.site), label] += row.units
    elastic = (offer for offer in case.offers if offer.is_elastic)
    committed = _in_order(case, {**arrivals, **fleet})
    rentable = _in_order(case, dict.fromkeys(_rentable(case, elastic)))
    return PoolTable(
        case=case,
        orders=orders,
        wholes=wholes,
        arrivals={key: tuple(held) for key, held in arrivals.items()},
        fleet=fleet,
        committed=committed,
        rentable=rentable,
        work=tuple(_work(case, (*committed, *rentable))),
    )


def _wholes(case: Case) -> Iterator[WholeOrder]:
    for offer in case.offers:
        if not case.sites_of[offer.offer]:
            continue
        for delivered, slot in case.slots[offer.offer].items():
            for node in case.tree.nodes(slot.ordered_in):
                yield WholeOrder(offer.offer, delivered, node)


def _at_sites(case: Case, whole: WholeOrder) -> Iterator[OrderKey]:
    for site in sorted(case.sites_of[whole.offer]):
        yield OrderKey(whole, site)


def _work(case: Case, filled: Iterable[tuple[Pool, str]]) -> Iterator[WorkKey]:
    serving = {
        pool: [one.workload for one in case.workloads if case.may_serve(one, pool)]
        for pool in case.pools
    }
    for pool, label in filled:
        for workload in serving[pool]:
            for slice_ in case.horizon.slices:
                for scenario in case.tree.names:
                    yield WorkKey(workload, pool, label, slice_.slice, scenario)


def _rentable(case: Case, offers: Iterator[Offer]) -> Iterator[tuple[Pool, str]]:
    for offer in offers:
        for site in case.sites_of[offer.offer]:
            for label in case.rentable(offer):
                yield case.pool_of(offer, site), label


def _in_order(case: Case, keys: Mapping[tuple[Pool, str], object]) -> tuple[tuple[Pool, str], ...]:
    """Return pools in order of name, and periods in order of time."""
    position = case.horizon.position

    def place(key: tuple[Pool, str]) -> tuple[str, str, str, int]:
        pool, label = key
        return pool.sku, pool.site, pool.offer, position[label]

    return tuple(sorted(keys, key=place))
