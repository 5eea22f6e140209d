"""Xlsx: what the XML of an .xlsx or .xlsm workbook says of its sheets and cells."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from planner.errors import FileError
from planner.workbook.reading.archive import Archive, Part, damaged
from planner.workbook.reading.limits import DEPTH_LIMIT
from planner.workbook.reading.marks import LETTERS, Marks, Survey, Tally, address
from planner.workbook.reading.markup import Handler, MarkupError, attribute, local_name, parse
from planner.workbook.reading.package import (
    has_links,
    has_macros,
    needed,
    relations,
    sheet_part,
)

TEXTS, STYLES = OTHERS = ("sharedstrings", "styles")
ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
LAST_ROW = 2**20
LAST_COLUMN = 2**14
ERROR_LENGTH = 64


def survey_xlsx(archive: Archive, workbook: str, tally: Tally) -> tuple[Survey, list[Part]]:
    """Return what the workbook holds, and the parts that it is read from."""
    related = relations(archive, workbook)
    listing = _SheetList()
    parse(archive.plain(workbook).chunks(), listing)
    if not listing.is_workbook:
        raise damaged(archive.name, "its main part is no workbook")
    others = [key for kind, key in related.values() if kind in OTHERS]
    for key in others:
        if key not in archive.parts:
            raise damaged(archive.name, f"its part {key} is missing")
    lengths = _text_lengths(archive, related, tally)
    survey = Survey(has_macros=has_macros(archive), has_links=has_links(archive))
    sheets: list[str] = []
    for name, relation in listing.sheets:
        part = sheet_part(archive, related, relation, name)
        if part is None:
            continue
        if name in survey.sheets:
            raise damaged(archive.name, f"it has two sheets '{name}'")
        survey.sheets[name] = _scan(archive.parts[part], name, lengths, tally)
        tally.close_sheet(name, survey.sheets[name])
        sheets.append(part)
    for kind, key in related.values():
        if kind == STYLES:
            parse(archive.plain(key).chunks(), Handler())
    return survey, needed(archive, workbook, sheets, others)


class _SheetList(Handler):
    """The sheets that the workbook lists: their names, and the ids of their relations."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.is_workbook = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbook":
            self.is_workbook = True
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attribute(attributes, "name"), relation))


