"""REPORT: the plan as sheets, one sheet a file, in the order of the workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from planner.plan.diagnosis import CellOf, Diagnosis
from planner.plan.outcome import Outcome
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
    in_the_way,
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
from planner.report.warnings import alarm


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


def tabulate_no_plan(
    diagnosis: Diagnosis, outcome: Outcome, cell_of: CellOf, provenance: Provenance
) -> tuple[Table, ...]:
    """Return what stands in the way as sheets, where no plan can exist."""
    return in_the_way.tabulate(diagnosis, cell_of), audit.tabulate(outcome, provenance)


def tabulate_plan(plan: Plan, provenance: Provenance) -> tuple[Table, ...]:
    """Return the plan as sheets, in the order of the workbook."""
    tables = (*(one.tabulate(plan) for one in REPORT), audit.tabulate(plan.outcome, provenance))
    return tuple(replace(table, alarm=alarm(plan)) for table in tables)
