"""Plan sheets: the tables of a plan workbook, read back from disk as they stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from planner.errors import Code, Issue
from planner.row import Row, columns
from planner.workbook.reading.cells import Book, Cell, SheetCells, open_book
from planner.workbook.results.writer import TOTAL


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a sheet: its cells by field."""

    cells: Mapping[str, Cell]

    def text(self, field: str) -> str:
        """Return a cell as text, "" where it is empty."""
        value = self.cells[field].value
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value)

    def number(self, field: str) -> float | None:
        """Return a cell as a number, None where it holds none."""
        value = self.cells[field].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) else None


@dataclass(frozen=True)
class PlanSheet:
    """A sheet of a plan workbook.

    Attributes
    ----------
    name : of the sheet
    header : what each column is headed by, by field
    lines : that are not blank, wherever they stand
    total : the last line that is called a total, on a sheet that has sums
    """

    name: str
    header: Mapping[str, str]
    lines: tuple[PlanLine, ...]
    total: PlanLine | None

    def issue(self, cell: Cell | None, field: str, message: str, expected: str = "") -> Issue:
        """Return an error about one cell, or about the sheet as a whole."""
        value = "" if cell is None else str(_plain(cell.value) or "")
        place = cell.address if cell else ""
        header = self.header.get(field, "")
        return Issue(
            Code.PLAN_CELL_DIFFERS, "error", self.name, place, header, value, message, expected
        )


def read_plan_sheets(
    path: Path,
    kinds: Mapping[str, type[Row]],
    password: Callable[[], str | None] | None = None,
) -> dict[str, PlanSheet]:
    """Return the sheets of a plan workbook that are there and whose header is complete.

    Parameters
    ----------
    path : of the plan workbook
    kinds : sheet's name -> the class of its rows
    password : is asked where the file is protected by one

    Raises
    ------
    FileError
        Where the file cannot be read, or is no .xlsx workbook.
    """
    return dict(_sheets(open_book(path, password), kinds))


def _sheets(book: Book, kinds: Mapping[str, type[Row]]) -> Iterator[tuple[str, PlanSheet]]:
    for sheet in book.sheets:
        if sheet.name in kinds:
            read = _read(sheet, kinds[sheet.name])
            if read is not None:
                yield sheet.name, read


def _read(sheet: SheetCells, kind: type[Row]) -> PlanSheet | None:
    headers = {spec.field: spec.header for spec in columns(kind)}
    header = _find_header(sheet, {name: field for field, name in headers.items()})
    if header is None:
        return None
    row, places = header
    has_sums = any(spec.column.total for spec in columns(kind))
    lines: list[PlanLine] = []
    total: PlanLine | None = None
    for below in range(row + 1, len(sheet.rows)):
        line = PlanLine({field: sheet.cell(below, place) for field, place in places.items()})
        if has_sums and line.cells[columns(kind)[0].field].value == TOTAL:
            lines += [total] if total else []
            total = line
        elif any(cell.value is not None for cell in line.cells.values()):
            lines.append(line)
    return PlanSheet(sheet.name, headers, tuple(lines), total)


def _find_header(sheet: SheetCells, fields: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """Return the first row with all headers, and the column of each field."""
    for row, values in enumerate(sheet.rows):
        places = {
            fields[value.strip()]: place
            for place, value in enumerate(values)
            if isinstance(value, str) and value.strip() in fields
        }
        if len(places) == len(fields):
            return row, places
    return None


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value
