"""Xlsb: what the binary records of an .xlsb workbook say of its sheets and cells."""

from __future__ import annotations

from array import array

from planner.workbook.reading.archive import Archive, Part, damaged
from planner.workbook.reading.limits import PLAIN_LIMIT
from planner.workbook.reading.marks import ERROR_TEXTS, Marks, Survey, Tally
from planner.workbook.reading.package import (
    has_links,
    has_macros,
    needed,
    relations,
    sheet_part,
)
from planner.workbook.reading.records import LONG, RecordError, long_records

WORKBOOK = "xl/workbook.bin"
TEXTS = "xl/sharedstrings.bin"
STYLES = "xl/styles.bin"
ROW, BLANK, ERROR, INLINE_TEXT, SHARED_TEXT, TEXT_FORMULA, LAST_CELL = 0, 1, 3, 6, 7, 8, 11
ERRORS = {ERROR, LAST_CELL}
TEXT_ITEM = 19
SHEET = 156
CELL_DATA, CELL_VALUE = 145, 8
END_OF_DATA = 146
LAST_ROW, LAST_COLUMN = 2**20, 2**14


def survey_xlsb(archive: Archive, workbook: str, tally: Tally) -> tuple[Survey, list[Part]]:
    """Return what the workbook holds, and the parts that it is read from."""
    if workbook != WORKBOOK:
        raise damaged(archive.name, f"its main part is not {WORKBOOK}")
    related = relations(archive, workbook)
    lengths = _text_lengths(archive, tally)
    survey = Survey(has_macros=has_macros(archive), has_links=has_links(archive))
    sheets: list[str] = []
    for name, relation in _listed(archive.plain(workbook)):
        key = sheet_part(archive, related, relation, name)
        if key is None:
            continue
        if name in survey.sheets:
            raise damaged(archive.name, f"it has two sheets '{name}'")
        survey.sheets[name] = _scan(archive.parts[key], lengths, tally)
        tally.close_sheet(name, survey.sheets[name])
        sheets.append(key)
    if STYLES in archive.parts and archive.parts[STYLES].size > PLAIN_LIMIT:
        archive.plain(STYLES)
    return survey, needed(archive, workbook, sheets, [TEXTS, STYLES])


def _listed(part: Part) -> list[tuple[str, str]]:
    """Return the name and the relation of each sheet."""
    listed = []
    for number, content in long_records(part.chunks()):
        if number == SHEET:
            relation, end = _wide_text(content, 8)
            listed.append((_wide_text(content, end)[0], relation))
    return listed


def _text_lengths(archive: Archive, tally: Tally) -> array[int]:
    lengths = array("L")
    if TEXTS in archive.parts:
        for number, content in long_records(archive.parts[TEXTS].chunks()):
            if number == TEXT_ITEM:
                lengths.append(_number(content, 1))
                tally.count_shared(len(lengths))
    return lengths


def _scan(part: Part, lengths: array[int], tally: Tally) -> Marks:
    marks = Marks()
    row, is_data = -1, False
    for number, content in long_records(part.chunks()):
        if number == CELL_DATA:
            is_data = True
        elif number == END_OF_DATA:
            break
        elif is_data and number == ROW:
            row = _number(content, 0)
        elif is_data and BLANK < number <= LAST_CELL:
            column = _number(content, 0)
            if not 0 <= row < LAST_ROW or column >= LAST_COLUMN:
                raise RecordError(f"there is no row {row + 1}, or no column {column + 1}")
            tally.count(1, _length(number, content, lengths))
            marks.stretch(row, column)
            if number in ERRORS:
                code = content[CELL_VALUE] if len(content) > CELL_VALUE else -1
                marks.errors[row, column] = ERROR_TEXTS.get(code, "#N/A")
    return marks


def _length(number: int, content: bytes, lengths: array[int]) -> int:
    """Return how many characters a cell holds."""
    if number in {INLINE_TEXT, TEXT_FORMULA}:
        return _number(content, CELL_VALUE)
    if number != SHARED_TEXT:
        return 0
    place = _number(content, CELL_VALUE)
    if place >= len(lengths):
        raise RecordError("a cell holds a text that is not there")
    return lengths[place]


def _number(content: bytes, place: int) -> int:
    if place + LONG.size > len(content):
        raise RecordError("a record is too short")
    number: int = LONG.unpack_from(content, place)[0]
    return number


def _wide_text(content: bytes, place: int) -> tuple[str, int]:
    """Return a text and where it ends; one that is absent has the length of all ones."""
    length = _number(content, place)
    start = place + LONG.size
    if length == 2**32 - 1:
        return "", start
    end = start + 2 * length
    if end > len(content):
        raise RecordError("a text is cut off")
    return content[start:end].decode("utf-16-le"), end
