"""Marking: colours and notes on the cells with problems, and how they go away again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import Issue, Severity
from planner.workbook.checked.look import TAB, Painter, color_of, color_text, restore
from planner.workbook.checked.notes import fitted, make_note, read_mark

TAB_BEFORE = "_planner_tab"
"""The hidden name, of a sheet, that remembers the colour of its tab."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile("[A-Z]{1,3}[1-9][0-9]{0,6}")


def mark(book: Workbook, issues: Sequence[Issue]) -> None:
    """Colour the cells with issues and write a note on each; colour the tabs with errors."""
    painter = Painter()
    for cell, found in _by_cell(book, issues):
        look, before = painter.paint(cell, _worst(found)), cell.comment
        cell.comment = None  # a note belongs to one cell only
        cell.comment = make_note(found, look, before)
    with_errors = {issue.sheet for issue in issues if issue.severity == "error"}
    for sheet in book.worksheets:
        if sheet.title in with_errors:
            before_color = color_text(sheet.sheet_properties.tabColor)
            name = DefinedName(TAB_BEFORE, attr_text=f'"{before_color}"', hidden=True)
            sheet.defined_names[TAB_BEFORE] = name
            sheet.sheet_properties.tabColor = TAB


def unmark(book: Workbook) -> None:
    """Give the cells and tabs that an earlier run marked the looks and notes they had."""
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            if isinstance(cell, Cell) and cell.comment is not None:
                _unmark_cell(cell)
        name = sheet.defined_names.pop(TAB_BEFORE, None)
        color = sheet.sheet_properties.tabColor
        if name is not None and color is not None and color.rgb == TAB:
            sheet.sheet_properties.tabColor = color_of(str(name.value).strip('"'))


def cell_place(address: str) -> tuple[int, int] | None:
    """Return the row and column, from 1, of an address; None where it is no cell's."""
    if not _ADDRESS.fullmatch(address):
        return None
    row, column = coordinate_to_tuple(address)
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def _unmark_cell(cell: Cell) -> None:
    comment = cell.comment
    if comment is None:
        return
    found = read_mark(comment)
    if found is None:
        fitted(comment)  # the size of its box is lost when a file is loaded
        return
    restore(cell, found.look)
    cell.comment = None
    cell.comment = found.comment


def _by_cell(book: Workbook, issues: Iterable[Issue]) -> Iterator[tuple[Cell, list[Issue]]]:
    """Yield each cell with its issues; all of a merged range stand on its first cell."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    found: dict[tuple[str, int, int], list[Issue]] = {}
    for issue in issues:
        place = cell_place(issue.cell)
        if issue.sheet in sheets and place is not None:
            first = _first_of_range(sheets[issue.sheet], *place)
            found.setdefault((issue.sheet, *first), []).append(issue)
    yield from _filled(sheets, found)


def _filled(
    sheets: Mapping[str, Worksheet], found: Mapping[tuple[str, int, int], list[Issue]]
) -> Iterator[tuple[Cell, list[Issue]]]:
    for (name, row, column), issues in found.items():
        cell = sheets[name].cell(row, column)
        if isinstance(cell, Cell):
            yield cell, issues


def _first_of_range(sheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    if isinstance(sheet.cell(row, column), MergedCell):
        for merged in sheet.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and (
                merged.min_col <= column <= merged.max_col
            ):
                return merged.min_row, merged.min_col
    return row, column


def _worst(issues: Iterable[Issue]) -> Severity:
    return "error" if any(issue.severity == "error" for issue in issues) else "warning"


def _cells(sheet: Worksheet) -> list[Cell | MergedCell]:
    """Return the cells that the file has; iter_rows would make all up to the last one."""
    return list(sheet._cells.values())  # noqa: SLF001
