"""Decisions: every variable that more than one family reads, on one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pyomo.core.base.block import BlockData
from pyomo.core.base.var import VarData
from pyomo.environ import NonNegativeIntegers, NonNegativeReals, Var

from planner.case.pools import Pool
from planner.model.linear import Sum, total
from planner.model.pools import OrderKey, PoolTable, WorkKey

Group = TypeVar("Group")


@dataclass(frozen=True)
class Decisions:
    """The variables, and the two sums of them that most families need.

    Attributes
    ----------
    pools : where the variables exist
    packs : x_osd, whole packs of offer o for site s delivered in d
    working : y_wptk, units of pool p at work for w in slice k of t, averaged over its hours
    """

    pools: PoolTable
    packs: Mapping[OrderKey, VarData]
    working: Mapping[WorkKey, VarData]

    @cached_property
    def by_pool(self) -> Mapping[tuple[Pool, str, str], tuple[WorkKey, ...]]:
        """Pool, period and slice -> the workloads that the pool may serve then."""
        return _grouped(self.pools.work, lambda key: (key.pool, key.period, key.slice))

    @cached_property
    def by_workload(self) -> Mapping[tuple[str, str, str], tuple[WorkKey, ...]]:
        """Workload, period and slice -> the pools that may serve it then."""
        return _grouped(self.pools.work, lambda key: (key.workload, key.period, key.slice))

    def installed(self, pool: Pool, label: str) -> Sum:
        """Return n_pt: fleet + Σ pack·x of what is in service, in units."""
        return self._units(pool, label, working_only=False)

    def able(self, pool: Pool, label: str) -> Sum:
        """Return cap'_pt: fleet + Σ availability·pack·x of what is in service, in units."""
        return self._units(pool, label, working_only=True)

    def _units(self, pool: Pool, label: str, *, working_only: bool) -> Sum:
        offer = self.pools.case.offer
        return total(
            (
                (
                    offer[key[0]].pack_size * (offer[key[0]].availability if working_only else 1.0),
                    self.packs[key],
                )
                for key in self.pools.arrivals.get((pool, label), ())
            ),
            self.pools.fleet.get((pool, label), 0.0),
        )


def _grouped(
    keys: Iterable[WorkKey], group: Callable[[WorkKey], Group]
) -> dict[Group, tuple[WorkKey, ...]]:
    groups: dict[Group, list[WorkKey]] = defaultdict(list)
    for key in keys:
        groups[group(key)].append(key)
    return {name: tuple(members) for name, members in groups.items()}


def decide(block: BlockData, pools: PoolTable) -> Decisions:
    """Add the variables to a block.

    Parameters
    ----------
    block : of the decisions
    pools : where the variables exist
    """
    block.packs = Var(list(pools.orders), domain=NonNegativeIntegers)
    block.working = Var(list(pools.work), domain=NonNegativeReals)
    return Decisions(pools, packs=block.packs, working=block.working)
