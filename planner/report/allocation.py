"""Allocation: which units work for what, where and when."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.plan.facts import Use
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Rate, Units


class AllocationLine(Row):
    """Units of one pool at work for one workload in one slice."""

    sheet: ClassVar[Sheet] = Sheet(
        "Allocation",
        "分配",
        "Units at work, averaged over the slice's hours.",
        key=("workload", "sku", "site", "offer", "period", "slice", "scenario"),
    )
    workload: Annotated[str, Column("Workload", width=24, masking="workloads")]
    sku: Annotated[str, Column("SKU", width=18, masking="open")]
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    offer: Annotated[
        str, Column("Offer", note="only where priced by the hour", width=18, masking="offers")
    ] = ""
    period: Annotated[str, Column("Period", masking="open")]
    slice: Annotated[str, Column("Slice", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    units: Annotated[Units, Column("Units used", note="at work")]
    served: Annotated[Rate, Column("Served", note="rate in the workload's unit")]
    unit: Annotated[str, Column("Unit", width=16, masking="open")]


def tabulate(plan: Plan) -> Table:
    """Return the units at work, workload by workload in order of time."""
    case = plan.case

    def place(use: Use) -> tuple[str, str, int, str, str, str, str]:
        position = case.horizon.position[use.period]
        pool = use.pool
        return use.scenario, use.workload, position, use.slice, pool.sku, pool.site, pool.offer

    rows = []
    for use in sorted(plan.uses, key=place):
        workload = case.workload[use.workload]
        rows.append(
            AllocationLine(
                workload=use.workload,
                sku=use.pool.sku,
                site=use.pool.site,
                offer=use.pool.offer,
                period=use.period,
                slice=use.slice,
                scenario=use.scenario,
                units=use.units,
                served=use.units * case.throughput(workload, use.pool.sku),
                unit=workload.unit,
            )
        )
    return Table(AllocationLine, rows)
