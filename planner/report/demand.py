"""Demand: what each workload asks for, and what serves it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.case.workloads import WorkloadKind
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.plan.service import Service
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Rate, Share


class DemandLine(Row):
    """Demand and service of one workload in one period (service: in one slice of it)."""

    sheet: ClassVar[Sheet] = Sheet(
        "Demand",
        "需求",
        "Demand against what serves it; rates in the workload's unit.",
        key=("workload", "period", "slice", "scenario"),
    )
    workload: Annotated[str, Column("Workload", width=24, masking="workloads")]
    kind: Annotated[WorkloadKind, Column("Kind")]
    unit: Annotated[str, Column("Unit", width=16, masking="open")]
    period: Annotated[str, Column("Period", masking="open")]
    slice: Annotated[str, Column("Slice", note="all: the whole period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    demand: Annotated[Rate, Column("Demand")]
    served: Annotated[Rate, Column("Served")]
    short: Annotated[Rate, Column("Short")]
    coverage: Annotated[Share, Column("Coverage", note="share of demand that is served")]
    served_by: Annotated[str, Column("Served by", note="SKUs and their shares", width=60)]


def tabulate(plan: Plan) -> Table:
    """Return demand and service, workload by workload in order of time."""
    lines = [_line(path, service) for path in plan.paths for service in path.services]
    return Table(DemandLine, lines)


def _line(path: Path, service: Service) -> DemandLine:
    workload = path.case.workload[service.workload]
    ranked = sorted(service.by_sku.items(), key=lambda pair: (-pair[1], pair[0]))
    shares = [f"{sku} {rate / service.served:.0%}" for sku, rate in ranked if service.served]
    return DemandLine(
        workload=service.workload,
        kind=workload.kind,
        unit=workload.unit,
        period=service.period,
        slice=service.slice,
        scenario=path.scenario,
        demand=service.demand,
        served=service.served,
        short=service.short,
        coverage=service.coverage,
        served_by=", ".join(shares),
    )
