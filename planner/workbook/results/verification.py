"""Verification: a plan workbook read back, checked, and compared cell by cell.

The facts are the packs of Purchase plan, and the units of Allocation and Site loss. Every rule is
checked on them, and every other figure of the workbook must be what follows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.case.case import Case
from planner.case.pools import Pool
from planner.errors import Code, FileError, Issue
from planner.model.audit import audit
from planner.plan.checks import Check
from planner.plan.facts import Held, Order, Use
from planner.plan.foresight import Foresight
from planner.plan.outcome import Outcome, Status
from planner.plan.plan import Plan
from planner.plan.provenance import Provenance
from planner.report import tabulate_plan
from planner.report.allocation import AllocationLine
from planner.report.audit import AVERAGE, INPUT_HASH, KNOWN, NO_AVERAGE, NO_PLAN, AuditFigure
from planner.report.purchase_plan import PurchaseLine
from planner.report.site_loss import HeldLine
from planner.row import Row
from planner.workbook.reading.cells import Cell, open_book
from planner.workbook.reading.sheets import REDACTED
from planner.workbook.results.comparison import compare_sheet
from planner.workbook.results.plan_sheets import PlanLine, PlanSheet, read_plan_sheets

FACTS: tuple[type[Row], ...] = (PurchaseLine, AllocationLine, AuditFigure)
"""Sheets without which a file is no plan."""


@dataclass(frozen=True)
class Verification:
    """What came of reading a plan back.

    Attributes
    ----------
    plan : with every check run on it; None where its facts cannot be read
    issues : cells that do not follow from the plan's facts, and what could not be read
    """

    plan: Plan | None
    issues: tuple[Issue, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        checks = self.plan.checks if self.plan else ()
        return tuple(check for check in checks if not check.passed)

    @property
    def passed(self) -> bool:
        """Whether all checks hold and every figure follows from the facts."""
        is_sound = not any(issue.severity == "error" for issue in self.issues)
        return is_sound and self.plan is not None and self.plan.passed


def verify_plan(
    case: Case,
    path: Path,
    provenance: Provenance,
    password: Callable[[], str | None] | None = None,
) -> Verification:
    """Return what comes of a plan workbook when it is checked against a case.

    Parameters
    ----------
    case : what was given
    path : of the plan workbook
    provenance : of the case: its name and hash
    password : is asked where the plan is protected by one

    Raises
    ------
    FileError
        Where the file cannot be read, or holds no plan.
    """
    empty = tabulate_plan(Plan(case, (), (), Outcome(Status.NO_PLAN)), provenance)
    kinds = {table.name: table.kind for table in empty}
    sheets = read_plan_sheets(path, kinds, password)
    if AuditFigure.sheet.name not in sheets and _is_redacted(path, password):
        raise FileError(
            f"'{path.name}' is a redacted copy of a plan. Verify the plan that it was made from."
        )
    missing = [kind.sheet.name for kind in FACTS if kind.sheet.name not in sheets]
    if missing:
        raise FileError(
            f"'{path.name}' is no plan of this program: it has no complete sheet "
            f"{' and no '.join(missing)}."
        )
    audit_sheet = sheets[AuditFigure.sheet.name]
    issues = list(_other_input(audit_sheet, provenance))
    orders = _orders(case, sheets[PurchaseLine.sheet.name], issues)
    uses = _uses(case, sheets[AllocationLine.sheet.name], issues)
    held = _held(case, sheets.get(HeldLine.sheet.name), issues)
    outcome = _outcome(audit_sheet, issues)
    if orders is None or uses is None or held is None or outcome is None:
        return Verification(None, tuple(issues))
    plan = audit(Plan(case, orders, uses, outcome, held))
    for table in tabulate_plan(plan, provenance):
        if table.kind is not AuditFigure:
            issues += compare_sheet(table, sheets.get(table.name))
    return Verification(plan, tuple(issues))


def _is_redacted(path: Path, password: Callable[[], str | None] | None) -> bool:
    return any(sheet.name == REDACTED for sheet in open_book(path, password).sheets)


def _other_input(sheet: PlanSheet, provenance: Provenance) -> Iterator[Issue]:
    figures = _figures(sheet)
    cell = figures.get("SHA-256")
    if cell is None or cell.value != provenance.sha256:
        yield Issue(
            Code.OTHER_INPUT,
            "warning",
            AuditFigure.sheet.name,
            cell.address if cell else "",
            INPUT_HASH,
            str(cell.value) if cell else "",
            f"the plan was not made from '{provenance.input_name}' as it is now.",
            provenance.sha256,
        )


def _figures(sheet: PlanSheet) -> dict[str, Cell]:
    return {line.text("name"): line.cells["value"] for line in sheet.lines}


def _orders(case: Case, sheet: PlanSheet, issues: list[Issue]) -> tuple[Order, ...] | None:
    before = len(issues)
    orders = []
    for line in sheet.lines:
        known = {
            "offer": case.offer,
            "site": case.site,
            "period": case.slots.get(line.text("offer"), {}),
            "scenario": _nodes(case, line),
        }
        issues += _unknown(sheet, line, known)
        packs = line.number("packs")
        if packs is None or not packs.is_integer() or packs < 0:
            message = "packs must be a whole number, at least 0."
            issues.append(sheet.issue(line.cells["packs"], "packs", message))
        elif packs:
            where = (line.text("offer"), line.text("site"), line.text("period"))
            orders.append(Order(*where, int(packs), line.text("scenario")))
    return tuple(orders) if len(issues) == before else None


def _nodes(case: Case, line: PlanLine) -> set[str]:
    """Return the nodes of the scenario tree at which a line's order may be decided."""
    slot = case.slots.get(line.text("offer"), {}).get(line.text("period"))
    if slot is None:  # which is told already
        return {line.text("scenario")}
    return {node.name for node in case.tree.nodes(slot.ordered_in)}


