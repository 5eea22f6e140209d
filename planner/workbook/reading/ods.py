"""Ods: what the XML of an OpenDocument spreadsheet says of its sheets and cells."""

from __future__ import annotations

import re

from planner.errors import FileError
from planner.workbook.reading.archive import Archive, Part, damaged, plain_part
from planner.workbook.reading.limits import CELL_LIMIT
from planner.workbook.reading.marks import Marks, Survey, Tally
from planner.workbook.reading.markup import Handler, MarkupError, attribute, local_name, parse

CONTENT = "content.xml"
MANIFEST = "meta-inf/manifest.xml"
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
CELLS = {"table-cell", "covered-table-cell"}
LINKS = {"cell-range-source", "table-source", "dde-source", "database-source-sql"}
LINKS |= {"database-source-table", "database-source-query"}
REMEMBERED_SHEET = "'file:"
"""How a sheet is called that holds what was last seen in another file."""
MACROS = "basic/"
MACRO_LISTS = ("/script-lb.xml", "/script-lc.xml")
ERROR_TEXT = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)|Err:\d+|#ERR\d+!")
VALUES = {"value-type", "value", "string-value", "date-value", "time-value", "boolean-value"}
"""Attributes by which a cell holds something, even where its kind is not told."""
LAST_ROW = 2**20
LAST_COLUMN = 2**14


def survey_ods(archive: Archive, tally: Tally) -> tuple[Survey, list[Part]]:
    """Return what the spreadsheet holds, and the parts that it is read from."""
    parts = [plain_part("mimetype", MIMETYPE)]
    if MANIFEST in archive.parts:
        manifest = _Manifest()
        parse(archive.plain(MANIFEST).chunks(), manifest)
        if manifest.is_protected:
            raise FileError(
                f"'{archive.name}' is protected by a password. Open it in LibreOffice, "
                "save it without the password or as .xlsx, and name that file."
            )
        parts.append(archive.parts[MANIFEST])
    else:
        parts.append(plain_part("META-INF/manifest.xml", b"<manifest/>"))
    content = _Content(archive.name, tally)
    tally.count_tags(archive.parts[CONTENT].tags)
    parse(archive.parts[CONTENT].chunks(), content)
    if not content.is_spreadsheet:
        raise FileError(
            f"'{archive.name}' is an OpenDocument file but no spreadsheet. Name a workbook."
        )
    survey = content.survey
    survey.has_macros = any(
        key.startswith(MACROS) and not key.endswith(MACRO_LISTS) for key in archive.parts
    )
    return survey, [*parts, archive.parts[CONTENT]]


class _Manifest(Handler):
    """Whether a part of the archive is encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.is_protected = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        self.is_protected = self.is_protected or name == "encryption-data"


class _Content(Handler):
    """The sheets and their cells. A row or a cell may stand for many that are alike."""

    def __init__(self, name: str, tally: Tally) -> None:
        super().__init__()
        self.survey = Survey()
        self.is_spreadsheet = False
        self._name = name
        self._tally = tally
        self._sheet: str | None = None
        self._marks = Marks()
        self._row = self._rows = 0
        self._column = self._columns = 0
        self._before = self._kept = 0
        self._cell: dict[str, str] | None = None
        self._within = 0
        self._aside = 0
        self._has_text = False
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._within += 1
            if name in {"annotation", "table"} or self._aside:
                self._aside += 1
            elif name == "p":
                self._has_text = True
        elif name in CELLS:
            self._columns = _repeated(attributes, "number-columns-repeated")
            self._cell = attributes
            self._within = self._aside = 0
            self._before = self._column
            self._has_text, self._pieces = False, []
        elif name == "table-row":
            self._rows = _repeated(attributes, "number-rows-repeated")
            self._column = 0
        elif name == "table":
            self._open_sheet(attribute(attributes, "name"))
        elif name == "spreadsheet":
            self.is_spreadsheet = True
        if name in LINKS:
            self.survey.has_links = True

    def end(self, name: str) -> None:
        if self._cell is not None and self._within:
            self._within -= 1
            self._aside = max(self._aside - 1, 0)
        elif name in CELLS and self._cell is not None:
            self._close_cell(self._cell)
            self._column += self._columns
            self._cell = None
        elif name == "table-row":
            self._row += self._rows
            self._close_row()
        elif name == "table":
            self._close_sheet()

    def text(self, text: str) -> None:
        if self._cell is not None and self._within and not self._aside:
            self._pieces.append(text)

    def _open_sheet(self, name: str) -> None:
        if self._sheet is not None:
            raise MarkupError("a sheet stands inside another one")
        if name in self.survey.sheets:
            raise damaged(self._name, f"it has two sheets '{name}'")
        self._sheet, self._marks, self._row = name, Marks(), 0

    def _close_row(self) -> None:
        """Count the cells before the row's last one: a library keeps each, empty or not."""
        if self._before >= LAST_COLUMN:
            raise MarkupError("a cell lies beyond the last column")
        self._kept += self._before
        self._before = 0
        if self._kept > CELL_LIMIT:
            raise FileError(
                f"'{self._name}' lists more than {CELL_LIMIT:,} cells, most of them empty. "
                "Copy the tables that the plan needs into a new workbook."
            )

    def _close_sheet(self) -> None:
        if self._sheet is None:
            return
        self._tally.close_sheet(self._sheet, self._marks)
        if self._sheet.startswith(REMEMBERED_SHEET):
            self.survey.has_links = True
        else:
            self.survey.sheets[self._sheet] = self._marks
        self._sheet = None

    def _close_cell(self, attributes: dict[str, str]) -> None:
        shown = "".join(self._pieces).strip()
        kind = attribute(attributes, "value-type")
        formula = attribute(attributes, "formula")
        if not (shown or formula or any(local_name(key) in VALUES for key in attributes)):
            return
        last_row = self._row + self._rows - 1
        last_column = self._column + self._columns - 1
        if last_row >= LAST_ROW or last_column >= LAST_COLUMN:
            raise MarkupError("a cell lies beyond the last row or column")
        length = max(len(shown), len(attribute(attributes, "string-value")))
        self._tally.count(self._rows * self._columns, length * self._rows * self._columns)
        self._marks.stretch(last_row, last_column)
        is_error = "error" in {kind, attributes.get("calcext:value-type")} or (
            bool(formula) and ERROR_TEXT.fullmatch(shown) is not None
        )
        for row in range(self._row, last_row + 1) if is_error or formula else ():
            for column in range(self._column, last_column + 1):
                if is_error:
                    self._marks.errors[row, column] = shown or "#N/A"
                elif not kind and not self._has_text:
                    self._marks.without_value.add((row, column))


def _repeated(attributes: dict[str, str], name: str) -> int:
    """Return how many rows or cells an element stands for."""
    text = attribute(attributes, name) or "1"
    number = int(text) if text.isdigit() and len(text) < len(str(LAST_ROW)) + 1 else 0
    if not 1 <= number <= LAST_ROW:
        raise MarkupError("a row or cell is repeated in a way that no program writes")
    return number
