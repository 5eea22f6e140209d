"""Draft: what the marks are put on, the whole workbook, its values, or nothing of it."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from planner.workbook.checked.losses import lost_extensions, lost_parts
from planner.workbook.checked.texts import escaped
from planner.workbook.checked.weight import HEAVIEST, weigh
from planner.workbook.reading.cells import Book, Grid, SheetCells

MOST_VALUES = 100_000
"""Cells of a copy of values; more would take too long."""
BULKIEST = 12_000_000
"""Bytes, unpacked, above which a file has too many cells for sure: reading them takes time."""

_ELSEWHERE = re.compile(r"\[\d+\]")
"""How a formula names another workbook inside the file."""


OTHER_KIND = "the original is of another kind than .xlsx"
TOO_LARGE = "the original is too large to be copied"
UNUSUAL = "the original has something that cannot be copied"


class UnfitError(Exception):
    """A draft cannot be made this way; the text says why, after "because"."""


@dataclass(frozen=True)
class Draft:
    """A workbook to be marked, and what the user must know of it ("" where nothing)."""

    book: Workbook
    remark: str = ""


def whole_draft(content: bytes, book: Book, _: str = "") -> Draft:
    """Return the whole workbook, formats and all.

    Raises
    ------
    UnfitError
        Where it is no .xlsx or .xlsm, is too large, or is not loaded whole.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise UnfitError(OTHER_KIND)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not any(name.casefold().endswith("workbook.xml") for name in archive.namelist()):
            raise UnfitError(OTHER_KIND)
        if weigh(archive) > HEAVIEST:
            raise UnfitError(TOO_LARGE)
        lost = lost_parts(archive)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loaded = _load(content)
    if not _is_whole(loaded, book):
        raise UnfitError(UNUSUAL)
    _cut_links(loaded, book)
    lost += lost_extensions(str(one.message) for one in caught)
    remark = f"The copy does not have {_listed(lost)}; the original keeps them." if lost else ""
    return Draft(loaded, remark)


def values_draft(content: bytes, book: Book, reason: str) -> Draft:
    """Return a workbook with the values of the sheets, and nothing of their looks.

    Raises
    ------
    UnfitError
        Where it has too many cells.
    """
    if _bulk(content) > BULKIEST or sum(_filled(sheet.grid) for sheet in book.sheets) > MOST_VALUES:
        raise UnfitError(TOO_LARGE)
    draft = Workbook()
    draft.remove(draft.worksheets[0])
    for sheet in book.sheets:
        _write_values(draft, sheet)
    return Draft(draft, f"The copy has values only, no formats and formulas, because {reason}.")


def bare_draft(_: bytes, __: Book, reason: str) -> Draft:
    """Return an empty workbook, for the sheet Problems alone."""
    draft = Workbook()
    draft.remove(draft.worksheets[0])
    return Draft(
        draft,
        f"The file holds the sheet Problems alone, because {reason}: "
        "correct the cells in the original.",
    )


class _Reader(ExcelReader):
    """Loads a workbook without taking numbers for dates, which would round or lose some."""

    def read_worksheets(self) -> None:
        self.wb._date_formats = set()  # type: ignore[attr-defined]  # noqa: SLF001
        self.wb._timedelta_formats = set()  # type: ignore[attr-defined]  # noqa: SLF001
        super().read_worksheets()


def _load(content: bytes) -> Workbook:
    reader = _Reader(io.BytesIO(content), keep_links=False, rich_text=True)
    reader.read()
    loaded: Workbook = reader.wb
    return loaded


def _is_whole(loaded: Workbook, book: Book) -> bool:
    """Return whether nothing was passed over, as sheets of an unknown dialect are."""
    sheets = {sheet.title: sheet for sheet in loaded.worksheets}
    return all(
        sheet.name in sheets and (sheet.is_blank or sheets[sheet.name]._cells)  # noqa: SLF001
        for sheet in book.sheets
    )


def _cut_links(loaded: Workbook, book: Book) -> None:
    """Replace what refers to other workbooks by its last value: the links are not kept."""
    for sheet in book.sheets:
        for (row, column), cell in list(loaded[sheet.name]._cells.items()):  # noqa: SLF001
            if cell.data_type == "f" and _ELSEWHERE.search(formula_text(cell.value)):
                stored = sheet.cell(row - 1, column - 1)
                cell.value = stored.error or stored.value
                if isinstance(stored.value, str):
                    cell.value, cell.data_type = escaped(stored.value), "s"
    for names in (loaded.defined_names, *(sheet.defined_names for sheet in loaded.worksheets)):
        for name in [name for name, one in names.items() if _ELSEWHERE.search(one.value or "")]:
            del names[name]


def formula_text(value: object) -> str:
    """Return the text of a formula, of an array too; "" where it has none of its own."""
    if isinstance(value, ArrayFormula):
        return value.text or ""
    return "" if value is None or isinstance(value, DataTableFormula) else str(value)


def _bulk(content: bytes) -> int:
    """Return how many bytes of cells a file has about, without reading them."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    return sum(part.file_size for part in parts if part.filename.endswith((".xml", ".bin")))


def _filled(grid: Grid) -> int:
    return sum(value not in ("", None) for row in grid.values for value in row)


def _write_values(draft: Workbook, sheet: SheetCells) -> None:
    copied = draft.create_sheet(sheet.name)
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and value:
                cell = copied.cell(row, column)
                cell.value, cell.data_type = escaped(value), "s"
            elif value not in ("", None):
                copied.cell(row, column).value = value
    for (row, column), error in sheet.grid.errors.items():
        cell = copied.cell(row + 1, column + 1)
        cell.value, cell.data_type = error, "e"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