def _uses(case: Case, sheet: PlanSheet, issues: list[Issue]) -> tuple[Use, ...] | None:
    lines = _of_pools(case, sheet, issues, slice=case.horizon.by_slice)
    if lines is None:
        return None
    return tuple(
        Use(
            line.text("workload"),
            _pool(case, line),
            line.text("period"),
            line.text("slice"),
            units,
            line.text("scenario"),
        )
        for line, units in lines
    )


def _held(case: Case, sheet: PlanSheet | None, issues: list[Issue]) -> tuple[Held, ...] | None:
    lines = [] if sheet is None else _of_pools(case, sheet, issues)
    if lines is None:
        return None
    return tuple(
        Held(
            line.text("workload"),
            _pool(case, line),
            line.text("period"),
            units,
            line.text("scenario"),
        )
        for line, units in lines
    )


def _of_pools(
    case: Case, sheet: PlanSheet, issues: list[Issue], **also_known: Any
) -> list[tuple[PlanLine, float]] | None:
    """Return the lines about units of pools; None where one cannot be read."""
    before = len(issues)
    known = {
        "workload": case.workload,
        "sku": case.sku,
        "site": case.site,
        "offer": {"": None, **case.offer},
        "period": case.horizon.position,
        "scenario": case.scenario,
    }
    lines = []
    for line in sheet.lines:
        issues += _unknown(sheet, line, known | also_known)
        units = line.number("units")
        if units is None or units < 0:
            message = "units must be a number, at least 0."
            issues.append(sheet.issue(line.cells["units"], "units", message))
        else:
            lines.append((line, units))
    return lines if len(issues) == before else None


def _pool(case: Case, line: PlanLine) -> Pool:
    offer, site = line.text("offer"), line.text("site")
    return case.pool_of(case.offer[offer], site) if offer else Pool(line.text("sku"), site)


def _unknown(sheet: PlanSheet, line: PlanLine, known: dict[str, Any]) -> Iterator[Issue]:
    for field, names in known.items():
        if line.text(field) not in names:
            message = f"'{line.text(field)}' is not in the input, or cannot stand here."
            yield sheet.issue(line.cells[field], field, message)


def _outcome(sheet: PlanSheet, issues: list[Issue]) -> Outcome | None:
    figures = _figures(sheet)
    status = figures["Status"].value if "Status" in figures else None
    objective = figures["Objective"].value if "Objective" in figures else None
    bound = figures["Bound"].value if "Bound" in figures else None
    if status not in list(Status) or not isinstance(objective, int | float):
        issues.append(sheet.issue(None, "", "Status or Objective cannot be read."))
        return None
    return Outcome(
        Status(str(status)),
        str(figures["Reason"].value) if "Reason" in figures else "",
        objective,
        bound if isinstance(bound, int | float) else None,
        foresight=_foresight(figures),
    )


def _foresight(figures: dict[str, Cell]) -> Foresight | None:
    if KNOWN not in figures or AVERAGE not in figures:
        return None
    known, average = figures[KNOWN].value, figures[AVERAGE].value
    return Foresight(
        known if isinstance(known, int | float) else None,
        average if isinstance(average, int | float) else None,
        average_fails=average == NO_PLAN,
        is_average_impossible=average == NO_AVERAGE,
    )
