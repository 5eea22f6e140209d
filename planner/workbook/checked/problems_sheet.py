"""The sheet Problems: everything that is wrong, in a list, with a link to each place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import Issue, Severity
from planner.row import name_key
from planner.workbook.checked.look import INK, PAPER
from planner.workbook.checked.marking import cell_place
from planner.workbook.checked.styles import set_style, style_of
from planner.workbook.checked.texts import one_line
from planner.workbook.looks import (
    LINE,
    LINE_HEIGHT,
    REMARK_INK,
    REQUIRED_PAPER,
    TEXT_FORMAT,
    wrapped_lines,
)

NAME = "Problems"
TITLE = "Problems found by planner check"
"""The title is also how this program knows the sheet as its own."""
TITLE_ROWS = 20
"""Rows in which it is looked for: the user may have inserted some."""

COLUMNS = {
    "No.": 6,
    "Severity": 10,
    "Sheet": 16,
    "Cell": 8,
    "Column": 20,
    "What stands there": 20,
    "What is wrong": 46,
    "Expected": 32,
    "What to do": 40,
    "Code": 8,
}
"""The columns and their widths."""
NUMBER, SEVERITY, CELL = 1, 2, 4
"""Places of the columns that look otherwise."""
WHOLE_SHEET = "sheet"
"""What stands for the cell of an issue about a whole sheet."""
SENTENCE_ROW, HEADER_ROW = 2, 4
MOST_LISTED = 2000
"""Issues that are listed and marked; a run after they are corrected tells the others."""
LONGEST_TEXT = 1000
TALLEST = 400
"""Points that a row is high at most; Excel allows no more than 409."""

Styles = dict[tuple[int, Severity, bool], StyleArray]
"""By column, severity, and whether there is a cell to link to."""

_LINK_INK = "FF0563C1"


def remove_problems(book: Workbook) -> None:
    """Remove the sheet that an earlier run has written; a user's own of that name stays."""
    for sheet in [one for one in book.worksheets if name_key(one.title) == name_key(NAME)]:
        if _is_ours(sheet):
            book.remove(sheet)


def add_problems(
    book: Workbook,
    issues: Sequence[Issue],
    *,
    source: str,
    target: str,
    made: datetime,
    remark: str = "",
) -> None:
    """Put the sheet of all issues first, and make it the one that opens.

    Parameters
    ----------
    book : the copy
    issues : in the order in which they are listed
    source, target : names of the file that was checked, and of the copy
    made : when it was checked
    remark : what the user must know of the copy; "" where nothing
    """
    sheets: set[str] = {sheet.title for sheet in book.worksheets}
    sheet = book.create_sheet(_free_name(book), 0)
    _write_head(sheet, issues, source, target, made, remark)
    styles: Styles = {}
    for number, issue in enumerate(issues[:MOST_LISTED], start=1):
        _write_issue(sheet, HEADER_ROW + number, number, issue, sheets, styles)
    _lay_out(sheet, HEADER_ROW + min(len(issues), MOST_LISTED))
    _open_first(book)


def _is_ours(sheet: Worksheet) -> bool:
    return any(cell.value == TITLE for row in sheet.iter_rows(1, TITLE_ROWS, 1, 3) for cell in row)


def _free_name(book: Workbook) -> str:
    taken = {name.casefold() for name in book.sheetnames}
    names = (NAME, f"{NAME} (planner)", *(f"{NAME} (planner {n})" for n in range(2, 1000)))
    return next(name for name in names if name.casefold() not in taken)


def _write_head(
    sheet: Worksheet,
    issues: Sequence[Issue],
    source: str,
    target: str,
    made: datetime,
    remark: str,
) -> None:
    paper = REQUIRED_PAPER.removeprefix("#")
    title = _write(sheet, 1, 1, TITLE)
    title.font = _font(bold=True, size=16, color=paper)
    sheet.row_dimensions[1].height = 1.5 * LINE_HEIGHT
    text = _sentence(issues, source, target, made) + (f" {remark}" if remark else "")
    sentence = _write(sheet, SENTENCE_ROW, 1, text)
    sentence.font = _font(color=REMARK_INK.removeprefix("#"))
    sentence.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.merge_cells(
        start_row=SENTENCE_ROW, end_row=SENTENCE_ROW, start_column=1, end_column=len(COLUMNS)
    )
    lines = wrapped_lines(text, sum(COLUMNS.values()) - 10)
    sheet.row_dimensions[SENTENCE_ROW].height = LINE_HEIGHT * lines
    for place, name in enumerate(COLUMNS, start=1):
        cell = _write(sheet, HEADER_ROW, place, name)
        cell.font = _font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=paper)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = _BORDER


