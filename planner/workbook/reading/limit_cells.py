"""Limit cells: where a limit of the case stands in the user's workbook."""

from __future__ import annotations

from collections.abc import Mapping

from planner.case.findings import Finding
from planner.case.limits import Limit
from planner.errors import Code, Issue
from planner.plan.diagnosis import Diagnosis, Obstacle, column_of, value_in_words
from planner.row import Row
from planner.workbook.reading.tables import TableRead


class LimitCells:
    """Finds the cells of limits in a workbook that was read.

    Parameters
    ----------
    reads : what was read of each table
    """

    def __init__(self, reads: Mapping[type[Row], TableRead]) -> None:
        self._reads = reads

    def sheet_and_cell(self, limit: Limit) -> tuple[str, str]:
        """Return a limit's sheet, by its name in the file, and its cell; "" where not known."""
        read = self._reads.get(limit.table)
        if read is None or read.places is None:
            return "", ""
        for line, entry in enumerate(read.entries):
            if entry.row == limit.row:
                finding = Finding(
                    limit.table, line, limit.field, Code.IN_THE_WAY, "", part=limit.part
                )
                cell, _ = read.places.find(finding)
                return (read.places.sheet.name, cell.address) if cell else ("", "")
        return "", ""

    def issues(self, diagnosis: Diagnosis) -> tuple[Issue, ...]:
        """Return what must give way in the nearest way out, as issues at their cells."""
        obstacles = diagnosis.ways[0].obstacles if diagnosis.ways else diagnosis.certain
        return tuple(self._issue(one) for one in obstacles)

    def _issue(self, one: Obstacle) -> Issue:
        sheet, cell = self.sheet_and_cell(one.limit)
        column = one.limit.part or one.limit.spec.title
        return Issue(
            Code.IN_THE_WAY,
            "error",
            sheet,
            cell,
            column,
            value_in_words(one.limit.now, one.limit),
            f"no plan can exist: {one.sentence(self.cell_of)}.",
            f"{value_in_words(one.needed, one.limit)} or {'more' if one.change > 0 else 'less'}",
            "This is the nearest way out; the sheet 'What is in the way' of the plan has others.",
        )

    def cell_of(self, limit: Limit) -> str:
        """Return where a limit stands, as Excel writes it: Periods!D4."""
        sheet, cell = self.sheet_and_cell(limit)
        if not cell:
            return column_of(limit)
        is_plain = sheet.replace("_", "").isalnum() and not sheet[:1].isdigit()
        quoted = sheet.replace("'", "''")
        return f"{sheet}!{cell}" if is_plain else f"'{quoted}'!{cell}"
