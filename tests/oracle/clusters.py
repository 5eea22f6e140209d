"""Clusters: which work waits for enough committed units in one pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.future import Future
from tests.oracle.sums import Sum


@dataclass(frozen=True)
class Cluster:
    """Work that a pool does in a period only where it has units enough.

    Attributes
    ----------
    committed : units in service
    least : units that make the cluster
    work : units at work, for each slice
    most : units that are never exceeded
    """

    committed: Sum
    least: int
    work: tuple[Sum, ...]
    most: float


def clusters(future: Future) -> Iterator[Cluster]:
    """Yield a future's clusters, by workload, pool and period."""
    facts = future.facts
    for workload in facts.case.workloads:
        if not workload.cluster_units:
            continue
        for pool in future.serving[workload.workload]:
            for here in range(len(facts.spans)):
                there = [part for part in future.installed(here) if part[0] is pool]
                most = [
                    units.constant if order is None else order.most for _, order, units in there
                ]
                yield Cluster(
                    committed=future.committed(pool, here),
                    least=workload.cluster_units,
                    work=tuple(
                        future.work(workload, pool, here, level)
                        for level in range(len(facts.slices))
                    ),
                    most=sum(most),
                )
