"""Stored values: what the formulas last gave, put back into the copy.

openpyxl writes formulas without them; previewers, and this program, would see nothing.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import to_excel

from planner.workbook.checked.texts import escaped
from planner.workbook.reading.cells import Cell, SheetCells

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?>(<f[^>]*>[^<]*</f>)<v ?/></c>')


def with_stored_values(xml: str, sheet: SheetCells, epoch: datetime) -> str:
    """Return a sheet's XML whose formulas have the values that they have in a sheet."""

    def value_of(match: re.Match[str]) -> str:
        address, style, formula = match.groups()
        row, column = coordinate_to_tuple(address)
        cell = sheet.cell(row - 1, column - 1)
        if cell.is_without_value:
            return match.group()
        kind, value = _stored(cell, epoch)
        return f'<c r="{address}"{style or ""}{kind}>{formula}<v>{escape(value)}</v></c>'

    return _FORMULA.sub(value_of, xml)


def _stored(cell: Cell, epoch: datetime) -> tuple[str, str]:
    """Return the type of a cell, as an attribute, and its value as a file stores them."""
    value = cell.value
    if cell.error:
        return ' t="e"', cell.error
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, (date, time, timedelta)):
        return "", repr(to_excel(value, epoch))  # type: ignore[no-untyped-call]
    if isinstance(value, (int, float)):
        return "", repr(value)
    return ' t="str"', escaped(value or "")
