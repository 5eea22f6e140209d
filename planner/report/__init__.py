"""REPORT: the plan as sheets, one sheet a file, in the order of the workbook."""

from __future__ import annotations

from typing import Protocol

from planner.plan.plan import Plan
from planner.plan.provenance import Provenance
from planner.report import (
    allocation,
    audit,
    budget,
    checks,
    demand,
    energy,
    fleet,
    purchase_plan,
    rebates,
    rentals,
    requirements,
    rules,
    scenarios,
    site_loss,
    summary,
    vendors,
)
from planner.report.table import Table


class SheetMaker(Protocol):
    """A module that makes one sheet."""

    def tabulate(self, plan: Plan) -> Table:
        """Return the sheet's rows."""


REPORT: tuple[SheetMaker, ...] = (
    summary,
    purchase_plan,
    rentals,
    budget,
    fleet,
    demand,
    allocation,
    site_loss,
    energy,
    requirements,
    vendors,
    rebates,
    rules,
    scenarios,
    checks,
)
"""Every sheet that follows from the plan; Audit, which tells of the run, comes last."""


def tabulate_plan(plan: Plan, provenance: Provenance) -> tuple[Table, ...]:
    """Return the plan as sheets, in the order of the workbook."""
    return (*(sheet.tabulate(plan) for sheet in REPORT), audit.tabulate(plan, provenance))
