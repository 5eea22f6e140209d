"""Redaction: a copy of a plan workbook in which what is secret is masked, to be shared.

The copy is not the plan with cells blanked: it is written anew, from the sheets and columns that
the report declares, each masked as it declares. What nothing declares is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from planner.errors import FileError, UsageError
from planner.report.allocation import AllocationLine
from planner.report.audit import AuditFigure
from planner.report.budget import BudgetLine
from planner.report.checks import CheckLine
from planner.report.demand import DemandLine
from planner.report.energy import EnergyLine
from planner.report.fleet import FleetLine
from planner.report.purchase_plan import PurchaseLine
from planner.report.rebates import RebateLine
from planner.report.rentals import RentalLine
from planner.report.requirements import RequirementLine
from planner.report.rules import RuleLine
from planner.report.scenarios import ScenarioLine, kind_of
from planner.report.site_loss import HeldLine
from planner.report.summary import SummaryFigure
from planner.report.table import Table
from planner.report.vendors import VendorLine
from planner.row import Row
from planner.workbook.protection import decrypted, is_protected
from planner.workbook.reading.cells import Book, open_book
from planner.workbook.reading.files import read_bytes
from planner.workbook.results.masked_figures import (
    RedactionFigure,
    mask_summary,
    tell_redaction,
)
from planner.workbook.results.masked_tables import mask_table, names_of
from planner.workbook.results.masks import MASKED_BY_DEFAULT, Masks, Secret
from planner.workbook.results.plan_sheets import PlanSheet, read_plan_sheets
from planner.workbook.results.strangers import strange_parts, strange_sheets
from planner.workbook.results.writer import write_tables
from planner.workbook.target import is_own

__all__ = ["Secret", "redact_plan"]

KINDS: tuple[type[Row], ...] = (
    SummaryFigure,
    PurchaseLine,
    RentalLine,
    BudgetLine,
    FleetLine,
    DemandLine,
    AllocationLine,
    HeldLine,
    EnergyLine,
    RequirementLine,
    VendorLine,
    RebateLine,
    RuleLine,
    ScenarioLine,
    CheckLine,
    AuditFigure,
)
"""The sheets that a plan can have; one that is not here is left out."""

NEEDED: tuple[type[Row], ...] = (PurchaseLine, AllocationLine, AuditFigure)
"""Sheets without which a file is no plan."""

TITLE = "Redacted copy of a purchase plan"
MARK = "planner redacted"
"""Name of the file property that tells such a copy from a plan."""

CHANGED = (
    "The plan is not as this program wrote it, so its sentences may name anything: they are "
    "left out."
)

_SCENARIO = re.compile(r"Scenario (.+)")


def redact_plan(
    plan: Path,
    target: Path,
    keep: AbstractSet[Secret] = frozenset(),
    also: AbstractSet[Secret] = frozenset(),
    password: Callable[[], str | None] | None = None,
) -> tuple[str, ...]:
    """Write a copy of a plan in which vendors, offers, quotes and prices are masked.

    Vendors and offers become V1, O1, ..., the same on every sheet; money becomes "masked"; the
    sheet Audit is left out, so that the copy is no plan that could be verified.

    Parameters
    ----------
    plan : a plan workbook
    target : of the copy; an existing file is replaced as a whole
    keep : what is not masked
    also : what is masked beside: sites, workloads
    password : is asked where the plan is protected by one

    Returns
    -------
    What was left out of the copy, a sentence each.

    Raises
    ------
    FileError
        Where the plan cannot be read or is none, or the copy cannot be written.
    UsageError
        Where something is to be both kept and masked, or the copy to replace the plan.
    """
    if keep & also:
        raise UsageError(f"{', '.join(sorted(keep & also))} cannot be both kept and masked")
    if target.exists() and plan.exists() and target.samefile(plan):
        raise UsageError("the copy cannot replace the plan; choose another name")
    ask = cache(password) if password else None
    book = open_book(plan, ask)
    sheets, kinds = _read(plan, book, ask)
    names = names_of(sheets, kinds)
    secrets = (MASKED_BY_DEFAULT | also) - keep
    masks = Masks(secrets, names, names["open"], trusts_prose=is_own(plan))
    tables, cells = _mask(sheets, kinds, masks)
    strange = [*strange_sheets(book, kinds), *strange_parts(_content(plan, ask))]
    left_out = [*_unread(book, sheets, kinds), *cells, *strange]
    told = tell_redaction(masks, len(left_out))
    write_tables(target, [*tables, told], title=TITLE, mark=MARK)
    changed = [CHANGED] if masks.is_masked("") else []
    return (*changed, *(f"{one[:1].upper()}{one[1:]} is left out." for one in left_out))


def _read(
    plan: Path, book: Book, ask: Callable[[], str | None] | None
) -> tuple[dict[str, PlanSheet], dict[str, type[Row]]]:
    """Return the sheets of a plan, in the order of the workbook, and the classes of their rows."""
    kinds = {kind.sheet.name: kind for kind in KINDS}
    present = [sheet.name for sheet in book.sheets]
    if RedactionFigure.sheet.name in present and AuditFigure.sheet.name not in present:
        raise FileError(f"'{plan.name}' is a redacted copy already. Name the plan itself.")
    found = read_plan_sheets(plan, kinds, ask)
    missing = [kind.sheet.name for kind in NEEDED if kind.sheet.name not in found]
    if missing:
        raise FileError(
            f"'{plan.name}' is no plan of this program: it has no complete sheet "
            f"{' and no '.join(missing)}."
        )
    scenarios = ScenarioLine.sheet.name
    if scenarios in present:
        known = names_of(found, kinds)["open"]
        kinds[scenarios] = kind_of(tuple(name for name in _scenarios(book) if name in known))
        found |= read_plan_sheets(plan, {scenarios: kinds[scenarios]}, ask)
    return {name: found[name] for name in present if name in found}, kinds


def _content(plan: Path, ask: Callable[[], str | None] | None) -> bytes:
    content = read_bytes(plan)
    if is_protected(content):
        return decrypted(content, plan.name, (ask() if ask else "") or "")
    return content


def _scenarios(book: Book) -> Iterator[str]:
    """Yield what the header of Scenarios names: each once."""
    for sheet in book.sheets:
        if sheet.name == ScenarioLine.sheet.name:
            values = dict.fromkeys(str(value).strip() for row in sheet.rows for value in row)
            found = (_SCENARIO.fullmatch(value) for value in values)
            yield from (match[1] for match in found if match)


def _unread(
    book: Book, sheets: Mapping[str, PlanSheet], kinds: Mapping[str, type[Row]]
) -> Iterator[str]:
    for sheet in book.sheets:
        if sheet.name in kinds and sheet.name not in sheets:
            yield f"the sheet '{sheet.name}', of which columns are missing,"


def _mask(
    sheets: Mapping[str, PlanSheet], kinds: Mapping[str, type[Row]], masks: Masks
) -> tuple[list[Table], list[str]]:
    tables: list[Table] = []
    left_out: list[str] = []
    for name, sheet in sheets.items():
        if kinds[name] is AuditFigure:
            continue
        if kinds[name] is SummaryFigure:
            table, cells = mask_summary(sheet, masks)
        else:
            table, cells = mask_table(sheet, kinds[name], masks)
        tables.append(table)
        left_out += cells
    return tables, left_out
