"""The cases that relations are tried on: one with a line of everything, and some of data/."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from data.build import CASES, case_of
from planner.case.case import Case
from planner.row import Row
from planner.workbook.reading.reader import load_case
from planner.workbook.template.samples import Rows
from tests.metamorphic.program import Answer, solve
from tests.metamorphic.sheets import sheets_of, write_sheets
from tests.workbook.workbook_strategies import EVERY_SHEET

AnyRow = TypeVar("AnyRow", bound=Row)

NAMES = (
    *("every_sheet", "carbon_cap_and_price", "site_loss", "peak_and_off_peak", "averse_to_risk"),
    *("incremental_tiers", "vendor_power", "retiring_fleet", "min_order", "cluster_units"),
    *("order_before_knowing", "spot_with_interruptions", "article_case"),
)


@cache
def rows_named(name: str) -> Rows:
    """Return the rows of a case, by their class."""
    if name in CASES:
        return CASES[name].tables
    with TemporaryDirectory() as folder:
        return rows_of(load_case(write_sheets(EVERY_SHEET, Path(folder) / "case.xlsx")))


@cache
def answer_named(name: str) -> Answer:
    """Return what the program answers to a case as it is."""
    return answer_to(rows_named(name))


def answer_to(rows: Rows, *options: str) -> Answer:
    """Return what the program answers to these rows."""
    with TemporaryDirectory() as folder:
        return solve(sheets_of(rows), Path(folder), *options)


def rows_of(case: Case) -> Rows:
    """Return the rows of a case, by their class."""
    return {
        table: [entry.row for entry in entries if entry.row is not None]
        for table, entries in case.tables().items()
    }


def case_of_rows(rows: Rows) -> Case:
    """Return the case that these rows make."""
    return case_of(rows)


def held(rows: Rows, table: type[AnyRow]) -> list[AnyRow]:
    """Return the rows of one table."""
    return [row for row in rows.get(table, ()) if isinstance(row, table)]


def changed(rows: Rows, table: type[AnyRow], change: Callable[[AnyRow], AnyRow]) -> Rows:
    """Return the rows with each of one table changed."""
    return {**rows, table: [change(row) for row in held(rows, table)]}


def added(rows: Rows, *more: Row) -> Rows:
    """Return the rows and some more."""
    grown = dict(rows)
    for row in more:
        grown[type(row)] = [*grown.get(type(row), ()), row]
    return grown


def times(row: AnyRow, factor: float, fields: Iterable[str]) -> AnyRow:
    """Return a row with these fields multiplied, where they are not blank."""
    values = {name: dict(row)[name] for name in fields}
    products = {
        name: type(value)(value * factor) for name, value in values.items() if value is not None
    }
    return row.model_copy(update=products)
