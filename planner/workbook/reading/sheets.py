"""Sheets: which sheet of the file holds which table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.case.findings import closest, nearest
from planner.errors import Code
from planner.row import Row, name_key
from planner.workbook.reading.cells import Book, SheetCells
from planner.workbook.reading.issues import Located, SheetIssues

OWN_SHEETS = ("README", "说明", "Checks", "Lists", "Problems")
"""Sheets that the program itself writes into an input workbook."""
REDACTED = "Redacted"
"""The sheet by which a plan that was masked for sharing is told from one that was not."""
FORECAST_SHEETS = ("History", "历史")


@dataclass(frozen=True)
class SheetMatch:
    """Which sheet of the file holds which table.

    Attributes
    ----------
    sheets : the sheets that were found, by table
    issues : sheets that are missing, there twice, or unknown
    """

    sheets: dict[type[Row], SheetCells]
    issues: list[Located]


def match_sheets(book: Book, tables: Sequence[type[Row]]) -> SheetMatch:
    """Return which sheet holds which table, by English or Chinese name."""
    by_key = {
        name_key(name): table for table in tables for name in (table.sheet.name, table.sheet.zh)
    }
    passed_over = {name_key(name) for name in OWN_SHEETS}
    match = SheetMatch({}, [])
    unknown: list[str] = []
    for place, sheet in enumerate(book.sheets):
        key = name_key(sheet.name)
        table = by_key.get(key)
        if table is None and key not in passed_over:
            issues = SheetIssues(len(tables) + place, sheet.name)
            unknown += _tell_unknown(sheet.name, tables, issues)
            match.issues.extend(issues.found)
        elif table in match.sheets:
            issues = SheetIssues(tables.index(table), sheet.name)
            first = match.sheets[table].name
            issues.add(
                Code.SHEET_TWICE,
                f"the sheet '{first}' holds this table already.",
                expected=f"one sheet {table.sheet.name}",
                hint="Delete or rename one of the two.",
            )
            match.issues.extend(issues.found)
        elif table is not None:
            match.sheets[table] = sheet
    for rank, table in enumerate(tables):
        if table.sheet.required and table not in match.sheets:
            issues = SheetIssues(rank, table.sheet.name)
            _tell_missing(table, unknown, issues)
            match.issues.extend(issues.found)
    return match


def _tell_unknown(
    name: str, tables: Sequence[type[Row]], issues: SheetIssues
) -> tuple[str] | tuple[()]:
    """Note a sheet that is not read; return its name where it may be a misspelt one."""
    if name_key(name) in map(name_key, FORECAST_SHEETS):
        issues.add(
            Code.NOT_USED_HERE,
            "this sheet is only read for a forecast; the plan does not use it.",
            severity="warning",
        )
        return ()
    known = [table.sheet.name if name.isascii() else table.sheet.zh for table in tables]
    issues.add(
        Code.SHEET_UNKNOWN,
        "no table has this name, so the sheet is not read.",
        expected="the name of an input sheet",
        hint=nearest(name, known),
        severity="warning",
    )
    return (name,)


def _tell_missing(table: type[Row], unknown: Sequence[str], issues: SheetIssues) -> None:
    near = closest(table.sheet.name, unknown) or closest(table.sheet.zh, unknown)
    issues.add(
        Code.SHEET_MISSING,
        f"the file has no sheet of this name, nor of the name {table.sheet.zh}.",
        expected=f"a sheet {table.sheet.name}",
        hint=f"Is it the sheet '{near}'? Rename it." if near else "",
    )
