"""Cells: the sheets of a workbook file, cell by cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

from planner.workbook.protection import ask_for_password, decrypted, is_protected
from planner.workbook.reading.archive import damaged
from planner.workbook.reading.files import in_silence, read_bytes, told_as_file_error
from planner.workbook.reading.kinds import survey_file
from planner.workbook.reading.marks import Marks, address

Value = str | float | bool | date | time | timedelta | None
"""What a cell holds; a point in time is a datetime, which is a date too."""


class Cell(NamedTuple):
    """One cell. Rows and columns count from 0.

    Attributes
    ----------
    value : what it holds; None where nothing, or nothing that could be read
    error : the text of an error cell, such as #REF!; "" for any other
    is_without_value : it is a formula whose value was never stored
    """

    row: int
    column: int
    value: Value
    error: str = ""
    is_without_value: bool = False

    @property
    def address(self) -> str:
        """The cell's A1 address."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Grid:
    """All cells of a sheet, from A1 on.

    Attributes
    ----------
    values : rows of equal width; "" where a cell is empty, an error, or without a value
    errors : the text of each error cell, by row and column
    without_value : the formulas that have no stored value, by row and column
    """

    values: Sequence[Sequence[Value]] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    without_value: AbstractSet[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class SheetCells:
    """One sheet of the file. Its cells are read when they are first asked for.

    Attributes
    ----------
    name : as it stands in the file
    load : reads the sheet; raises FileError where it is damaged
    """

    name: str
    load: Callable[[], Grid]

    @cached_property
    def grid(self) -> Grid:
        """The sheet's cells."""
        return self.load()

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        """The values, row by row from A1; all rows have the same width."""
        return self.grid.values

    @cached_property
    def marked(self) -> AbstractSet[tuple[int, int]]:
        """The cells that are errors or formulas without a stored value, by row and column."""
        return self.grid.errors.keys() | self.grid.without_value

    @property
    def is_blank(self) -> bool:
        """Whether no cell of the sheet holds anything."""
        return not self.rows and not self.marked

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; one beyond the last is empty."""
        is_inside = row < len(self.rows) and column < len(self.rows[row])
        value = self.rows[row][column] if is_inside else None
        place = (row, column)
        return Cell(
            row,
            column,
            None if value == "" else value,
            self.grid.errors.get(place, ""),
            place in self.grid.without_value,
        )


@dataclass(frozen=True)
class Book:
    """A workbook file.

    Attributes
    ----------
    name : the file's name, without its folder
    sheets : in the order of the tabs, hidden ones too; chart sheets hold no cells
    has_macros : there are programs in it, which are never run
    has_links : it refers to data outside of it, which are never fetched
    """

    name: str
    sheets: tuple[SheetCells, ...]
    has_macros: bool = False
    has_links: bool = False


def open_book(path: Path, password: Callable[[], str | None] | None = None) -> Book:
    """Return the workbook that a file holds; whether it is one is told by its bytes.

    `password` is asked only where the file is protected by one.

    Raises
    ------
    FileError
        Where the file cannot be read or is no workbook; the cells of a sheet may raise it
        later, when they are read.
    """
    content = read_bytes(path)
    with told_as_file_error(path.name):
        if is_protected(content):
            word = password() if password else None
            if word is None:
                raise ask_for_password(path.name)
            content = decrypted(content, path.name, word)
        survey, checked = survey_file(content, path.name)
        del content
        with in_silence():
            values = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        lost = survey.sheets.keys() - set(values.sheet_names)
        if lost:
            raise damaged(path.name, f"its sheet '{min(lost)}' cannot be read")

    def sheet(name: str) -> SheetCells:
        return SheetCells(name, lambda: _read_grid(path.name, survey.sheets[name], values, name))

    return Book(path.name, tuple(map(sheet, survey.sheets)), survey.has_macros, survey.has_links)


def _read_grid(file: str, marks: Marks, values: CalamineWorkbook, name: str) -> Grid:
    with told_as_file_error(file), in_silence():
        rows: Sequence[Sequence[Value]] = values.get_sheet_by_name(name).to_python(
            skip_empty_area=False
        )
    return Grid(_padded(rows, marks.height, marks.width), marks.errors, marks.without_value)


def _padded(rows: Sequence[Sequence[Value]], height: int, width: int) -> Sequence[Sequence[Value]]:
    """Return the rows with empty cells up to a height and width, where they are smaller."""
    missing = width - max(map(len, rows), default=0)
    if missing <= 0 and len(rows) >= height:
        return rows
    padded = [[*row, *[""] * missing] for row in rows]
    return padded + [[""] * max(width, max(map(len, padded), default=0))] * (height - len(rows))
