"""Checks: every rule re-computed from the plan's own lines, without the model."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, ClassVar

from planner.plan.checks import TOLERANCE, Check
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Count, SignedNumber


class CheckLine(Row):
    """What came of one rule."""

    sheet: ClassVar[Sheet] = Sheet(
        "Checks",
        "校验",
        f"Every rule restated in plain arithmetic; a line may miss its limit by {TOLERANCE:g} "
        "of it.",
        key=("family", "rule"),
    )
    family: Annotated[str, Column("Family", width=18, masking="open")]
    rule: Annotated[str, Column("Rule", width=80)]
    result: Annotated[str, Column("Result", note="pass or FAIL", bad="FAIL", masking="open")]
    compared: Annotated[Count, Column("Lines compared")]
    worst: Annotated[str, Column("Worst line", width=40, masking="details")] = ""
    value: Annotated[SignedNumber | None, Column("Value", masking="prices")] = None
    sense: Annotated[str, Column("Must be", masking="open")] = ""
    limit: Annotated[SignedNumber | None, Column("Limit", masking="prices")] = None
    violation: Annotated[SignedNumber, Column("Worst violation", masking="prices")]
    unit: Annotated[str, Column("Unit", width=18, masking="open")]


def tabulate(plan: Plan) -> Table:
    """Return the checks, in the order in which they were run."""
    return Table(CheckLine, [_line(check) for check in plan.checks])


def _line(check: Check) -> CheckLine:
    worst = check.worst
    return CheckLine(
        family=check.family,
        rule=check.rule,
        result="pass" if check.passed else "FAIL",
        compared=check.compared,
        worst=worst.where if worst else "",
        value=_finite(worst.value) if worst else None,
        sense={"<=": "at most", ">=": "at least", "=": "equal to"}[worst.sense] if worst else "",
        limit=_finite(worst.limit) if worst else None,
        violation=check.violation,
        unit=check.unit,
    )


def _finite(value: float) -> float | None:
    """Return a value that a cell can hold; None for one that it cannot."""
    return value if isfinite(value) else None
