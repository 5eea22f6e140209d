"""Pools in time: what stands in each, and what may work for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.pools import Pool
from planner.case.tree import Node
from planner.model.index import Floats, Index, Named, all_of, coded, index_of


@dataclass(frozen=True, slots=True)
class WholeOrder(Named):
    """An offer delivered in a period to all its sites, decided at a node of the tree."""

    offer: str
    delivered: str
    node: Node

    @property
    def parts(self) -> tuple[str, ...]:
        """The offer, the delivery period and, unless it is the root, the node."""
        return tuple(filter(None, (self.offer, self.delivered, self.node.name)))


@dataclass(frozen=True, slots=True)
class OrderKey(Named):
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

    @property
    def parts(self) -> tuple[str, ...]:
        """Those of the whole order, and the site."""
        return (*self.whole.parts, self.site)


@dataclass(frozen=True)
class PoolTable:
    """The sparse index sets that several families need, in canonical order.

    Attributes
    ----------
    case : what is given
    wholes : every order that may be placed over all its sites, with a key for each of them
    fleet : pool and period -> units that were there or on order before the plan
    committed : pool and period, wherever units are or may be in service
    service : order (a place in `orders`), pool and period of what is in service then
    work : every workload with a pool that may serve it, in each period, slice and scenario
    """

    case: Case
    wholes: Mapping[WholeOrder, tuple[OrderKey, ...]]
    fleet: Mapping[tuple[Pool, str], float]
    committed: Index
    service: Index
    work: Index

    @property
    def orders(self) -> tuple[OrderKey, ...]:
        """Every order that may be placed, a key for each of its sites."""
        return self.service.labels["order"]

    @cached_property
    def arrivals(self) -> Mapping[tuple[Pool, str], tuple[OrderKey, ...]]:
        """Pool and period -> the orders whose units are in service then."""
        held: dict[tuple[Pool, str], list[OrderKey]] = defaultdict(list)
        for order, pool, label in self.service:
            held[pool, label].append(order)
        return {key: tuple(orders) for key, orders in held.items()}

    @cached_property
    def serving(self) -> Index:
        """Order, pool, period and scenario of what is in service then if it happens."""
        tree = self.case.tree
        reached = [
            (order, scenario)
            for order, key in enumerate(self.orders)
            for scenario, name in enumerate(tree.names)
            if name in key.node
        ]
        return self.service.join(coded({"order": self.orders, "scenario": tree.names}, reached))

    def nodes(self, pool: Pool, label: str) -> tuple[Node, ...]:
        """Return the nodes between which the units of a committed pool may differ then."""
        return tuple(node for node, _ in self.case.tree.paths(self._deciding[pool, label]))

    @cached_property
    def _deciding(self) -> Mapping[tuple[Pool, str], list[Node]]:
        """Pool and period -> the nodes at which what is in service then was ordered."""
        nodes = tuple(dict.fromkeys(key.node for key in self.orders))
        place = self.service.each("order", lambda key: nodes.index(key.node))
        keys = self.service.along("node", nodes, place.astype(int))
        keys = keys.distinct("pool", "period", "node")
        deciding: dict[tuple[Pool, str], list[Node]] = defaultdict(list)
        for pool, label, node in keys:
            deciding[pool, label].append(node)
        return deciding

    def throughput(self, index: Index) -> Floats:
        """Return thr_wp of each key with a workload and a pool that may serve it."""
        case = self.case
        return index.each(
            ("workload", "pool"), lambda name, pool: case.throughput(case.workload[name], pool.sku)
        )

    def at_scenarios(self, index: Index) -> Index:
        """Return the keys of an index with each of the scenarios."""
        return index.join(all_of("scenario", self.case.tree.names))

    def at_slices(self, index: Index) -> Index:
        """Return the keys of an index with each of the slices."""
        return index.join(all_of("slice", _slices(self.case)))


def tabulate_pools(case: Case) -> PoolTable:
    """Return the pools of a case in time."""
    wholes = {whole: tuple(_at_sites(case, whole)) for whole in _wholes(case)}
    pools, labels = _pools(case), case.horizon.labels
    orders = tuple(key for keys in wholes.values() for key in keys)
    service = _service(case, orders, pools)
    fleet: dict[tuple[Pool, str], float] = defaultdict(float)
    for row in case.fleet:
        for label in case.in_service(row):
            fleet[Pool(row.sku, row.site), label] += row.units
    axes = {"pool": pools, "period": labels}
    standing = index_of(axes, list(fleet))
    committed = _both(service.on("pool", "period"), standing).distinct("pool", "period")
    elastic = (offer for offer in case.offers if offer.is_elastic)
    rentable = index_of(axes, list(dict.fromkeys(_rentable(case, elastic))))
    rentable = rentable.distinct("pool", "period")
    return PoolTable(
        case=case,
        wholes=wholes,
        fleet=fleet,
        committed=committed,
        service=service,
        work=_work(case, pools, _both(committed, rentable)),
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


def _pools(case: Case) -> tuple[Pool, ...]:
    """Return the pools in order of name."""
    return tuple(sorted(case.pools, key=lambda pool: (pool.sku, pool.site, pool.offer)))


def _service(case: Case, orders: tuple[OrderKey, ...], pools: tuple[Pool, ...]) -> Index:
    """Return order, pool and period of what is in service."""
    place_of = {pool: place for place, pool in enumerate(pools)}
    joined = [place_of[case.pool_of(case.offer[key.offer], key.site)] for key in orders]
    served = [case.slots[key.offer][key.delivered].in_service for key in orders]
    counts = np.array(list(map(len, served)), dtype=np.int64)
    position = map(case.horizon.position.__getitem__, chain.from_iterable(served))
    return Index(
        {"order": orders, "pool": pools, "period": case.horizon.labels},
        {
            "order": np.repeat(np.arange(len(orders)), counts),
            "pool": np.repeat(np.array(joined, dtype=np.int64), counts),
            "period": np.array(list(position), dtype=np.int64),
        },
    )


def _work(case: Case, pools: tuple[Pool, ...], filled: Index) -> Index:
    """Return what may be at work, in order of workloads."""
    names = tuple(one.workload for one in case.workloads)
    serving = [
        (workload, pool)
        for workload, row in enumerate(case.workloads)
        for pool, held in enumerate(pools)
        if case.may_serve(row, held)
    ]
    pairs = coded({"workload": names, "pool": pools}, serving)
    return (
        pairs.join(filled)
        .join(all_of("slice", _slices(case)))
        .join(all_of("scenario", case.tree.names))
    )


def _slices(case: Case) -> tuple[str, ...]:
    return tuple(one.slice for one in case.horizon.slices)


def _both(one: Index, other: Index) -> Index:
    """Return the keys of both, on the same axes."""
    codes = {axis: np.concatenate((one[axis], other[axis])) for axis in one.labels}
    return Index(one.labels, codes)


def _rentable(case: Case, offers: Iterator[Offer]) -> Iterator[tuple[Pool, str]]:
    for offer in offers:
        for site in case.sites_of[offer.offer]:
            for label in case.rentable(offer):
                yield case.pool_of(offer, site), label
