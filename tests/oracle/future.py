"""A future: what is in service, works and draws power in one scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from planner.case.sites import Installed
from planner.case.workloads import Workload
from tests.oracle.facts import Facts, Pool, has_own_pool
from tests.oracle.orders import Order
from tests.oracle.sums import Sum, constant, one, total


@dataclass(frozen=True)
class Future:
    """The case in one scenario, as sums of the variables that take part in it."""

    facts: Facts
    scenario: str

    @cached_property
    def orders(self) -> list[Order]:
        """The orders that the scenario shares."""
        return [order for order in self.facts.orders if self.scenario in order.node]

    @cached_property
    def serving(self) -> dict[str, list[Pool]]:
        """The pools that may serve each workload."""
        return {row.workload: self.facts.serving(row) for row in self.facts.case.workloads}

    def work(self, workload: Workload, pool: Pool, here: int, level: int) -> Sum:
        """Return the units of a pool that may serve a workload at work for it in a slice."""
        return one("work", self.scenario, workload.workload, pool, here, level)

    def short(self, workload: Workload, here: int, level: int) -> Sum:
        """Return what is short of a demand; nothing where it must be met."""
        if workload.shortage_penalty is None:
            return Sum()
        return one("short", self.scenario, workload.workload, here, level)

    def held(self, workload: Workload, pool: Pool, here: int) -> Sum:
        """Return the units of a pool held for a workload against the loss of a site."""
        return one("held", self.scenario, workload.workload, pool, here)

    def missing_cores(self, here: int) -> Sum:
        """Return the cores missing to those required; nothing where none may be."""
        if self.facts.case.settings.alpha is None:
            return Sum()
        return one("missing cores", self.scenario, here)

    def working(self, pool: Pool, here: int, level: int) -> Sum:
        """Return the units of a pool at work in a slice, for all workloads."""
        return total(
            self.work(workload, pool, here, level)
            for workload in self.facts.case.workloads
            if pool in self.serving[workload.workload]
        )

    def average(self, pool: Pool, here: int) -> Sum:
        """Return the units of a pool at work on the average of a period's hours."""
        return total(
            slice_.share * self.working(pool, here, level)
            for level, slice_ in enumerate(self.facts.slices)
        )

    def installed(self, here: int) -> Iterator[tuple[Pool, Order | None, Sum]]:
        """Yield what is in service: its pool, its order (None for the fleet), and its units."""
        place = {self._join(pool): pool for pool in self.facts.pools}
        for row in self.facts.case.fleet:
            if is_there(row, self.facts.spans[here].row.start):
                yield place[row.sku, row.site, None], None, constant(row.units)
        for order in self.orders:
            if here in order.serves:
                own = order.offer.offer if has_own_pool(order.offer) else None
                for site in order.sites:
                    yield place[order.offer.sku, site, own], order, order.units_at(site)

    def committed(self, pool: Pool, here: int) -> Sum:
        """Return the units of a pool in service."""
        return total(units for at, _, units in self.installed(here) if at is pool)

    def able(self, pool: Pool, here: int) -> Sum:
        """Return the units of a pool in service that are not down for repair."""
        return total(
            (1.0 if order is None else order.offer.availability) * units
            for at, order, units in self.installed(here)
            if at is pool
        )

    def capacity(self, pool: Pool, here: int) -> Sum:
        """Return the units of a committed pool that may be planned for use."""
        use = pool.sku.max_utilisation or self.facts.case.settings.max_utilisation
        return use * self.able(pool, here)

    def kilowatts(self, pool: Pool, here: int, level: int) -> Sum:
        """Return the power that the units of a pool draw in a slice."""
        sku, working = pool.sku, self.working(pool, here, level)
        if pool.offer is not None and pool.is_rented:
            return sku.power / pool.offer.availability * working
        return sku.idle_power * self.committed(pool, here) + (sku.power - sku.idle_power) * working

    def energy(self, pool: Pool, here: int, level: int) -> Sum:
        """Return the kWh that a pool takes in a slice, cooling included; nothing unmetered."""
        if pool.site.pue is None:
            return Sum()
        hours = self.facts.spans[here].hours * self.facts.slices[level].share
        return pool.site.pue * hours * self.kilowatts(pool, here, level)

    @staticmethod
    def _join(pool: Pool) -> tuple[str, str, str | None]:
        return pool.sku.sku, pool.site.site, None if pool.offer is None else pool.offer.offer


def is_there(row: Installed, day: date) -> bool:
    """Return whether a row of the fleet is in service on a day."""
    return (row.available_from or date.min) <= day < (row.retire_on or date.max)
