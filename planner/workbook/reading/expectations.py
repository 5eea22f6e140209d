"""Expectations: what a column takes, in words for the user."""

from __future__ import annotations

import re

from planner.row import ColumnSpec

_UNIT = re.compile(r"\s*[(（][^()（）]*[)）]")


def noun(spec: ColumnSpec) -> str:
    """Return a column's name as a noun in a sentence: "upfront price", "IT power", "SKU"."""
    if spec.kind == "spread":
        return spec.field.removesuffix("s")
    words = _UNIT.sub("", spec.header)
    first = words.split(" ", maxsplit=1)[0]
    return words if first[1:] != first[1:].lower() else words[:1].lower() + words[1:]


def expected_words(spec: ColumnSpec) -> str:
    """Return what a cell of the column should hold, such as "a number at least 0 (weeks)"."""
    if spec.kind in ("number", "whole", "spread"):
        return _number_words(spec)
    if spec.kind == "date":
        return "a date, or text such as 2027-01-31"
    if spec.kind == "yes_no":
        return "yes or no"
    if spec.choices:
        several = "one or more of" if spec.kind == "list" else "one of"
        return f"{several} {', '.join(spec.choices)}"
    sheet = spec.column.refers.partition(".")[0]
    source = f" from {sheet}" if sheet else ""
    if spec.kind == "list":
        return f"names{source}, separated by commas"
    word = noun(spec)
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}{source}"


def _number_words(spec: ColumnSpec) -> str:
    kind = "a whole number" if spec.kind == "whole" else "a number"
    if spec.unit.percent:
        kind = f"{kind} or percentage"
    bounds = f" {spec.range_words()}" if spec.range_words() else ""
    symbol = f" ({spec.unit.symbol})" if spec.unit.symbol else ""
    return f"{kind}{bounds}{symbol}"