class _SharedTexts(Handler):
    """The lengths of the texts that cells share."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.lengths = array("L")
        self._tally = tally
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if name == "si":
            self._length = 0

    def end(self, name: str) -> None:
        if name == "si":
            self.lengths.append(self._length)
            if len(self.lengths) % 1000 == 0:
                self._tally.count_shared(len(self.lengths))

    def text(self, text: str) -> None:
        self._length += len(text)


def _text_lengths(
    archive: Archive, related: dict[str, tuple[str, str]], tally: Tally
) -> array[int]:
    handler = _SharedTexts(tally)
    for kind, key in related.values():
        if kind == TEXTS:
            tally.count_tags(archive.parts[key].tags)
            parse(archive.parts[key].chunks(), handler)
    return handler.lengths


def _scan(part: Part, name: str, lengths: array[int], tally: Tally) -> Marks:
    handler = _SheetCells(name, lengths, tally)
    tally.count_tags(part.tags)
    parse(part.chunks(), handler)
    handler.fill_blocks()
    return handler.marks


class _SheetCells(Handler):
    """The cells of one sheet.

    A formula of text (t="str") with an empty value is one whose result is the empty text.
    A cell without an address stands in the row that is open, beside the cell before it:
    just where python-calamine puts it, so that marks and values never part.
    """

    def __init__(self, name: str, lengths: array[int], tally: Tally) -> None:
        super().__init__()
        self.marks = Marks()
        self._name = name
        self._is_sheet = False
        self._lengths = lengths
        self._tally = tally
        self._row = self._column = self._next_row = self._next_column = 0
        self._kind: str | None = None
        self._is_cell = False
        self._formula: dict[str, str] | None = None
        self._is_stored = self._is_filled = False
        self._pieces: list[str] = []
        self._columns: dict[str, int] = {}
        self._blocks: list[tuple[int, int, str]] = []
        self._filled: set[tuple[int, int]] = set()

    def open_element(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; a million times, so without a step between."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise MarkupError(f"its elements are nested more than {DEPTH_LIMIT} deep")
        if tag == "v" and self._is_cell:
            self._is_filled = self._is_stored = True
        elif tag == "c" and self._is_sheet:
            self._open_cell(attributes)
        else:
            self.start(local_name(tag), attributes)

    def close_element(self, tag: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        self._is_stored = False
        name = tag if ":" not in tag else local_name(tag)
        if name == "c":
            self._is_cell = False
            self._next_column = self._column + 1
            if self._is_filled:
                self._close_cell()
        elif name == "row":
            self._next_row += 1
            self._next_column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element that is not as frequent, or has a prefix."""
        if name == "c":
            self._open_cell(attributes)
        elif self._is_cell:
            self._is_filled = True
            self._is_stored = name in {"v", "t"}
            if name == "f":
                self._formula = attributes
        elif not self._is_sheet:
            if name != "worksheet":
                raise MarkupError(f"its sheet '{self._name}' is no sheet")
            self._is_sheet = True
        elif name == "row":
            self._next_row = int(attributes.get("r", self._next_row + 1)) - 1

    def text(self, text: str) -> None:
        if self._is_stored:
            self._pieces.append(text)

    def broken_text(self) -> None:
        if self._is_stored and self._kind in {None, "n", "s", "b", "e"}:
            raise MarkupError("a value is cut in two by a comment")

    def fill_blocks(self) -> None:
        """Mark the cells of array formulas that have no value, as far as the sheet is used."""
        for row, column, reference in self._blocks:
            block = set(self._block(row, column, reference))
            self.marks.without_value |= block - self._filled - self.marks.errors.keys()

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._place(attributes.get("r"))
        self._kind = attributes.get("t")
        self._is_cell = True
        self._formula = None
        self._is_stored = self._is_filled = False
        self._pieces = []

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._row, self._column = self._next_row, self._next_column
        else:
            letters = reference.rstrip("0123456789")
            self._row = int(reference[len(letters) :]) - 1
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_number(letters)
            self._column = column
        if not 0 <= self._row < LAST_ROW or self._column >= LAST_COLUMN:
            raise MarkupError(f"there is no row {self._row + 1}, or no column {self._column + 1}")

    def _close_cell(self) -> None:
        place = (self._row, self._column)
        stored = "".join(self._pieces)
        self._tally.count(1, self._length(stored))
        if self._row >= self.marks.height or self._column >= self.marks.width:
            self.marks.stretch(*place)
        if self._kind == "e":
            self.marks.errors[place] = stored or "#N/A"
            if stored and stored not in ERRORS:
                raise FileError(
                    f"The cell {address(*place)} of the sheet '{self._name}' in "
                    f"'{self._tally.name}' holds the error {stored[:ERROR_LENGTH]}, which cannot "
                    "be read here. Correct the cell, or clear it."
                )
        elif self._formula is not None and self._kind != "str" and not stored:
            self.marks.without_value.add(place)
            if self._formula.get("t") in {"array", "dataTable"}:
                self._blocks.append((*place, self._formula.get("ref", "")))
        elif self._blocks:
            self._filled.add(place)

    def _length(self, stored: str) -> int:
        if self._kind != "s" or not stored:
            return len(stored)
        number = int(stored)
        if not 0 <= number < len(self._lengths):
            raise MarkupError("a cell holds a text that is not there")
        return self._lengths[number]

    def _block(self, row: int, column: int, reference: str) -> Iterator[tuple[int, int]]:
        last = reference.rpartition(":")[2].replace("$", "")
        letters = last.rstrip("0123456789")
        if not letters or letters == last:
            return
        bottom = min(int(last[len(letters) :]), self.marks.height)
        right = min(column_number(letters) + 1, self.marks.width)
        self._tally.count(max(bottom - row, 0) * max(right - column, 0))
        for below in range(row, bottom):
            for beside in range(column, right):
                yield below, beside


def column_number(letters: str) -> int:
    """Return the column that letters name, counted from 0."""
    number = 0
    for letter in letters.replace("$", "").upper()[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * LETTERS + ord(letter) - ord("A") + 1
    else:
        if 0 < number <= LAST_COLUMN:
            return number - 1
    raise MarkupError(f"there is no column {letters[:ERROR_LENGTH]}")
