"""Dropdowns: what a cell of the input workbook offers to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from planner.case.case import INPUT
from planner.row import ColumnSpec, columns
from planner.workbook.template.layout import FIRST_ROW, InputSheet
from planner.workbook.template.words import Words

Choices = Mapping[str, Any]
"""XlsxWriter's options of a data validation."""


def dropdown(spec: ColumnSpec, words: Words) -> Choices | None:
    """Return what a column's cells offer; None where they take anything.

    A list of several may be typed, so its cells refuse nothing; a name that is not yet
    on the sheet it belongs to is asked about, not refused.
    """
    refers = spec.column.refers
    if spec.kind == "yes_no":
        return {"validate": "list", "source": [words.yes, words.no]}
    if spec.choices:
        is_one = spec.kind == "choice"
        return {"validate": "list", "source": list(spec.choices), "show_error": is_one}
    if refers and spec.kind != "spread":
        return {
            "validate": "list",
            "source": f"={_key_name(*_key(refers))}",
            "show_error": spec.kind != "list",
            "error_type": "warning",
            "error_title": words.unknown_title,
            "error_message": words.unknown_name,
        }
    return None


def offer(sheet: Worksheet, row: int, column: int, last_row: int, choices: Choices | None) -> None:
    """Give the cells of a column, from a row to the last one, a dropdown."""
    if choices is not None:
        sheet.data_validation(row, column, last_row, column, dict(choices))


def define_key_names(book: xlsxwriter.Workbook, sheet: InputSheet) -> None:
    """Name the ranges of a sheet that other sheets' dropdowns refer to.

    A range ends with its last filled cell, so that a dropdown does not offer blanks.
    """
    for place, column in enumerate(sheet.columns):
        key = (sheet.table.sheet.name, column.spec.field)
        if key not in _referred_keys():
            continue
        prefix = f"{quote_sheetname(sheet.name)}!"
        cells = prefix + xl_range_abs(FIRST_ROW, place, sheet.last_row, place)
        first = prefix + xl_rowcol_to_cell(FIRST_ROW, place, row_abs=True, col_abs=True)
        filled = f"INDEX({cells},MAX(1,COUNTA({cells})))"
        book.define_name(_key_name(*key), f"={first}:{filled}")


def _referred_keys() -> set[tuple[str, str]]:
    specs = (spec for table in INPUT for spec in columns(table))
    return {_key(spec.column.refers) for spec in specs if spec.column.refers}


def _key(refers: str) -> tuple[str, str]:
    """Return the sheet and field of a reference such as "Hardware" or "Offers.vendor"."""
    name, _, field = refers.partition(".")
    table = next(one for one in INPUT if one.sheet.name == name)
    return name, field or table.sheet.key[0]


def _key_name(sheet: str, field: str) -> str:
    return f"{sheet.replace(' ', '_')}_{field}"
