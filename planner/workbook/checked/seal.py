"""Seal: the copy's bytes, by which this program knows that nobody has changed it since."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import CustomPropertyList, StringProperty
from openpyxl.writer.excel import ExcelWriter

from planner.workbook.checked.stored_values import with_stored_values
from planner.workbook.checked.target_name import COPY_OF
from planner.workbook.checked.texts import one_line
from planner.workbook.reading.cells import Book, SheetCells
from planner.workbook.saving import PRODUCER, created_at
from planner.workbook.target import NO_YEAR


def sealed(book: Workbook, source: str, original: Book) -> bytes:
    """Return a workbook as bytes, equal ones for equal workbooks made at the same time.

    Parameters
    ----------
    book : the copy
    source : name of the file it was made of
    original : that file, with the values of its formulas
    """
    properties: CustomPropertyList[Any] = book.custom_doc_props  # type: ignore[attr-defined]
    made = created_at().replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = made
    for name, value in ((PRODUCER, version("planner")), (COPY_OF, one_line(source))):
        if name in properties.names:
            del properties[name]
        properties.append(StringProperty(name=name, value=value))
    written = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    cells = {sheet.name: sheet for sheet in original.sheets}
    parts = {
        sheet.path.lstrip("/"): cells[sheet.title]
        for sheet in book.worksheets
        if sheet.title in cells
    }
    return _packed(written, parts, book.epoch)


def _packed(written: io.BytesIO, parts: Mapping[str, SheetCells], epoch: datetime) -> bytes:
    """Return the archive with the formulas' values, and parts that do not tell their time."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(written) as archive,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for part in archive.infolist():
            content = archive.read(part)
            if part.filename in parts:
                text = content.decode("utf-8")
                content = with_stored_values(text, parts[part.filename], epoch).encode("utf-8")
            timeless = zipfile.ZipInfo(part.filename, (NO_YEAR, 1, 1, 0, 0, 0))
            timeless.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(timeless, content)
    return result.getvalue()
