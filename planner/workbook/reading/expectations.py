"""Expectations: what a column takes, in words for the user."""

from __future__ import annotations

from planner.row import ColumnSpec


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
    word = spec.noun
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}{source}"


def _number_words(spec: ColumnSpec) -> str:
    kind = "a whole number" if spec.kind == "whole" else "a number"
    if spec.unit.percent:
        kind = f"{kind} or percentage"
    bounds = f" {spec.range_words()}" if spec.range_words() else ""
    symbol = f" ({spec.unit.symbol})" if spec.unit.symbol else ""
    return f"{kind}{bounds}{symbol}"
