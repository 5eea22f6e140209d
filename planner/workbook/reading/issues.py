"""Issues of a sheet, each with the cell it is about and the order it is told in."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import Code, Issue, Severity
from planner.workbook.reading.cells import Cell
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.texts import shown

WHOLE_SHEET = (-1, -1)


@dataclass(frozen=True, slots=True)
class Located:
    """An issue, and the order that it is told in: its sheet's place, its row, its column."""

    order: tuple[int, int, int]
    issue: Issue


class SheetIssues:
    """What is wrong in one sheet.

    Attributes
    ----------
    rank : the sheet's place among the input sheets
    sheet : its name in the user's file; "" where the file has no such sheet
    found : the issues, in the order in which they were found
    """

    def __init__(self, rank: int, sheet: str) -> None:
        self.rank = rank
        self.sheet = sheet
        self.found: list[Located] = []

    def add(
        self,
        code: Code,
        message: str,
        *,
        cell: Cell | None = None,
        column: str = "",
        expected: str = "",
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note an issue about a cell, or about the sheet as a whole."""
        address, value = (cell.address, shown(cell)) if cell else ("", "")
        place = (cell.row, cell.column) if cell else WHOLE_SHEET
        sentence = " ".join(message.split())
        issue = Issue(code, severity, self.sheet, address, column, value, sentence, expected, hint)
        self.found.append(Located((self.rank, *place), issue))

    def add_fault(self, fault: CellFaultError, cell: Cell, column: str) -> None:
        """Note that a cell cannot be read."""
        self.add(
            fault.code,
            fault.message,
            cell=cell,
            column=column,
            expected=fault.expected,
            hint=fault.hint,
        )
