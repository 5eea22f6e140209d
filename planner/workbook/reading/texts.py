"""Texts: what a cell holds, as text, and the forms in which texts are compared."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time

from planner.workbook.reading.cells import Cell, Value

SIGNIFICANT_DIGITS = 15
"""As many as Excel shows; what is stored beyond them is rounding."""
MIDNIGHT = time()

_WIDTHS = ("<wide>", "<small>", "<noBreak>")
"""Characters that differ from a plain one only in width. Superscripts and the like do
not count: 5² is not 52."""


def is_blank(value: Value) -> bool:
    """Return whether a cell holds nothing, or nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Value) -> str:
    """Return what a cell shows, as plain text: 2027.0 is "2027", a date is its ISO text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return str(value.date() if value.time() == MIDNIGHT else value)
    return str(value).strip()


def number_text(value: float) -> str:
    """Return a number as Excel shows it, without separators: 2027.0 is "2027"."""
    return format(value, f".{SIGNIFICANT_DIGITS}g")


def shown(cell: Cell) -> str:
    """Return what stands in a cell, as messages quote it."""
    return cell.error or " ".join(text_of(cell.value).split())


def half_width(text: str) -> str:
    """Return the text with full-width digits, letters and signs in their plain form."""
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", sign)
        if unicodedata.decomposition(sign).startswith(_WIDTHS)
        else sign
        for sign in text
    )


def folded(text: str) -> str:
    """Return what is compared of a word: neither case nor width counts."""
    return half_width(text).strip().casefold()
