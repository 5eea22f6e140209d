"""Tables: the lines of a sheet, as far as they can be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.case.findings import Entry
from planner.errors import Code
from planner.row import ColumnSpec, Row, columns
from planner.workbook.reading.cells import SheetCells
from planner.workbook.reading.expectations import expected_words
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.headers import Header, read_header
from planner.workbook.reading.issues import SheetIssues
from planner.workbook.reading.places import Places
from planner.workbook.reading.texts import is_blank, shown
from planner.workbook.reading.values import mark_fault, read_value

MOST_ISSUES = 2_000
"""So many problems of one sheet are told; who has more has one that is behind them all."""

UNREADABLE = Entry({}, None)
"""Stands for the lines of a table of which nothing could be read."""


@dataclass(frozen=True)
class TableRead:
    """What could be read of a table.

    Attributes
    ----------
    entries : its lines
    issues : what could not be read
    places : where the lines stand; None where the file has no such table
    """

    entries: Sequence[Entry]
    issues: SheetIssues
    places: Places | None = None


def read_table(
    table: type[Row],
    sheet: SheetCells,
    labels: Collection[str] | None,
    issues: SheetIssues,
) -> TableRead:
    """Return the lines of a sheet that are not blank; `labels` as for `read_header`."""
    specs = columns(table)
    if sheet.is_blank and not table.sheet.required:
        return TableRead((), issues)
    header = read_header(specs, sheet, labels, issues)
    if header is None:
        return TableRead((UNREADABLE,), issues)
    lines = _Lines(table, sheet, header, labels, issues)
    entries: list[Entry] = []
    rows: list[int] = []
    for row in range(header.start.row + 1, len(sheet.rows)):
        if len(issues.found) > MOST_ISSUES:
            _tell_too_many(sheet, row, issues)
            entries.append(UNREADABLE)
            rows.append(row)
            break
        if not lines.is_blank(row):
            entries.append(lines.read(row))
            rows.append(row)
    places = Places(sheet, header.start.row, rows, header.columns, header.spread)
    return TableRead(entries, issues, places)


class _Lines:
    """Reads the lines below a header, one at a time."""

    def __init__(
        self,
        table: type[Row],
        sheet: SheetCells,
        header: Header,
        labels: Collection[str] | None,
        issues: SheetIssues,
    ) -> None:
        self._table = table
        self._sheet = sheet
        self._header = header
        self._labels = set(labels or ())
        self._issues = issues
        self._specs = columns(table)
        self._bound = [
            (spec, header.columns[spec.field])
            for spec in self._specs
            if spec.field in header.columns
        ]
        self._spread = [
            replace(spec, required=False) for spec in self._specs if spec.kind == "spread"
        ]
        self._used = [*(place for _, place in self._bound), *header.spread.values()]
        self._defaults = {
            spec.field: spec.default
            for spec in self._specs
            if spec.field not in header.columns and not spec.required
        }

    def is_blank(self, row: int) -> bool:
        """Return whether no column that is read holds anything in this row."""
        values = self._sheet.rows[row]
        marked = self._sheet.marked
        return all(is_blank(values[place]) for place in self._used) and not (
            marked and any((row, place) in marked for place in self._used)
        )

    def read(self, row: int) -> Entry:
        """Return a line as far as it can be read; what cannot be is noted."""
        values = dict(self._defaults)
        for spec, place in self._bound:
            try:
                values[spec.field] = self._read(row, place, spec)
            except CellFaultError as fault:
                self._tell(fault, row, place)
        for spec in self._spread:
            rates = self._read_spread(row, spec)
            if rates.keys() >= self._labels:
                values[spec.field] = rates
        is_whole = len(values) == len(self._specs)
        return Entry(values, self._table(**values) if is_whole else None)

    def _read(self, row: int, place: int, spec: ColumnSpec) -> Any:
        if (row, place) in self._sheet.marked:
            raise mark_fault(self._sheet.cell(row, place), expected_words(spec))
        return read_value(self._sheet.rows[row][place], spec)

    def _read_spread(self, row: int, spec: ColumnSpec) -> dict[str, float]:
        """Return the figures that can be read, by label."""
        rates: dict[str, float] = {}
        for label, place in self._header.spread.items():
            try:
                rate = self._read(row, place, spec)
                if rate is None:
                    raise _missing(label, spec)
                rates[label] = rate
            except CellFaultError as fault:
                self._tell(fault, row, place)
        return rates

    def _tell(self, fault: CellFaultError, row: int, place: int) -> None:
        name = self._sheet.cell(self._header.start.row, place)
        self._issues.add_fault(fault, self._sheet.cell(row, place), shown(name))


def _tell_too_many(sheet: SheetCells, row: int, issues: SheetIssues) -> None:
    """Note that the rest of a sheet is not looked at."""
    issues.add(
        Code.TOO_MANY,
        f"the sheet has over {MOST_ISSUES:,} problems; from this row on it was not read.",
        cell=sheet.cell(row, 0),
        hint="Look whether the columns stand under their headers, mend these, and check again.",
    )


def _missing(label: str, spec: ColumnSpec) -> CellFaultError:
    return CellFaultError(
        Code.DEMAND_MISSING,
        f"there is no demand for '{label}'.",
        expected_words(spec),
        "Write 0 if there is none.",
    )
