"""Doubts: texts that are read as a number, and may mean another."""

from __future__ import annotations

import re

from planner.errors import Code
from planner.row import Row, columns
from planner.workbook.reading.places import Places
from planner.workbook.reading.tables import TableRead
from planner.workbook.reading.texts import half_width, shown

SIGNS = {"€": ("EUR",), "£": ("GBP",), "¥": ("CNY", "JPY"), "￥": ("CNY", "JPY"), "₩": ("KRW",)}
"""Currencies that a sign stands for; a dollar sign stands for every dollar."""

_MAY_BE_THOUSANDS = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,%])")

DOLLARS = "$＄"


def tell_doubts(table: type[Row], read: TableRead, base_currency: str) -> None:
    """Note a warning at each text that may not mean the number that it is read as.

    Its sign is not that of its row's currency, or its point may stand for thousands.

    Parameters
    ----------
    table : the class of the rows
    read : what could be read of them; takes the warnings
    base_currency : of rows that name none
    """
    places = read.places
    if places is None:
        return
    _tell_points(table, read, places)
    money = [spec.field for spec in columns(table) if spec.unit.money]
    bound = [places.columns[field] for field in money if field in places.columns]
    for entry, row in zip(read.entries, places.rows, strict=False):
        currency = str(entry.values.get("currency") or base_currency)
        for place in bound:
            value = places.sheet.rows[row][place]
            if isinstance(value, str) and _is_other(value, currency):
                cell = places.sheet.cell(row, place)
                read.issues.add(
                    Code.CURRENCY_SIGN,
                    f"'{shown(cell)}' is read as an amount in {currency}.",
                    cell=cell,
                    column=shown(places.sheet.cell(places.header_row, place)),
                    hint="Leave the sign out, or name its currency in the column Currency.",
                    severity="warning",
                )


def _tell_points(table: type[Row], read: TableRead, places: Places) -> None:
    numbers = [spec.field for spec in columns(table) if spec.kind in ("number", "whole")]
    bound = [places.columns[field] for field in numbers if field in places.columns]
    for row in places.rows:
        for place in (*bound, *places.spread.values()):
            value = places.sheet.rows[row][place]
            if isinstance(value, str) and _MAY_BE_THOUSANDS.search(half_width(value)):
                cell = places.sheet.cell(row, place)
                read.issues.add(
                    Code.NUMBER_AMBIGUOUS,
                    f"'{shown(cell)}' is read with a decimal point, not as thousands.",
                    cell=cell,
                    column=shown(places.sheet.cell(places.header_row, place)),
                    hint="Write the number without separators, in a cell with a number format.",
                    severity="warning",
                )


def _is_other(text: str, currency: str) -> bool:
    return any(
        (letter in SIGNS and currency not in SIGNS[letter])
        or (letter in DOLLARS and not currency.endswith("D"))
        for letter in text
    )
