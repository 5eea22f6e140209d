"""Sheets: an input workbook as plain lists of cells, which tests change and write."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from planner.case.case import INPUT
from planner.case.finance import Settings
from planner.case.horizon import Period
from planner.row import columns
from planner.workbook.template.layout import InputSheet
from planner.workbook.template.samples import Rows
from planner.workbook.template.words import Language


class Formula(NamedTuple):
    """A cell that holds a formula; without a stored value where `value` is blank."""

    text: str
    value: str | float = ""


Content = str | float | bool | date | Formula | None
Line = list[Content]
Sheets = dict[str, list[Line]]
"""Lines of cells by the name of the sheet, in the order of the tabs; the first is the header."""

CREATED = datetime(2027, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When every workbook says it was made; a workbook knows no time zones."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def sheets_of(tables: Rows, lang: Language = "en") -> Sheets:
    """Return the sheets that hold these rows: header and lines, without titles and notes.

    Optional sheets without a row are left out.
    """
    labels = [row.period for row in tables[Period] if isinstance(row, Period)]
    placed = (InputSheet(table, tables.get(table, ()), labels, lang, 0) for table in INPUT)
    return {
        sheet.name: _lines_of(sheet) for sheet in placed if sheet.rows or sheet.table.sheet.required
    }


def write_sheets(sheets: Sheets, path: Path) -> Path:
    """Write a workbook that holds just these cells, and return its path."""
    book = xlsxwriter.Workbook(path, _OPTIONS)
    book.set_properties({"created": CREATED})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                _write(sheet, row, column, value, day)
    book.close()
    return path


def copied(sheets: Sheets) -> Sheets:
    """Return sheets that can be changed while the others stay as they are."""
    return deepcopy(sheets)


def _lines_of(sheet: InputSheet) -> list[Line]:
    if sheet.table is Settings:
        return [list(_setting_header(sheet)), *_settings(sheet)]
    header: Line = [column.header for column in sheet.columns]
    return [header, *([sheet.value(row, one) for one in sheet.columns] for row in sheet.rows)]


def _setting_header(sheet: InputSheet) -> Sequence[str]:
    return ("设置", "值") if sheet.lang == "zh" else ("Setting", "Value")


def _settings(sheet: InputSheet) -> list[Line]:
    (row,) = sheet.rows
    return [[sheet.header(spec), sheet.shown(dict(row)[spec.field])] for spec in columns(Settings)]


def _write(sheet: Worksheet, row: int, column: int, value: Content, day: object) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, None, value.value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)
