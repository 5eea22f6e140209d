"""Service: how much of every workload's demand is served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.case.case import Case
from planner.plan.facts import Use

ROUNDING = 1e-9
"""A shortfall below this share of demand is the rounding of a sum."""

ALL_SLICES = "all"
"""Stands for the slice where a batch workload's volume counts over the whole period."""


@dataclass(frozen=True, slots=True)
class Service:
    """Demand of one workload in one slice (batch: in one period), and what serves it.

    Attributes
    ----------
    workload, period : names in the case
    slice : the slice; `ALL_SLICES` for batch work
    hours : of the slice or period
    demand, served : rates in the workload's unit
    by_sku : the rate that each SKU serves
    """

    workload: str
    period: str
    slice: str
    hours: float
    demand: float
    served: float
    by_sku: dict[str, float]

    @property
    def short(self) -> float:
        """The rate that is not served."""
        missing = self.demand - self.served
        return missing if missing > ROUNDING * self.demand else 0.0

    @property
    def unit_hours_short(self) -> float:
        """The unit-hours that are not served."""
        return self.short * self.hours

    @property
    def coverage(self) -> float:
        """The share of demand that is served."""
        return 1.0 - self.short / self.demand if self.demand else 1.0


def count_service(case: Case, uses: Iterable[Use], scenario: str) -> tuple[Service, ...]:
    """Return demand and service of every workload, period and slice.

    Parameters
    ----------
    case : what is given
    uses : the plan's on one path
    scenario : of that path
    """
    served: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for use in uses:
        workload = case.workload[use.workload]
        rate = case.throughput(workload, use.pool.sku) * use.units
        where = use.slice if workload.is_service else ALL_SLICES
        share = 1.0 if workload.is_service else case.horizon.by_slice[use.slice].share
        served[use.workload, use.period, where][use.pool.sku] += share * rate
    services = []
    for workload in case.workloads:
        for label in case.horizon.labels:
            average = case.average_demand(workload.workload, label, scenario)
            lines = (
                [
                    (one.slice, one.share, average * case.load_multiplier(workload.workload, one))
                    for one in case.horizon.slices
                ]
                if workload.is_service
                else [(ALL_SLICES, 1.0, average)]
            )
            for name, share, demand in lines:
                by_sku = dict(sorted(served.get((workload.workload, label, name), {}).items()))
                hours = case.horizon.hours[label] * share
                total = sum(by_sku.values())
                services.append(
                    Service(workload.workload, label, name, hours, demand, total, by_sku)
                )
    return tuple(services)
