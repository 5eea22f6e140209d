"""Xls: what the records of an .xls workbook, as Excel 97 to 2003 wrote them, say of its cells."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from planner.workbook.reading.archive import damaged
from planner.workbook.reading.compound import Compound
from planner.workbook.reading.marks import ERROR_TEXTS, Marks, Survey, Tally
from planner.workbook.reading.records import LONG, SHORT, RecordError, biff_records
from planner.workbook.reading.xls_texts import shared_lengths, short_text

STREAMS = ("Workbook", "Book")
MACRO_STORAGES = ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")
BEGINNING, END, PASSWORD = 0x809, 0x0A, 0x2F
SHEET, SHARED_TEXTS, CONTINUED = 0x85, 0xFC, 0x3C
FORMULA, BOOL_OR_ERROR, SHARED_TEXT = 0x06, 0x205, 0xFD
MANY_NUMBERS = 0xBD
SIZES = {0x200, 0x00}
UNKNOWN = 0xFFFF
ONE_CELL = {FORMULA, BOOL_OR_ERROR, SHARED_TEXT, 0x203, 0x27E, 0x204, 0xD6}
TEXTS = {0x204, 0xD6}
OTHER_BOOK, QUERY, OWN_SHEETS, ADD_INS = 0x1AE, 0x1AD, 0x0401, 0x3A01
CELLS, MACROS, VISUAL_BASIC = 0, 1, 6
NO_NUMBER = 0xFFFF
ERROR_RESULT, EMPTY_RESULT = 2, 3
NOT_CALCULATED = 0b11
MANY_NUMBERS_SIZE = 6
EIGHT = 0x600


def stream_name(compound: Compound) -> str | None:
    """Return the name of the stream that holds the workbook; None where there is none."""
    return next((name for name in STREAMS if compound.has(name)), None)


def is_encrypted(stream: bytes) -> bool:
    """Return whether the records are encrypted; only the first ones tell."""
    for number, _, _ in biff_records(stream):
        if number in {PASSWORD, END}:
            return number == PASSWORD
    return False


def survey_xls(compound: Compound, stream: bytes, name: str, tally: Tally) -> tuple[Survey, bytes]:
    """Return what the workbook holds, and the stream that its cells are read from.

    There the records are voided that a library would trust though nothing is read from
    them: the size that a sheet says it has, and sheets that hold no cells.
    """
    listing = _Listing(stream)
    has_macros = listing.has_macros or any(map(compound.has, MACRO_STORAGES))
    survey = Survey(has_macros=has_macros, has_links=listing.has_links)
    lengths = shared_lengths(listing.texts, tally)
    scanned: dict[int, _SheetRecords] = {}
    end = 0
    for sheet, start in sorted(listing.sheets, key=lambda one: one[1]):
        if start < end:
            raise damaged(name, f"its sheet '{sheet}' lies inside another one")
        scanned[start] = _SheetRecords(stream, start, lengths, tally)
        tally.close_sheet(sheet, scanned[start].marks)
        end = scanned[start].end
    for sheet, start in listing.sheets:
        if sheet in survey.sheets:
            raise damaged(name, f"it has two sheets '{sheet}'")
        survey.sheets[sheet] = scanned[start].marks
    voided = [*listing.voided, *(place for one in scanned.values() for place in one.voided)]
    return survey, _voided(stream, voided)


def _voided(stream: bytes, places: Sequence[int]) -> bytes:
    """Return the stream with another number for the records at these places."""
    changed = bytearray(stream)
    for place in places:
        SHORT.pack_into(changed, place, UNKNOWN)
    return bytes(changed)


class _Listing:
    """What the first records say, up to where the sheets begin.

    Attributes
    ----------
    sheets : the name of each sheet of cells, and where its records begin
    texts : the record of the texts that cells share, and those that continue it
    voided : where the records of sheets are that hold no cells
    """

    def __init__(self, stream: bytes) -> None:
        self.sheets: list[tuple[str, int]] = []
        self.texts: list[memoryview] = []
        self.voided: list[int] = []
        self.has_macros = self.has_links = False
        before = version = 0
        for number, place, content in biff_records(stream):
            if number == BEGINNING:
                version = _short(content, 0)
            elif number == SHEET:
                self._add_sheet(content, place, is_wide=version >= EIGHT)
            elif number == SHARED_TEXTS or (number == CONTINUED and before == SHARED_TEXTS):
                self._add_texts(number, content)
            elif number == QUERY or (number == OTHER_BOOK and _is_other_book(content)):
                self.has_links = True
            elif number == END:
                break
            before = before if number == CONTINUED else number

    def _add_sheet(self, content: memoryview, place: int, *, is_wide: bool) -> None:
        kind = content[5]
        self.has_macros = self.has_macros or kind in {MACROS, VISUAL_BASIC}
        if kind == CELLS:
            start = LONG.unpack_from(content)[0]
            self.sheets.append((short_text(content[6:], is_wide=is_wide), start))
        else:
            self.voided.append(place)

    def _add_texts(self, number: int, content: memoryview) -> None:
        if number == SHARED_TEXTS and self.texts:
            raise RecordError("it lists its texts twice")
        self.texts.append(content)


class _SheetRecords:
    """The records of the sheet that begins at a place; a chart inside it holds no cells.

    Attributes
    ----------
    marks : what they say of its cells
    voided : where the records are that tell its size
    end : where they end
    """

    def __init__(self, stream: bytes, start: int, lengths: array[int], tally: Tally) -> None:
        self.marks = Marks()
        self.voided: list[int] = []
        self.end = 0
        depth = 0
        for number, place, content in biff_records(stream, start):
            if not depth and number != BEGINNING:
                raise RecordError("a sheet is not where it should be")
            if number in SIZES:
                self.voided.append(place)
            elif number == BEGINNING:
                depth += 1
            elif number == END:
                depth -= 1
            else:
                self._add(number, content, lengths, tally)
            if not depth:
                self.end = place
                return
        raise RecordError("a sheet is cut off")

    def _add(self, number: int, content: memoryview, lengths: array[int], tally: Tally) -> None:
        if number in ONE_CELL:
            place = _short(content, 0), _short(content, 2)
            tally.count(1, _length(number, content, lengths))
            self.marks.stretch(*place)
            _mark(self.marks, place, number, content)
        elif number == MANY_NUMBERS:
            count = (len(content) - MANY_NUMBERS_SIZE) // MANY_NUMBERS_SIZE
            tally.count(max(count, 0))
            self.marks.stretch(_short(content, 0), _short(content, 2) + max(count, 1) - 1)


def _mark(marks: Marks, place: tuple[int, int], number: int, content: memoryview) -> None:
    if number == BOOL_OR_ERROR and content[7]:
        marks.errors[place] = ERROR_TEXTS.get(content[6], "#N/A")
    elif number == FORMULA and _short(content, 12) == NO_NUMBER:
        if content[6] == ERROR_RESULT:
            marks.errors[place] = ERROR_TEXTS.get(content[8], "#N/A")
        elif content[6] == EMPTY_RESULT and _short(content, 14) & NOT_CALCULATED:
            marks.without_value.add(place)


def _length(number: int, content: memoryview, lengths: array[int]) -> int:
    """Return how many characters a cell holds."""
    if number in TEXTS:
        return _short(content, 6)
    if number != SHARED_TEXT:
        return 0
    text: int = LONG.unpack_from(content, 6)[0]
    if text >= len(lengths):
        raise RecordError("a cell holds a text that is not there")
    return lengths[text]


def _is_other_book(content: memoryview) -> bool:
    return len(content) > LONG.size or _short(content, 2) not in {OWN_SHEETS, ADD_INS}


def _short(content: memoryview, place: int) -> int:
    number: int = SHORT.unpack_from(content, place)[0]
    return number
