"""Site loss: which units are held for what, in case another site is lost."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.plan.facts import Held
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Rate, Units


class HeldLine(Row):
    """Units of one pool held for one workload in one period."""

    sheet: ClassVar[Sheet] = Sheet(
        "Site loss",
        "站点失效",
        "Committed units held for workloads that must survive the loss of any one site; "
        "those at work for them are among these, other work may use the rest meanwhile.",
        key=("workload", "sku", "site", "offer", "period", "scenario"),
        optional=True,
    )
    workload: Annotated[str, Column("Workload", width=24, masking="workloads")]
    sku: Annotated[str, Column("SKU", width=18, masking="open")]
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    offer: Annotated[
        str, Column("Offer", note="only where priced by the hour", width=18, masking="offers")
    ] = ""
    period: Annotated[str, Column("Period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    units: Annotated[Units, Column("Units held", note="able to work")]
    carries: Annotated[Rate, Column("Carries", note="rate in the workload's unit")]
    unit: Annotated[str, Column("Unit", width=16, masking="open")]


def tabulate(plan: Plan) -> Table:
    """Return the units held, workload by workload in order of time."""
    case = plan.case

    def place(held: Held) -> tuple[str, str, int, str, str, str]:
        pool, position = held.pool, case.horizon.position[held.period]
        return held.scenario, held.workload, position, pool.sku, pool.site, pool.offer

    rows = [
        HeldLine(
            workload=held.workload,
            sku=held.pool.sku,
            site=held.pool.site,
            offer=held.pool.offer,
            period=held.period,
            scenario=held.scenario,
            units=held.units,
            carries=held.units * case.throughput(case.workload[held.workload], held.pool.sku),
            unit=case.workload[held.workload].unit,
        )
        for held in sorted(plan.held, key=place)
    ]
    return Table(HeldLine, rows)
