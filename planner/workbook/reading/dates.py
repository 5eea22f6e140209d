"""Dates: Excel dates and ISO texts, and nothing that could be read in two ways."""

from __future__ import annotations

import re
from datetime import date, datetime

from planner.errors import Code
from planner.row import ColumnSpec
from planner.workbook.reading.cells import Value
from planner.workbook.reading.expectations import expected_words
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.texts import MIDNIGHT, half_width, text_of

FIRST_YEAR, LAST_YEAR = 1900, 2500
"""Years of dates that a plan can have to do with: no term reaches beyond a date's last year."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_date(value: Value, spec: ColumnSpec) -> date:
    """Return the day that a cell names: an Excel date without a time, or text such as 2027-01-31.

    Raises
    ------
    CellFaultError
        For all else: a bare number, 01/02/2027, a time of day.
    """
    day = _day(value, spec)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellFaultError(
            Code.OUT_OF_RANGE,
            f"{day} is too far away to plan for.",
            f"a date from {FIRST_YEAR} to {LAST_YEAR}",
            "Leave the cell blank where a date does not matter.",
        )
    return day


def _day(value: Value, spec: ColumnSpec) -> date:
    if isinstance(value, datetime):
        if value.time() == MIDNIGHT:
            return value.date()
    elif isinstance(value, date):
        return value
    elif isinstance(value, str):
        text = half_width(value).strip()
        if _ISO_DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError as error:
                raise _no_date(value, spec, f"there is no such day: {error}.") from error
    raise _no_date(value, spec, f"'{text_of(value)}' is not a date.")


def _no_date(value: Value, spec: ColumnSpec, message: str) -> CellFaultError:
    if isinstance(value, datetime):
        hint = "Write the day without a time."
    elif isinstance(value, str):
        hint = "Write year, month and day, such as 2027-01-31."
    else:
        hint = "Give the cell a date format, or write text such as 2027-01-31."
    return CellFaultError(Code.DATE_UNREADABLE, message, expected_words(spec), hint)
