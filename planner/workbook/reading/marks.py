"""Marks: error cells and formulas without a stored value, which Excel libraries read as empty."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.errors import FileError
from planner.workbook.reading.limits import CELL_LIMIT, TAG_LIMIT, TEXT_LIMIT, USED_LIMIT

LETTERS = 26
ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error cells, by the number that binary workbooks store."""


@dataclass
class Marks:
    """What a sheet's own records say of its cells. Rows and columns count from 0.

    Attributes
    ----------
    errors : the text of each error cell, such as #REF!, by row and column
    without_value : the formulas that have no stored value, by row and column
    height, width : rows and columns up to the last cell that holds something
    farthest : a cell in the last row, and one in the last column
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    without_value: set[tuple[int, int]] = field(default_factory=set)
    height: int = 0
    width: int = 0
    farthest: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))

    def stretch(self, row: int, column: int) -> None:
        """Note that a cell holds something."""
        if row >= self.height:
            self.height = row + 1
            self.farthest = ((row, column), self.farthest[1])
        if column >= self.width:
            self.width = column + 1
            self.farthest = (self.farthest[0], (row, column))


@dataclass
class Survey:
    """What a workbook holds, before any library reads it.

    Attributes
    ----------
    sheets : the marks of each sheet of cells, by name, in the order of the tabs
    has_macros : there are programs in it; they are never run
    has_links : it refers to data outside of it, which are never fetched
    """

    sheets: dict[str, Marks] = field(default_factory=dict)
    has_macros: bool = False
    has_links: bool = False


class Tally:
    """The cells and texts of a whole workbook, counted until there are too many.

    Attributes
    ----------
    name : the file's name, as messages tell it
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._used = 0
        self._characters = 0
        self._area = 0
        self._tags = 0

    def count(self, cells: int, characters: int = 0) -> None:
        """Count cells that hold something.

        Raises
        ------
        FileError
            At once where there are more than can be read.
        """
        self._used += cells
        self._characters += characters
        if self._used > USED_LIMIT:
            raise FileError(
                f"'{self.name}' has more than {USED_LIMIT:,} filled cells. "
                "Delete the sheets and rows that the plan does not need, and save it again."
            )
        if self._characters > TEXT_LIMIT:
            raise FileError(
                f"The texts of '{self.name}' come to more than {TEXT_LIMIT:,} characters. "
                "Delete the sheets and columns that the plan does not need, and save it again."
            )

    def count_tags(self, tags: int) -> None:
        """Count the tags of a part of XML."""
        self._tags += tags
        if self._tags > TAG_LIMIT:
            raise FileError(
                f"'{self.name}' has more than {TAG_LIMIT:,} tags, most of them of cells that "
                "are only formatted. Copy the tables that the plan needs into a new workbook."
            )

    def count_shared(self, texts: int) -> None:
        """Check the number of the texts that cells share."""
        if texts > USED_LIMIT:
            raise FileError(
                f"'{self.name}' lists more than {USED_LIMIT:,} texts. "
                "Copy the tables that the plan needs into a new workbook."
            )

    def close_sheet(self, sheet: str, marks: Marks) -> None:
        """Count the cells from A1 to the last one; each takes memory, used or not."""
        self._area += marks.height * marks.width
        if self._area > CELL_LIMIT:
            corner = " and ".join(dict.fromkeys(address(*place) for place in marks.farthest))
            raise FileError(
                f"The sheet '{sheet}' of '{self.name}' reaches to {corner}, too far to be read. "
                "Delete the rows and columns beyond its table, and save it."
            )


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell whose row and column count from 0."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Return the letters of a column that counts from 0: A, B, ..., Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
