"""Comparison: the cells of a plan's sheet against what follows from the plan's facts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from planner.errors import Code, Issue
from planner.report.checks import CheckLine
from planner.report.table import Figure, Table
from planner.row import Row, columns
from planner.workbook.results.plan_sheets import PlanLine, PlanSheet

AGREEMENT = 1e-9
"""Two figures are the same when they differ by less than this share of the larger ..."""

NOISE = 1e-12
"""... or of the largest figure beside them: what is left of a difference of large sums."""


def compare_sheet(table: Table, sheet: PlanSheet | None) -> Iterator[Issue]:
    """Yield the cells of a sheet that are not what follows from the plan's facts."""
    if sheet is None and not table.rows and table.kind.sheet.optional:
        return
    if sheet is None:
        yield Issue(
            Code.PLAN_CELL_DIFFERS,
            "error",
            table.name,
            "",
            "",
            "",
            "the sheet is missing, or one of its columns is.",
        )
        return
    key = table.kind.sheet.key
    missing = {_key(dict(row), key): row for row in table.rows if not _is_section(row)}
    largest = _largest(table) if table.kind.sheet.layout == "settings" else 0.0
    totals = table.totals()
    named_so = [sheet.total] if sheet.total is not None and not totals else []
    for line in (*sheet.lines, *named_so):
        row = missing.pop(_key({field: line.text(field) for field in key}, key), None)
        if row is not None:
            yield from _compare_line(sheet, line, table.kind, _comparable(row), largest)
        elif not (table.kind.sheet.layout == "settings" and line.cells["value"].value is None):
            cell = line.cells[key[0]]
            yield sheet.issue(cell, key[0], "this line does not follow from the plan's orders.")
    for name in missing:
        yield sheet.issue(None, "", f"the line of {', '.join(filter(None, name))} is missing.")
    if totals and sheet.total is not None:
        yield from _compare_line(sheet, sheet.total, table.kind, totals, largest)
    elif totals:
        yield sheet.issue(None, "", "the line of totals is missing.")


def _largest(table: Table) -> float:
    """Return the largest figure of a sheet of figures."""
    values = (dict(row).get("value") for row in table.rows)
    return max((abs(one) for one in values if isinstance(one, int | float)), default=0.0)


def _comparable(row: Row) -> dict[str, Any]:
    """Return what a line must hold; of a check its result, as its figures are noise near 0."""
    values = dict(row)
    if isinstance(row, CheckLine):
        return {field: values[field] for field in ("family", "rule", "result", "compared")}
    return values


def _is_section(row: Row) -> bool:
    return isinstance(row, Figure) and row.kind == "section"


def _key(values: dict[str, Any], key: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(values[field]) for field in key)


def _compare_line(
    sheet: PlanSheet,
    line: PlanLine,
    kind: type[Row],
    expected: dict[str, Any],
    largest: float,
) -> Iterator[Issue]:
    """Yield the cells of a line that differ by more than the noise of its largest figure."""
    sizes = (abs(one) for one in expected.values() if isinstance(one, int | float))
    noise = NOISE * max(largest, *sizes, 0.0)
    for spec in columns(kind):
        cell = line.cells[spec.field]
        if spec.field not in expected or cell.is_without_value:
            continue
        should_be = expected[spec.field]
        if cell.error or not _agree(cell.value, should_be, noise):
            here = cell.error or cell.value
            yield sheet.issue(
                cell,
                spec.field,
                f"'{_shown(here)}' stands here; by the plan's orders and units it is "
                f"'{_shown(should_be)}'.",
                _shown(should_be),
            )


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value.date() if isinstance(value, datetime) else value)


def _agree(found: Any, expected: Any, noise: float) -> bool:
    if expected is None or expected == "":
        return found is None or found == ""
    if isinstance(expected, date):
        return (found.date() if isinstance(found, datetime) else found) == expected
    if isinstance(expected, str):
        return found is not None and str(found).strip() == expected.strip()
    if not isinstance(found, int | float):
        return False
    return math.isclose(found, expected, rel_tol=AGREEMENT, abs_tol=max(noise, NOISE))
