"""Figures: numbers that come as text, read in the one way they can be meant."""

from __future__ import annotations

import re
import unicodedata

from planner.errors import Code
from planner.row import ColumnSpec
from planner.workbook.reading.expectations import expected_words
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.texts import half_width

MINUS_SIGN = "\N{MINUS SIGN}"

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_NOT_FINITE = re.compile(r"[+-]?(?:inf|infinity|nan|∞)", re.IGNORECASE)
_SEPARATORS = ",.' "
_HOW_TO_WRITE = "Write digits, with a point before decimals, such as 1234.5."


def parse_number(text: str, spec: ColumnSpec) -> float:
    """Return the number that a text in a column stands for, whatever its bounds.

    ``1,234.50``, ``¥1,234`` (where the unit is money), ``８%`` (0.08, where it may be a
    percentage) and ``1e6`` are numbers; a single comma before three digits parts
    thousands, a single point decimals.

    Raises
    ------
    CellFaultError
        Where it is no number, not a finite one, or could be read in two ways.
    """
    plain = half_width(text).replace(MINUS_SIGN, "-").strip()
    plain, exponent = _without_percent(plain, text, spec)
    plain = _without_currency_sign(plain, text, spec)
    if plain[:1] in ("+", "-"):
        plain = plain[0] + plain[1:].lstrip()
    if _NOT_FINITE.fullmatch(plain):
        raise CellFaultError(
            Code.NUMBER_NOT_FINITE,
            f"'{text}' is not a finite number.",
            expected_words(spec),
            "Write a finite number; a limit that does not matter is left blank.",
        )
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif not _PLAIN.fullmatch(plain) or (exponent and "e" in plain.casefold()):
        raise _unreadable(plain, text, spec)
    return float(plain + exponent)


def _without_percent(plain: str, text: str, spec: ColumnSpec) -> tuple[str, str]:
    """Return the text before a percent sign, and the exponent that the sign stands for."""
    if not plain.endswith("%"):
        return plain, ""
    if not spec.unit.percent:
        raise CellFaultError(
            Code.NUMBER_UNREADABLE,
            f"'{text}' is a percentage, and this column has none.",
            expected_words(spec),
            "Write the number without the percent sign.",
        )
    return plain[:-1].rstrip(), "e-2"


def _without_currency_sign(plain: str, text: str, spec: ColumnSpec) -> str:
    """Return the text without the one currency sign that may stand before or after it."""
    if plain.isascii() and "$" not in plain:
        return plain
    signs = [sign for sign in plain if unicodedata.category(sign) == "Sc"]
    if not signs:
        return plain
    if not spec.unit.money:
        raise CellFaultError(
            Code.CURRENCY_SIGN,
            f"'{text}' is an amount of money, and this column has none.",
            expected_words(spec),
            "Write the number without the currency sign.",
        )
    before, _, after = plain.partition(signs[0])
    is_outside = before.strip() in ("", "+", "-") or not after.strip()
    return (before + after).strip() if is_outside and len(signs) == 1 else plain


def _unreadable(plain: str, text: str, spec: ColumnSpec) -> CellFaultError:
    digits = plain.lstrip("+-")
    alone = "".join(sign for sign in digits if sign not in _SEPARATORS)
    if alone == digits or not (alone.isascii() and alone.isdigit()):
        return CellFaultError(
            Code.NUMBER_UNREADABLE,
            f"'{text}' is not a number.",
            expected_words(spec),
            _HOW_TO_WRITE,
        )
    return CellFaultError(
        Code.NUMBER_AMBIGUOUS,
        f"'{text}' could be read in more than one way.",
        "a point before decimals, and commas only between groups of three digits",
        f"Write {', or '.join(_readings(plain))} if that is meant.",
    )


def _readings(plain: str) -> list[str]:
    """Return what a parted number may mean: no decimals, or decimals after its last part."""
    whole = "".join(sign for sign in plain if sign not in _SEPARATORS)
    last = max(plain.rfind(","), plain.rfind("."))
    decimals = sum(sign in "0123456789" for sign in plain[last:]) if last >= 0 else 0
    sign, digits = (whole[0], whole[1:]) if whole[0] in "+-" else ("", whole)
    readings = [sign + (digits.lstrip("0") or "0")]
    if decimals:
        before = digits[:-decimals].lstrip("0") or "0"
        readings.append(f"{sign}{before}.{digits[-decimals:]}")
    return readings
