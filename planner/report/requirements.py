"""Requirements: the document's R and P, period by period."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Cores, Teraflops


class RequirementLine(Row):
    """What one period requires of cores and TFLOPS, and what works in it."""

    sheet: ClassVar[Sheet] = Sheet(
        "Requirements",
        "要求",
        "Cores and TFLOPS of working units against what is required.",
        key=("period", "scenario"),
    )
    period: Annotated[str, Column("Period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    required_cores: Annotated[Cores | None, Column("Required cores", note="R_d")] = None
    cores: Annotated[Cores, Column("Working cores", note="R(x)")]
    missing_cores: Annotated[Cores, Column("Missing cores", note="that Alpha stands in for")]
    required_tflops: Annotated[
        Teraflops | None, Column("Required TFLOPS", note="P_t + Alpha × missing cores")
    ] = None
    tflops: Annotated[Teraflops, Column("Working TFLOPS", note="P(x)")]


def tabulate(plan: Plan) -> Table:
    """Return what every period requires and has, in order of time."""
    return Table(
        RequirementLine,
        [
            RequirementLine(
                period=one.period,
                scenario=path.scenario,
                required_cores=one.required_cores,
                cores=one.cores,
                missing_cores=one.missing_cores,
                required_tflops=one.required_tflops,
                tflops=one.tflops,
            )
            for path in plan.paths
            for one in path.compute
        ],
    )