def _sentence(issues: Sequence[Issue], source: str, target: str, made: datetime) -> str:
    errors = sum(issue.severity == "error" for issue in issues)
    warnings = len(issues) - errors
    found = " and ".join(
        f"{count} {noun}" + ("" if count == 1 else "s")
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    )
    listed = f" The first {MOST_LISTED:,} are listed." if len(issues) > MOST_LISTED else ""
    return (
        f"{found or 'Nothing wrong'} in {one_line(source)}, checked on {made:%Y-%m-%d at %H:%M} "
        f"UTC.{listed} Correct the coloured cells, save, and run planner check {one_line(target)} "
        "again; delete this sheet whenever you like."
    )


def _write_issue(
    sheet: Worksheet, row: int, number: int, issue: Issue, sheets: Collection[str], styles: Styles
) -> None:
    is_there = issue.sheet in sheets
    texts = (
        issue.severity,
        issue.sheet,
        issue.cell or (WHOLE_SHEET if is_there else ""),
        issue.column,
        issue.value,
        issue.message,
        issue.expected,
        issue.hint,
        issue.code,
    )
    shown = [one_line(str(text), LONGEST_TEXT) for text in texts]
    _cell(sheet, row, 1).value = number
    for place, text in enumerate(shown, start=2):
        _write(sheet, row, place, text)
    for place in range(1, len(COLUMNS) + 1):
        kind = (place, issue.severity, is_there)
        if kind not in styles:
            styles[kind] = _body_style(_cell(sheet, row, place), issue.severity, is_there=is_there)
        set_style(_cell(sheet, row, place), styles[kind])
    if is_there:
        _link(_cell(sheet, row, CELL), issue)
    lines = max(
        wrapped_lines(text, width - 2)
        for text, width in zip(shown, list(COLUMNS.values())[1:], strict=True)
    )
    sheet.row_dimensions[row].height = min(TALLEST, LINE_HEIGHT * lines)


def _link(cell: Cell, issue: Issue) -> None:
    """Link a cell to the place of an issue; an issue of a whole sheet to its first cell."""
    address = issue.cell if cell_place(issue.cell) else "A1"
    location = f"{quote_sheetname(issue.sheet)}!{address}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)


def _body_style(cell: Cell, severity: Severity, *, is_there: bool) -> StyleArray:
    """Return the style of a column's cells; it is made once, which is slow."""
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = _BORDER
    cell.font = _font()
    cell.number_format = TEXT_FORMAT
    if cell.column == NUMBER:
        cell.alignment = Alignment(vertical="top", horizontal="center")
        cell.number_format = "0"
    elif cell.column == SEVERITY:
        cell.fill = PatternFill("solid", fgColor=Color(rgb=PAPER[severity]))
        cell.font = _font(color=INK[severity])
    elif cell.column == CELL and is_there:
        cell.font = _font(color=_LINK_INK, underline="single")
    return style_of(cell)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell; none is asked for that is merged into another."""
    return cast("Cell", sheet.cell(row, column))


def _write(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a text as text, whatever it begins with."""
    cell = _cell(sheet, row, column)
    cell.value = text
    cell.data_type = "s"
    return cell


def _font(
    color: str | None = None,
    *,
    size: int = 11,
    bold: bool = False,
    underline: Literal["single"] | None = None,
) -> Font:
    """Return a font of this sheet, whatever the workbook's own font is."""
    return Font(name="Calibri", size=size, bold=bold, color=color, underline=underline)


def _lay_out(sheet: Worksheet, last_row: int) -> None:
    for place, width in enumerate(COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    last_column = get_column_letter(len(COLUMNS))
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last_column}{last_row}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.sheet_view.showGridLines = False


def _open_first(book: Workbook) -> None:
    book.active = 0
    for view in book.views:
        view.firstSheet = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    for chart in book.chartsheets:
        for view in chart.sheetViews.sheetView:
            view.tabSelected = False


_SIDE = Side("thin", color=LINE.removeprefix("#"))
_BORDER = Border(_SIDE, _SIDE, _SIDE, _SIDE)
