"""Pools in time: what stands in each, and what may work for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.pools import Pool

OrderKey = tuple[str, str, str]
"""Offer, site, and label of the delivery period."""


@dataclass(frozen=True, slots=True)
class WorkKey:
    """A workload, the pool that may serve it, a period and a slice."""

    workload: str
    pool: Pool
    period: str
    slice: str

    def __str__(self) -> str:
        """Return the key as it stands in a variable's name."""
        return f"{self.workload}, {self.pool}, {self.period}, {self.slice}"


@dataclass(frozen=True)
class PoolTable:
    """The sparse index sets that several families need, in canonical order.

    Attributes
    ----------
    case : what is given
    orders : every order that may be placed
    arrivals : pool and period -> the orders whose units are in service then
    fleet : pool and period -> units that were there or on order before the plan
    committed : pool and period, wherever units are or may be in service
    rentable : elastic pool and period, wherever units may be rented
    work : every workload with a pool that may serve it, in each period and slice
    """

    case: Case
    orders: tuple[OrderKey, ...]
    arrivals: Mapping[tuple[Pool, str], tuple[OrderKey, ...]]
    fleet: Mapping[tuple[Pool, str], float]
    committed: tuple[tuple[Pool, str], ...]
    rentable: tuple[tuple[Pool, str], ...]
    work: tuple[WorkKey, ...]


def tabulate_pools(case: Case) -> PoolTable:
    """Return the pools of a case in time."""
    orders = tuple(_orders(case))
    arrivals: dict[tuple[Pool, str], list[OrderKey]] = defaultdict(list)
    for key in orders:
        offer, site, delivered = key
        pool = case.pool_of(case.offer[offer], site)
        for label in case.slots[offer][delivered].in_service:
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
        arrivals={key: tuple(held) for key, held in arrivals.items()},
        fleet=fleet,
        committed=committed,
        rentable=rentable,
        work=tuple(_work(case, (*committed, *rentable))),
    )


def _orders(case: Case) -> Iterator[OrderKey]:
    for offer in case.offers:
        for site in sorted(case.sites_of[offer.offer]):
            for delivered in case.slots[offer.offer]:
                yield offer.offer, site, delivered


def _work(case: Case, filled: Iterable[tuple[Pool, str]]) -> Iterator[WorkKey]:
    serving = {
        pool: [one.workload for one in case.workloads if case.may_serve(one, pool)]
        for pool in case.pools
    }
    for pool, label in filled:
        for workload in serving[pool]:
            for slice_ in case.horizon.slices:
                yield WorkKey(workload, pool, label, slice_.slice)


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
