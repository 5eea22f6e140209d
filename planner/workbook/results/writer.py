"""Writer: the plan's tables as an Excel workbook, with live formulas and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from planner.report.table import Figure, Table
from planner.row import ColumnSpec, Row, columns
from planner.units import COUNT, MONEY, NUMBER, SHARE, WHOLE_UNITS
from planner.workbook.looks import (
    DATE_FORMAT,
    LINE_HEIGHT,
    MARGIN,
    ON_LEFT,
    Formats,
    alignment,
    is_number,
    text_width,
    wrapped_lines,
)
from planner.workbook.saving import new_workbook

TOTAL = "Total"
TITLE_ROW, NOTE_ROW, ALARM_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2, 3, 4
WIDEST = 60
NARROWEST = 9
WIDE_SHEET, WIDEST_PAGE = 14, 24
"""With more columns than these, a sheet is printed on A3, and on two pages side by side."""

BUYERS_COLUMNS = 16
"""Columns of the widest sheet that stand on its first page."""

TEXT_FITS, NOTE_FITS, MERGED_FITS = 24, 68, 90
"""Characters that a figure's column shows, the next one, and both together."""

RED = "#C00000"
BAD = {"font_color": "#FFFFFF", "bg_color": RED}

FIGURE_FORMATS = {
    "money": MONEY.number_format,
    "share": SHARE.number_format,
    "number": NUMBER.number_format,
    "whole": WHOLE_UNITS.number_format,
}


def write_tables(
    path: Path, tables: Sequence[Table], *, title: str = "Purchase plan", mark: str = ""
) -> None:
    """Write tables as the sheets of a new workbook.

    Text is written as text, whatever it begins with; formulas stand only where a column
    or figure has one, and carry their values.

    Parameters
    ----------
    path : where; an existing file is replaced, as a whole or not at all
    tables : in the order of the sheets
    title : for the file's properties
    mark : name of one more property, by which the file is told from a plan

    Raises
    ------
    FileError
        Where the file cannot be written.
    """
    with new_workbook(path, title) as book:
        if mark:
            book.set_custom_property(mark, "yes", "text")
        formats = Formats(book)
        for table in tables:
            sheet = book.add_worksheet(table.name)
            _head(sheet, table, formats)
            if table.kind.sheet.layout == "settings":
                figures = [row for row in table.rows if isinstance(row, Figure)]
                _write_figures(sheet, table.kind, figures, formats)
            else:
                _write_rows(sheet, table, formats)


def _head(sheet: Worksheet, table: Table, formats: Formats) -> None:
    spec = table.kind.sheet
    sheet.write_string(TITLE_ROW, 0, spec.name, formats.get(bold=True, font_size=14))
    sheet.write_string(NOTE_ROW, 0, spec.note, formats.remark(italic=True))
    if table.alarm:
        sheet.write_string(ALARM_ROW, 0, table.alarm, formats.get(bold=True, font_color=RED))
        sheet.set_tab_color(RED)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8 if len(columns(table.kind)) > WIDE_SHEET else 9)
    if len(columns(table.kind)) > WIDEST_PAGE:
        sheet.fit_to_pages(2, 0)
        sheet.set_v_pagebreaks([BUYERS_COLUMNS])
        sheet.repeat_columns(0)
    else:
        sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_footer("&L&F  &A&RPage &P of &N")


def _header(sheet: Worksheet, specs: Sequence[ColumnSpec], formats: Formats) -> None:
    for place, spec in enumerate(specs):
        style = formats.get(
            bold=True, text_wrap=True, bg_color="#DDE3EA", bottom=1, **alignment(spec)
        )
        sheet.write_string(HEADER_ROW, place, spec.header, style)
        if spec.column.note:
            sheet.write_comment(HEADER_ROW, place, spec.column.note, {"x_scale": 1.4})


def _write_rows(sheet: Worksheet, table: Table, formats: Formats) -> None:
    specs = columns(table.kind)
    _header(sheet, specs, formats)
    end = FIRST_ROW + len(table.rows)
    letters = {spec.field: xl_col_to_name(place) for place, spec in enumerate(specs)}
    sums = {
        f"{field}_sum": f"SUM(${letter}${FIRST_ROW + 1}:${letter}${end})"
        for field, letter in letters.items()
    }
    styles = [formats.get(**_style(spec)) for spec in specs]
    widths = [max(map(text_width, spec.header.split())) + 1 for spec in specs]
    for line, row in enumerate(table.rows, start=FIRST_ROW):
        names = sums | {field: f"{letter}{line + 1}" for field, letter in letters.items()}
        for place, (spec, (_, value)) in enumerate(zip(specs, row, strict=True)):
            formula = spec.column.formula.format_map(names)
            is_bad = spec.column.bad and value == spec.column.bad
            style = formats.get(**_style(spec), **BAD) if is_bad else styles[place]
            shown = _put(sheet, (line, place), value, style, formula)
            widths[place] = max(widths[place], shown)
        sheet.set_row(line, _row_height(specs, row))
    if table.rows:
        _totals(sheet, table, end, formats)
        sheet.autofilter(HEADER_ROW, 0, end - 1, len(specs) - 1)
    fitted = [
        spec.column.width or min(max(shown + MARGIN, NARROWEST), WIDEST)
        for spec, shown in zip(specs, widths, strict=True)
    ]
    for place, (spec, width) in enumerate(zip(specs, fitted, strict=True)):
        is_used = any(dict(row)[spec.field] for row in table.rows)
        hidden = {"hidden": spec.column.optional and not is_used}
        sheet.set_column(place, place, width, None, hidden)
    headers = (
        wrapped_lines(spec.header, width - MARGIN)
        for spec, width in zip(specs, fitted, strict=True)
    )
    sheet.set_row(HEADER_ROW, LINE_HEIGHT * max(headers))


