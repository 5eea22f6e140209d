"""Reader: from a workbook file to a Case, with everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.case.case import INPUT, Case, case_from_tables
from planner.case.crosscheck import base_currency, cross_check
from planner.errors import CaseError, Code, FileError, Issue
from planner.row import Row, columns
from planner.workbook.reading.cells import Book, SheetCells, open_book
from planner.workbook.reading.doubts import tell_doubts
from planner.workbook.reading.issues import Located, SheetIssues
from planner.workbook.reading.limit_cells import LimitCells
from planner.workbook.reading.places import tell_finding
from planner.workbook.reading.settings import read_settings
from planner.workbook.reading.sheets import REDACTED, match_sheets
from planner.workbook.reading.tables import UNREADABLE, TableRead, read_table

OUTPUTS: tuple[tuple[set[str], str], ...] = (
    ({"Purchase plan", "Allocation", "Audit"}, "a plan that this program wrote"),
    ({"Purchase plan", "Allocation", REDACTED}, "a redacted copy of a plan"),
    ({"What is in the way", "Audit"}, "this program's report of why there is no plan"),
)
"""Sheets by which what the program wrote is told from an input workbook."""
WHOLE_BOOK = -1
"""The rank of what is told before all sheets."""


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    Attributes
    ----------
    case : what is given; None where there is an error
    issues : errors and warnings, in the order of the input sheets, their rows and columns
    cells : finds the cells of the case's limits
    book : the file that was read
    """

    case: Case | None
    issues: tuple[Issue, ...]
    cells: LimitCells = field(compare=False)
    book: Book = field(compare=False)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that must be put right before there can be a plan."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The issues that a plan can be made in spite of."""
        return tuple(issue for issue in self.issues if issue.severity == "warning")


def read_workbook(path: Path, password: Callable[[], str | None] | None = None) -> Reading:
    """Return the case that a workbook holds, or all that stands in its way.

    `password` is asked only where the file is protected by one.

    Raises
    ------
    FileError
        Where the file cannot be read, or is no workbook.
    """
    book = open_book(path, password)
    names = {sheet.name for sheet in book.sheets}
    for sheets, what in OUTPUTS:
        if names >= sheets:
            raise FileError(f"'{path}' is {what}, not an input workbook.")
    match = match_sheets(book, INPUT)
    reads: dict[type[Row], TableRead] = {}
    for rank, table in enumerate(INPUT):
        reads[table] = _read(table, rank, match.sheets.get(table), reads)
    tables = {table: read.entries for table, read in reads.items()}
    for finding in cross_check(tables):
        read = reads[finding.table]
        tell_finding(finding, read.places, read.issues)
    base = base_currency(tables)
    if base is not None:
        for table, read in reads.items():
            tell_doubts(table, read, base)
    told = (one for read in reads.values() for one in read.issues.found)
    located = [*_book_issues(book), *match.issues, *told]
    issues = tuple(one.issue for one in sorted(located, key=_order))
    is_sound = not any(issue.severity == "error" for issue in issues)
    case = case_from_tables(tables) if is_sound else None
    return Reading(case, issues, LimitCells(reads), book)


def load_case(path: Path, password: Callable[[], str | None] | None = None) -> Case:
    """Return the case that a workbook holds.

    `password` is asked only where the file is protected by one.

    Raises
    ------
    CaseError
        Where the workbook has errors, with all of them and the warnings.
    FileError
        Where the file cannot be read, or is no workbook.
    """
    reading = read_workbook(path, password)
    if reading.case is None:
        raise CaseError(reading.issues)
    return reading.case


def _book_issues(book: Book) -> list[Located]:
    """Tell what the workbook has beside its cells, and that none of it is used."""
    issues = SheetIssues(WHOLE_BOOK, "")
    if book.has_macros:
        issues.add(
            Code.MACROS,
            "the workbook has macros; they are not run, and the stored values are used.",
            severity="warning",
        )
    if book.has_links:
        issues.add(
            Code.EXTERNAL_LINKS,
            "the workbook has links to other files or data; they are not followed, and the "
            "stored values are used.",
            severity="warning",
        )
    return issues.found


def _order(located: Located) -> tuple[int, int, int]:
    return located.order


def _read(
    table: type[Row],
    rank: int,
    sheet: SheetCells | None,
    earlier: Mapping[type[Row], TableRead],
) -> TableRead:
    issues = SheetIssues(rank, sheet.name if sheet else "")
    if sheet is None:
        return TableRead((UNREADABLE,) if table.sheet.required else (), issues)
    if table.sheet.layout == "settings":
        return read_settings(table, sheet, issues)
    return read_table(table, sheet, _labels(table, earlier), issues)


def _labels(table: type[Row], earlier: Mapping[type[Row], TableRead]) -> tuple[str, ...] | None:
    """Return what the columns of a spread table may be headed by; None where it is not known."""
    spread = next((spec for spec in columns(table) if spec.kind == "spread"), None)
    for other, read in earlier.items():
        key = other.sheet.key[:1]
        if spread is None or other.sheet.name != spread.column.refers:
            continue
        if read.entries and all(key[0] in entry.values for entry in read.entries):
            return tuple(dict.fromkeys(str(entry.values[key[0]]) for entry in read.entries))
    return None
