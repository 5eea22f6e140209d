"""Places: where the lines and fields of a table stand in the user's sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.case.findings import Finding
from planner.row import column
from planner.workbook.reading.cells import Cell, SheetCells
from planner.workbook.reading.issues import SheetIssues
from planner.workbook.reading.texts import shown


@dataclass(frozen=True)
class Places:
    """Where the lines and fields of a table stand. Rows and columns count from 0.

    Attributes
    ----------
    header_row : where the columns' names stand
    rows : the row of each line
    columns : the column of each field
    spread : the column of each label, for a table with one column a period
    settings : the cells with the name and the value of each field, for a sheet of settings
    """

    sheet: SheetCells
    header_row: int
    rows: Sequence[int]
    columns: Mapping[str, int]
    spread: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, tuple[Cell, Cell]] = field(default_factory=dict)

    def find(self, finding: Finding) -> tuple[Cell | None, str]:
        """Return the cell of a finding and its column's name; "" where it has no column.

        A finding about a column that the sheet does not have stands at its line's first cell.
        """
        if finding.field in self.settings:
            name, value = self.settings[finding.field]
            return value, shown(name)
        if finding.line is None or finding.line >= len(self.rows):
            return None, ""
        row = self.rows[finding.line]
        place = self.columns.get(finding.field, self.spread.get(finding.part))
        if place is None:
            first = min((*self.columns.values(), *self.spread.values()), default=0)
            return self.sheet.cell(row, first), ""
        return self.sheet.cell(row, place), shown(self.sheet.cell(self.header_row, place))


def tell_finding(finding: Finding, places: Places | None, issues: SheetIssues) -> None:
    """Note a finding of the cross-checks, with its cell where there is one."""
    cell, name = places.find(finding) if places else (None, "")
    if not name and finding.field:
        name = column(finding.table, finding.field).header
    issues.add(
        finding.code,
        finding.message,
        cell=cell,
        column=name,
        expected=finding.expected,
        hint=finding.hint,
        severity=finding.severity,
    )