def _totals(sheet: Worksheet, table: Table, end: int, formats: Formats) -> None:
    totals = table.totals()
    if not totals:
        return
    plain = formats.get(bold=True, top=1)
    for place, spec in enumerate(columns(table.kind)):
        if place == 0:
            sheet.write_string(end, 0, TOTAL, plain)
        elif spec.field in totals:
            letter = xl_col_to_name(place)
            formula = f"=SUM({letter}{FIRST_ROW + 1}:{letter}{end})"
            style = formats.get(bold=True, top=1, **_style(spec))
            sheet.write_formula(end, place, formula, style, totals[spec.field])
        else:
            sheet.write_blank(end, place, None, plain)


def _style(spec: ColumnSpec) -> dict[str, Any]:
    if is_number(spec):
        return {"num_format": spec.unit.number_format, **alignment(spec)}
    if spec.kind == "date":
        return {"num_format": DATE_FORMAT, **alignment(spec)}
    return {"text_wrap": bool(spec.column.width), **alignment(spec)}


def _row_height(specs: Sequence[ColumnSpec], row: Row) -> int:
    """Return the height that a row's longest text takes in its column."""
    lines = (
        wrapped_lines(value, spec.column.width - MARGIN)
        for spec, (_, value) in zip(specs, row, strict=True)
        if spec.column.width and isinstance(value, str)
    )
    return LINE_HEIGHT * max(lines, default=1)


def _put(sheet: Worksheet, cell: tuple[int, int], value: Any, style: Format, formula: str) -> int:
    """Write the cell at a row and column, and return how many characters it shows."""
    line, place = cell
    if value is None or value == "":
        sheet.write_blank(line, place, None, style)
        return 0
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, style)
        return len("2027-01-01")
    if isinstance(value, str):
        if sheet.write_string(line, place, value, style) != 0:
            raise ValueError(f"a text of {len(value)} characters does not fit into a cell")
        return text_width(value)
    if formula:
        sheet.write_formula(line, place, f"={formula}", style, value)
    else:
        sheet.write_number(line, place, value, style)
    return len(f"{value:,.2f}")


def _write_figures(
    sheet: Worksheet, kind: type[Row], figures: Sequence[Figure], formats: Formats
) -> None:
    specs = columns(kind)
    _header(sheet, specs, formats)
    cells = {
        figure.key: xl_rowcol_to_cell(line, 1)
        for line, figure in enumerate(figures, start=FIRST_ROW)
    }
    for line, figure in enumerate(figures, start=FIRST_ROW):
        _write_figure(sheet, line, figure, cells, formats)
    for place, spec in enumerate(specs):
        sheet.set_column(place, place, spec.column.width)


def _write_figure(
    sheet: Worksheet, line: int, figure: Figure, cells: Mapping[str, str], formats: Formats
) -> None:
    if figure.kind == "section":
        style = formats.get(bold=True, bg_color="#F2F4F7", top=1)
        sheet.write_string(line, 0, figure.name, style)
        for place in (1, 2):
            sheet.write_blank(line, place, None, style)
        return
    sheet.write_string(line, 0, figure.name, formats.get(**ON_LEFT))
    if isinstance(figure.value, str):
        _write_text(sheet, line, figure.value, formats)
    elif figure.value is not None:
        number_format = FIGURE_FORMATS.get(figure.kind, COUNT.number_format)
        style = formats.get(num_format=number_format, align="right")
        formula = figure.formula.format_map(cells)
        _put(sheet, (line, 1), figure.value, style, formula)
    if figure.note:
        style = formats.remark(text_wrap=True, **ON_LEFT)
        sheet.write_string(line, 2, figure.note, style)
        lines = wrapped_lines(figure.note, NOTE_FITS)
        if lines > 1:
            sheet.set_row(line, LINE_HEIGHT * lines)


def _write_text(sheet: Worksheet, line: int, text: str, formats: Formats) -> None:
    """Write a text; one too long for its column runs on over the two next to each other."""
    wrapped = formats.get(text_wrap=True, **ON_LEFT)
    if text_width(text) <= TEXT_FITS:
        sheet.write_string(line, 1, text, wrapped)
        return
    sheet.merge_range(line, 1, line, 2, "", wrapped)
    sheet.write_string(line, 1, text, wrapped)
    sheet.set_row(line, LINE_HEIGHT * wrapped_lines(text, MERGED_FITS))
