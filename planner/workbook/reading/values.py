"""Values: what one cell says, by the column that it stands in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any

from planner.case.findings import closest
from planner.errors import Code
from planner.row import ColumnSpec, Kind
from planner.units import LARGEST, SMALLEST
from planner.workbook.reading.cells import Cell, Value
from planner.workbook.reading.dates import read_date
from planner.workbook.reading.expectations import expected_words
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.figures import parse_number
from planner.workbook.reading.texts import folded, is_blank, number_text, text_of

LONGEST_NAME, LONGEST_TEXT = 255, 10_000
"""Characters: names stand several in a cell of the plan, which holds 32,767."""

_LIST_SEPARATORS = re.compile("[,;，；]")
_WORD_SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015]+")
_YES_OR_NO = {
    "yes": True,
    "true": True,
    "1": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "否": False,
}


def mark_fault(cell: Cell, expected: str) -> CellFaultError:
    """Return why an error cell, or a formula without a stored value, cannot be read."""
    if cell.error:
        return CellFaultError(
            Code.CELL_ERROR,
            f"the cell holds the error {cell.error}.",
            expected,
            "Correct its formula, or write the value.",
        )
    return CellFaultError(
        Code.FORMULA_WITHOUT_VALUE,
        "the cell holds a formula whose value was never stored.",
        expected,
        "Open the file in Excel or LibreOffice and save it.",
    )


def read_cell(cell: Cell, spec: ColumnSpec) -> Any:
    """Return what a cell says, by its column: the column's default where it is blank.

    Raises
    ------
    CellFaultError
        Where the cell cannot be read, is out of bounds, or is blank in a required column.
    """
    if cell.error or cell.is_without_value:
        raise mark_fault(cell, expected_words(spec))
    return read_value(cell.value, spec)


def read_value(value: Value, spec: ColumnSpec) -> Any:
    """Return what a cell's value means in a column; see `read_cell`."""
    if is_blank(value) or (spec.column.also and _means_blank(text_of(value), spec)):
        if spec.required:
            raise CellFaultError(
                Code.CELL_EMPTY,
                f"the cell is empty, and every row needs its {spec.noun}.",
                expected_words(spec),
                "Fill in the cell, or clear the row.",
            )
        return spec.default
    return _READERS[spec.kind](value, spec)


def _means_blank(text: str, spec: ColumnSpec) -> bool:
    return folded(text) in map(folded, spec.column.also)


def _read_text(value: Value, spec: ColumnSpec) -> str:
    text = text_of(value)
    longest = LONGEST_NAME if spec.required or spec.column.refers else LONGEST_TEXT
    if len(text) > longest:
        raise CellFaultError(
            Code.OUT_OF_RANGE,
            f"the text has {len(text):,} characters, too many for {spec.noun}.",
            f"{longest:,} characters at most",
            "Shorten it.",
        )
    return text


def _read_number(value: Value, spec: ColumnSpec) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str):
        number = parse_number(value.strip(), spec)
    else:
        what = "yes or no" if isinstance(value, bool) else "a date or time"
        raise CellFaultError(
            Code.NUMBER_UNREADABLE,
            f"{text_of(value)} is {what}, not a number.",
            expected_words(spec),
            "Write the number, in a cell with a number format.",
        )
    if not math.isfinite(number):
        raise CellFaultError(
            Code.NUMBER_NOT_FINITE,
            f"'{text_of(value)}' is not a finite number.",
            expected_words(spec),
            "Write a smaller number.",
        )
    _check_size(number, spec)
    _check_bounds(number, spec)
    return number


def _read_whole(value: Value, spec: ColumnSpec) -> int:
    number = _read_number(value, spec)
    if not float(number_text(number)).is_integer():
        raise CellFaultError(
            Code.OUT_OF_RANGE,
            f"{number_text(number)} is not a whole number.",
            expected_words(spec),
            f"Write {math.floor(number)} or {math.ceil(number)}.",
        )
    return round(number)


def _check_size(number: float, spec: ColumnSpec) -> None:
    if number == 0 or SMALLEST <= abs(number) <= LARGEST:
        return
    is_small = abs(number) < SMALLEST
    raise CellFaultError(
        Code.OUT_OF_RANGE,
        f"{number_text(number)} is too {'near to 0' if is_small else 'large'} to mean anything.",
        expected_words(spec),
        "Write 0 if that is meant."
        if is_small
        else "Write a smaller number; a limit that does not matter is left blank.",
    )


def _check_bounds(number: float, spec: ColumnSpec) -> None:
    is_too_small = (spec.above is not None and number <= spec.above) or (
        spec.at_least is not None and number < spec.at_least
    )
    is_too_large = spec.at_most is not None and number > spec.at_most
    if not is_too_small and not is_too_large:
        return
    shown = number_text(number)
    takes_no_negative = any(
        bound is not None and bound >= 0 for bound in (spec.above, spec.at_least)
    )
    if number < 0 and takes_no_negative:
        message = f"{shown} is a negative {spec.noun}."
        hint = "Write it without the minus sign."
    else:
        message = f"{shown} is too {'large' if is_too_large else 'small'} for {spec.noun}."
        hint = f"Write a number {spec.range_words()}."
    if is_too_large and spec.unit.percent:
        hint = f"Write {shown}% if per cent is meant."
    raise CellFaultError(Code.OUT_OF_RANGE, message, expected_words(spec), hint)


def _read_yes_no(value: Value, spec: ColumnSpec) -> bool:
    if isinstance(value, bool):
        return value
    answer = _YES_OR_NO.get(folded(text_of(value)))
    if answer is None:
        raise CellFaultError(
            Code.NOT_YES_OR_NO, f"'{text_of(value)}' is neither yes nor no.", expected_words(spec)
        )
    return answer


def _read_choice(value: Value, spec: ColumnSpec) -> Any:
    text = text_of(value)
    choice = _choices(spec.choice_type).get(_word(text))
    if choice is None:
        raise CellFaultError(
            Code.NOT_A_CHOICE,
            f"'{text}' is not a known {spec.noun}.",
            expected_words(spec),
            f"Did you mean '{close}'?" if (close := closest(text, spec.choices)) else "",
        )
    return choice


def _read_list(value: Value, spec: ColumnSpec) -> tuple[Any, ...]:
    items = [item.strip() for item in _LIST_SEPARATORS.split(text_of(value))]
    if spec.choice_type is None:
        return tuple(item for item in items if item)
    return tuple(_read_choice(item, spec) for item in items if item)


@cache
def _choices(choice_type: type[StrEnum] | None) -> dict[str, StrEnum]:
    return {_word(choice.value): choice for choice in choice_type or ()}


def _word(text: str) -> str:
    """Return what is compared of a choice: spaces and hyphens count as underscores."""
    return _WORD_SEPARATORS.sub("_", folded(text))


_READERS: dict[Kind, Callable[[Value, ColumnSpec], Any]] = {
    "text": _read_text,
    "number": _read_number,
    "whole": _read_whole,
    "date": read_date,
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "list": _read_list,
    "spread": _read_number,
}
