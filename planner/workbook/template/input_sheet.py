"""Input sheet: one table of the input workbook, with room for more rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.workbook.looks import (
    LINE_HEIGHT,
    OPTIONAL_PAPER,
    REQUIRED_PAPER,
    Formats,
    column_width,
    is_number,
    text_width,
    wrapped_lines,
)
from planner.workbook.template.dropdowns import dropdown, offer
from planner.workbook.template.layout import (
    FIRST_ROW,
    HEADER_ROW,
    NO_DEFAULT,
    NOTE_ROW,
    TITLE_ROW,
    InputSheet,
    PlacedColumn,
    Shown,
    width_text,
)

A3, A4 = 8, 9
"""Excel's numbers of the paper sizes."""
WIDE_SHEET = 14
"""With more columns than this, a sheet is printed on A3."""
PRINTED_ROWS = 20
DEFAULT_WIDTH = 8
TITLE_HEIGHT, NOTE_HEIGHT = 26, 20
COMMENT_WIDTH, COMMENT_HEIGHT, COMMENT_LINE = 320, 20, 50


def write_sheet(book: xlsxwriter.Workbook, formats: Formats, plan: InputSheet) -> None:
    """Write a table: title, note, header, its rows, and spare rows below."""
    sheet = book.add_worksheet(plan.name)
    write_head(sheet, formats, plan)
    values = [[plan.value(row, column) for column in plan.columns] for row in plan.rows]
    widths = []
    for place, column in enumerate(plan.columns):
        cells = [line[place] for line in values]
        width = column_width(column.header, map(width_text, cells), column.spec.column.width)
        sheet.set_column(place, place, width)
        _write_column(sheet, place, cells, formats.cell(column.spec), plan)
        choices = dropdown(column.spec, plan.words)
        offer(sheet, FIRST_ROW, place, plan.last_row, choices)
        widths.append(width)
    _write_header(sheet, formats, plan, widths)
    printed = max(PRINTED_ROWS, len(plan.rows))
    set_page(sheet, plan, FIRST_ROW + printed, widths)


def write_head(sheet: Worksheet, formats: Formats, plan: InputSheet) -> None:
    """Write a sheet's name and what it holds, and colour its tab by whether it is needed."""
    kind = plan.table.sheet
    sheet.write_string(TITLE_ROW, 0, plan.name, formats.title())
    sheet.set_row(TITLE_ROW, TITLE_HEIGHT)
    sheet.write_string(NOTE_ROW, 0, kind.note, formats.remark(italic=True))
    sheet.set_row(NOTE_ROW, NOTE_HEIGHT)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(REQUIRED_PAPER if kind.required else OPTIONAL_PAPER)


def set_page(sheet: Worksheet, plan: InputSheet, last_row: int, widths: Sequence[int]) -> None:
    """Set how a sheet is scrolled and printed: its header stays, its note is not cut."""
    beyond = math.ceil(max(0, text_width(plan.table.sheet.note) - sum(widths)) / DEFAULT_WIDTH)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_landscape()
    sheet.set_paper(A3 if len(widths) > WIDE_SHEET else A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.print_area(0, 0, last_row, len(widths) - 1 + beyond)
    sheet.set_footer("&L&F  &A&RPage &P of &N")


def write_cell(sheet: Worksheet, row: int, place: int, shown: Shown, style: Format) -> None:
    """Write a value as what it is: text stays text, whatever it begins with."""
    if shown is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(shown, str):
        sheet.write_string(row, place, shown, style)
    elif isinstance(shown, date):
        sheet.write_datetime(row, place, shown, style)
    else:
        sheet.write_number(row, place, shown, style)


def _write_column(
    sheet: Worksheet, place: int, cells: Sequence[Shown], style: Format, plan: InputSheet
) -> None:
    for row in range(FIRST_ROW, plan.last_row + 1):
        filled = row - FIRST_ROW < len(cells)
        write_cell(sheet, row, place, cells[row - FIRST_ROW] if filled else None, style)


def _write_header(
    sheet: Worksheet, formats: Formats, plan: InputSheet, widths: Sequence[int]
) -> None:
    lines = 1
    for place, column in enumerate(plan.columns):
        style = formats.header(column.spec)
        sheet.write_string(HEADER_ROW, place, column.header, style)
        comment = _comment(column, plan)
        height = COMMENT_HEIGHT * (1 + wrapped_lines(comment, COMMENT_LINE) + comment.count("\n"))
        box = {"width": COMMENT_WIDTH, "height": height, "font_size": 9}
        sheet.write_comment(HEADER_ROW, place, comment, box)
        lines = max(lines, wrapped_lines(column.header, widths[place]))
    sheet.set_row(HEADER_ROW, LINE_HEIGHT * lines + 2)


def _comment(column: PlacedColumn, plan: InputSheet) -> str:
    """Return what is said of a column where its name is pointed at."""
    spec, words = column.spec, plan.words
    parts = [spec.column.note]
    if is_number(spec) and spec.unit.symbol:
        parts.append(f"{words.unit}: {spec.unit.symbol}")
    if spec.choices:
        parts.append(", ".join(spec.choices))
    default = spec.default_words()
    if spec.required:
        parts.append(words.needed)
    else:
        parts.append(words.optional if default == NO_DEFAULT else f"{words.blank_means}: {default}")
    return "\n".join(parts)
