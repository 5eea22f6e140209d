"""Marks: error cells and formulas without a stored value, which Excel libraries read as empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple

from defusedxml import ElementTree

from planner.workbook.reading.archive import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LETTERS = 26
CELL_LIMIT = 20_000_000
"""Cells from A1 to the last one, used or not, that a sheet may have: each takes memory."""


@dataclass
class Marks:
    """What a sheet's XML says of its cells. Rows and columns count from 0.

    Attributes
    ----------
    errors : the text of each error cell, such as #REF!, by row and column
    without_value : the formulas that have no stored value, by row and column
    height, width : rows and columns up to the last cell that holds something
    farthest : addresses of a cell in the last row and of one in the last column
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    without_value: set[tuple[int, int]] = field(default_factory=set)
    height: int = 0
    width: int = 0
    farthest: tuple[str, str] = ("", "")

    @property
    def is_too_large(self) -> bool:
        """Whether the sheet reaches too far to be read."""
        return self.height * self.width > CELL_LIMIT


class _Cell(NamedTuple):
    row: int
    column: int
    element: Element


def scan_marks(sheet: IO[bytes]) -> Marks:
    """Return the marks of a sheet, from the stream of its XML.

    A formula of text (t="str") with an empty value is one whose result is the empty text.
    """
    marks = Marks()
    blocks: list[tuple[_Cell, str]] = []
    filled: set[tuple[int, int]] = set()
    for cell in _cells(sheet):
        if cell.row >= marks.height or cell.column >= marks.width:
            _stretch(marks, cell)
        kind = cell.element.get("t")
        formula = _part(cell.element, "f")
        if kind == "e":
            marks.errors[cell.row, cell.column] = _stored(cell.element) or "#N/A"
        elif formula is not None and kind != "str" and not _stored(cell.element):
            marks.without_value.add((cell.row, cell.column))
            if formula.get("t") in ("array", "dataTable"):
                blocks.append((cell, formula.get("ref", "")))
        elif blocks:
            filled.add((cell.row, cell.column))
    for cell, reference in blocks if not marks.is_too_large else ():
        marks.without_value |= set(_block(cell, reference, marks)) - filled - marks.errors.keys()
    return marks


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


def _cells(sheet: IO[bytes]) -> Iterator[_Cell]:
    """Yield the cells that hold something; a cell without an address follows the one before."""
    numbers: dict[str, int] = {}
    row = -1
    for _, element in ElementTree.iterparse(sheet, events=("end",)):
        if local_name(element.tag) != "row":
            continue
        row = int(element.get("r", row + 2)) - 1
        column = -1
        for child in element:
            reference = child.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                row = int(reference[len(letters) :]) - 1
                column = numbers.get(letters, -1)
                if column < 0:
                    column = numbers[letters] = _column_number(letters)
            if len(child):
                yield _Cell(row, column, child)
        element.clear()


def _part(cell: Element, name: str) -> Element | None:
    """Return the part of a cell with this name, in the cell's own namespace."""
    return cell.find(cell.tag[:-1] + name)


def _stored(cell: Element) -> str | None:
    value = _part(cell, "v")
    return None if value is None else value.text


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.replace("$", "").upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _stretch(marks: Marks, cell: _Cell) -> None:
    if cell.row >= marks.height:
        marks.height = cell.row + 1
        marks.farthest = (address(cell.row, cell.column), marks.farthest[1])
    if cell.column >= marks.width:
        marks.width = cell.column + 1
        marks.farthest = (marks.farthest[0], address(cell.row, cell.column))


def _block(cell: _Cell, reference: str, marks: Marks) -> Iterator[tuple[int, int]]:
    """Yield the cells that one array formula fills, as far as the sheet is used."""
    letters = (last := reference.rpartition(":")[2].replace("$", "")).rstrip("0123456789")
    if not letters or letters == last:
        return
    bottom = min(int(last[len(letters) :]), marks.height)
    right = min(_column_number(letters) + 1, marks.width)
    for row in range(cell.row, bottom):
        for column in range(cell.column, right):
            yield row, column
