"""Energy: the kWh of every metered site, in every slice of every period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.case.case import Case
from planner.case.pools import Pool
from planner.plan.facts import Use
from planner.plan.stock import StockTable


@dataclass(frozen=True, slots=True)
class Consumption:
    """What one metered site draws in one slice of one period.

    Attributes
    ----------
    site, period, slice : names in the case
    kwh : facility energy, PUE included
    cost : energy and carbon price, in base currency, not discounted
    carbon : kg
    """

    site: str
    period: str
    slice: str
    kwh: float
    cost: float
    carbon: float


def count_energy(case: Case, stock: StockTable, uses: Iterable[Use]) -> tuple[Consumption, ...]:
    """Return what every metered site draws; a site without a PUE is not metered.

    Parameters
    ----------
    case : what is given
    stock : the committed units of every pool and period
    uses : the plan's
    """
    it_load: dict[tuple[str, str, str], float] = defaultdict(float)
    slices = case.horizon.by_slice
    for (pool, label), units in stock.items():
        for name in slices:
            it_load[pool.site, label, name] += case.sku[pool.sku].idle_power * units.installed
    for use in uses:
        it_load[use.pool.site, use.period, use.slice] += power_at_work(case, use.pool) * use.units
    consumption = []
    for (site_name, label, name), kilowatts in sorted(it_load.items()):
        site = case.site[site_name]
        if site.pue is not None:
            kwh = site.pue * case.horizon.slice_hours(label, slices[name]) * kilowatts
            cost = kwh * case.energy_price(site, label, slices[name])
            carbon = kwh * site.carbon_intensity
            consumption.append(Consumption(site_name, label, name, kwh, cost, carbon))
    return tuple(consumption)


def power_at_work(case: Case, pool: Pool) -> float:
    """Return the kW that a unit at work draws beyond what it draws in any case."""
    sku = case.sku[pool.sku]
    if pool.is_elastic:
        return sku.power / case.offer[pool.offer].availability
    return sku.power - sku.idle_power
