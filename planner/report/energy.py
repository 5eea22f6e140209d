"""Energy: what metered sites draw, pay and emit, against the periods' caps."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, ClassVar

from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Kilograms, KilowattHours, Money


class EnergyLine(Row):
    """What one metered site draws in one period."""

    sheet: ClassVar[Sheet] = Sheet(
        "Energy",
        "能耗",
        "Facility energy of metered sites, PUE included.",
        key=("site", "period", "scenario"),
    )
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    period: Annotated[str, Column("Period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    kwh: Annotated[KilowattHours, Column("Energy (kWh)", total=True)]
    cost: Annotated[Money, Column("Cost (base)", note="energy and carbon price", total=True)]
    carbon: Annotated[Kilograms, Column("Carbon (kg)", total=True)]
    all_kwh: Annotated[KilowattHours, Column("All sites (kWh)", note="in the period")]
    energy_cap: Annotated[KilowattHours | None, Column("Energy cap (kWh)", note="of all sites")] = (
        None
    )
    all_carbon: Annotated[Kilograms, Column("All sites (kg)", note="in the period")]
    carbon_cap: Annotated[Kilograms | None, Column("Carbon cap (kg)", note="of all sites")] = None


def tabulate(plan: Plan) -> Table:
    """Return what every metered site draws, in order of time."""
    return Table(EnergyLine, [line for path in plan.paths for line in _lines(path)])


def _lines(path: Path) -> list[EnergyLine]:
    horizon = path.case.horizon
    kwh: dict[tuple[int, str], float] = defaultdict(float)
    cost: dict[tuple[int, str], float] = defaultdict(float)
    carbon: dict[tuple[int, str], float] = defaultdict(float)
    all_kwh: dict[int, float] = defaultdict(float)
    all_carbon: dict[int, float] = defaultdict(float)
    for drawn in path.energy:
        position = horizon.position[drawn.period]
        kwh[position, drawn.site] += drawn.kwh
        cost[position, drawn.site] += drawn.cost
        carbon[position, drawn.site] += drawn.carbon
        all_kwh[position] += drawn.kwh
        all_carbon[position] += drawn.carbon
    rows = []
    for position, site in sorted(kwh):
        period = horizon.periods[position]
        rows.append(
            EnergyLine(
                site=site,
                period=period.period,
                scenario=path.scenario,
                kwh=kwh[position, site],
                cost=cost[position, site],
                carbon=carbon[position, site],
                all_kwh=all_kwh[position],
                energy_cap=period.energy_cap,
                all_carbon=all_carbon[position],
                carbon_cap=period.carbon_cap,
            )
        )
    return rows
