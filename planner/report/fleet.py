"""Fleet: what stands where, period by period, against the sites' power and space."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, ClassVar

from planner.case.pools import Pool
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Kilowatts, RackUnits, Units


class FleetLine(Row):
    """The committed units of one SKU at one site in one period."""

    sheet: ClassVar[Sheet] = Sheet(
        "Fleet",
        "设备",
        "Committed units in service, and the power and space they take.",
        key=("period", "sku", "site", "offer", "scenario"),
    )
    period: Annotated[str, Column("Period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    sku: Annotated[str, Column("SKU", width=18, masking="open")]
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    offer: Annotated[
        str, Column("Offer", note="only where priced by the hour", width=14, masking="offers")
    ] = ""
    in_service: Annotated[Units, Column("In service (units)")]
    arriving: Annotated[Units, Column("Arriving (units)", note="new in this period")]
    retiring: Annotated[Units, Column("Retiring (units)", note="gone since the period before")]
    power: Annotated[Kilowatts, Column("Power (kW)", note="nameplate IT power")]
    site_power: Annotated[Kilowatts, Column("Site power (kW)", note="of all units at the site")]
    site_power_cap: Annotated[
        Kilowatts | None, Column("IT power of site (kW)", note="the site's limit")
    ] = None
    rack_units: Annotated[RackUnits, Column("Rack units")]
    site_rack_units: Annotated[RackUnits, Column("Site rack units", note="of all units there")]
    site_rack_cap: Annotated[
        RackUnits | None, Column("Rack units of site", note="the site's limit")
    ] = None


def tabulate(plan: Plan) -> Table:
    """Return every pool's committed units, in order of time."""
    return Table(FleetLine, [line for path in plan.paths for line in _lines(path)])


def _lines(path: Path) -> list[FleetLine]:
    case = path.case
    power: dict[tuple[str, str], float] = defaultdict(float)
    space: dict[tuple[str, str], float] = defaultdict(float)
    for (pool, label), stock in path.stock.items():
        power[pool.site, label] += case.sku[pool.sku].power * stock.installed
        space[pool.site, label] += case.sku[pool.sku].rack_units * stock.installed

    def place(key: tuple[Pool, str]) -> tuple[int, str, str, str]:
        pool, label = key
        return case.horizon.position[label], pool.sku, pool.site, pool.offer

    rows = []
    for pool, label in sorted(path.stock, key=place):
        stock, sku, site = path.stock[pool, label], case.sku[pool.sku], case.site[pool.site]
        rows.append(
            FleetLine(
                period=label,
                scenario=path.scenario,
                sku=pool.sku,
                site=pool.site,
                offer=pool.offer,
                in_service=stock.installed,
                arriving=stock.arriving,
                retiring=stock.retiring,
                power=sku.power * stock.installed,
                site_power=power[pool.site, label],
                site_power_cap=site.it_power,
                rack_units=sku.rack_units * stock.installed,
                site_rack_units=space[pool.site, label],
                site_rack_cap=site.rack_units,
            )
        )
    return rows
