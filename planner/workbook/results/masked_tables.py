"""Masked tables: the sheets of a plan as a copy to be shared has them.

What the report's columns do not declare is not there: a cell is read by the kind of its column,
and is masked as its column says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import create_model

from planner.report.table import Table
from planner.row import ColumnSpec, Masking, Row, columns
from planner.workbook.reading.cells import Cell
from planner.workbook.results.masks import LETTERS, Masks
from planner.workbook.results.plan_sheets import PlanLine, PlanSheet

NAMED = frozenset(LETTERS)
"""Maskings under which a name has a number that is the same on every sheet."""

_REFERENCE = re.compile(r"\{(\w+?)(?:_sum)?\}")

_TYPES: Mapping[str, Any] = {
    "text": str,
    "choice": str | None,
    "number": float | None,
    "whole": int | None,
    "date": date | None,
}


def names_of(
    sheets: Mapping[str, PlanSheet], kinds: Mapping[str, type[Row]]
) -> dict[Masking, tuple[str, ...]]:
    """Return the names of vendors, offers, ..., and those that may be told, as they first appear.

    Parameters
    ----------
    sheets : of the plan, in the order of the workbook
    kinds : sheet's name -> the class of its rows
    """
    found: dict[Masking, dict[str, None]] = {masking: {} for masking in (*NAMED, "open")}
    for name, sheet in sheets.items():
        specs = [one for one in columns(kinds[name]) if one.kind in {"text", "choice"}]
        for line in sheet.lines:
            for spec in specs:
                if spec.masking in found:
                    found[spec.masking].setdefault(line.text(spec.field))
    return {masking: tuple(name for name in names if name) for masking, names in found.items()}


def mask_table(sheet: PlanSheet, kind: type[Row], masks: Masks) -> tuple[Table, list[str]]:
    """Return a sheet's table with what is secret masked, and the cells that are left out.

    Parameters
    ----------
    sheet : as it was read back
    kind : the class of its rows
    masks : what is masked, and what by
    """
    specs = columns(kind)
    masked = _masked_kind(kind, masks)
    left_out: list[str] = []
    rows = []
    for line in sheet.lines:
        values: dict[str, Any] = {}
        for spec in specs:
            cell = line.cells[spec.field]
            values[spec.field] = _value(spec, line, masks)
            if values[spec.field] is None and cell.value is not None:
                left_out.append(
                    f"the cell {cell.address} of the sheet '{sheet.name}', which holds no "
                    f"{spec.kind} as its column does"
                )
        rows.append(masked(**values))
    first = specs[0]
    if first.masking in NAMED and masks.is_masked(first.masking):
        rows.sort(key=lambda row: _number(dict(row)[first.field]))  # or the order tells of names
    return Table(masked, rows), left_out


def _masked_kind(kind: type[Row], masks: Masks) -> type[Row]:
    """Return the class of a sheet's rows: text where it is masked, no formula over such cells."""
    specs = {spec.field: spec for spec in columns(kind)}
    secret = {field for field, spec in specs.items() if masks.is_masked(spec.masking)}
    fields: dict[str, Any] = {}
    for field, spec in specs.items():
        column = replace(spec.column, header=_header(spec, masks))
        used = set(_REFERENCE.findall(column.formula))
        if field in secret or used - (specs.keys() - secret):
            column = replace(column, formula="", total=column.total and field not in secret)
        if field in secret:
            column = replace(column, optional=spec.column.optional and spec.masking in NAMED)
            fields[field] = (Annotated[str, column], ...)
        else:
            fields[field] = (Annotated[_TYPES[spec.kind], spec.unit, column], ...)
    made: type[Row] = create_model(kind.__name__, __base__=Row, **fields)
    made.sheet = kind.sheet
    return made


def _header(spec: ColumnSpec, masks: Masks) -> str:
    """Return a column's header; that of a scenario's column has its name in it."""
    return masks.name(spec.header) if spec.field.startswith("scenario_") else spec.header


def _value(spec: ColumnSpec, line: PlanLine, masks: Masks) -> Any:
    """Return what a masked copy's cell holds; None where the plan's holds nothing of its kind."""
    text = line.text(spec.field)
    if masks.is_masked(spec.masking):
        return masks.masked(spec.masking, text)
    if spec.kind == "text":
        return masks.shown(spec.masking, text)
    if spec.kind == "choice":
        return text if text in spec.choices else None
    return _plain(spec, line.cells[spec.field], line.number(spec.field))


def _plain(spec: ColumnSpec, cell: Cell, number: float | None) -> Any:
    if spec.kind == "date":
        moment = cell.value
        return moment.date() if isinstance(moment, datetime) else _date(moment)
    if spec.kind == "whole":
        return int(number) if number is not None and number.is_integer() else None
    return number


def _date(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _number(code: str) -> float:
    """Return the number of a masked name, to sort by."""
    digits = code[1:]
    return float(digits) if digits.isdigit() else float("inf")
