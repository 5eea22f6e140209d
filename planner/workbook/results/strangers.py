"""Strangers: what stands in a plan workbook that this program never writes into one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from planner.row import Row, columns, name_key
from planner.workbook.reading.cells import Book
from planner.workbook.results.writer import HEADER_ROW
from planner.workbook.saving import PRODUCER

OWN_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(app|core|custom)\.xml"
    r"|xl/(workbook|styles|sharedstrings|metadata)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/theme/theme\d+\.xml|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?"
    r"|xl/comments\d+\.xml|xl/drawings/vmldrawing\d+\.vml|xl/calcchain\.xml",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb'<comment\b[^>]*\bref="[A-Z]+(\d+)"')
_NAME = re.compile(rb'<definedName\b[^>]*\bname="(?!_xlnm\.)([^"]*)"')
_PROPERTY = re.compile(rb'<property\b[^>]*\bname="([^"]*)"')
_CORE = re.compile(
    rb"<(?:\w+:)?(creator|lastModifiedBy|subject|keywords|description|category|contentStatus)>"
    rb"[^<]"
)


def strange_sheets(book: Book, kinds: Mapping[str, type[Row]]) -> Iterator[str]:
    """Yield the sheets and columns of a plan that the report does not know, in words.

    Parameters
    ----------
    book : the workbook
    kinds : sheet's name -> the class of its rows
    """
    for sheet in book.sheets:
        kind = kinds.get(sheet.name)
        if kind is None:
            yield f"the sheet '{sheet.name}'"
            continue
        known = {name_key(spec.header) for spec in columns(kind)}
        header = next((row for row in sheet.rows if _knows(row, kind)), ())
        for value in header:
            if value not in {"", None} and name_key(str(value)) not in known:
                yield f"the column '{value}' of the sheet '{sheet.name}'"


def _knows(row: object, kind: type[Row]) -> bool:
    headers = {spec.header for spec in columns(kind)}
    return isinstance(row, list | tuple) and headers <= {str(value).strip() for value in row}


def strange_parts(content: bytes) -> Iterator[str]:
    """Yield what else a workbook holds, in words: comments, names, properties, pictures, macros.

    Parameters
    ----------
    content : of the file; what is no zip archive holds nothing that can be told
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name.casefold(): archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return
    comments = [
        row
        for name, part in parts.items()
        if name.startswith("xl/comments")
        for row in _COMMENT.findall(part)
        if int(row) != HEADER_ROW + 1
    ]
    if comments:
        yield f"comments ({len(comments)})"
    for name in _NAME.findall(parts.get("xl/workbook.xml", b"")):
        yield f"the defined name '{_text(name)}'"
    for name in _PROPERTY.findall(parts.get("docprops/custom.xml", b"")):
        if _text(name) != PRODUCER:
            yield f"the property '{_text(name)}' of the file"
    for name in _CORE.findall(parts.get("docprops/core.xml", b"")):
        yield f"the property '{_text(name)}' of the file"
    for name in sorted(parts):
        if not OWN_PARTS.fullmatch(name) and not name.endswith("/"):
            yield f"the part '{name}' of the file"


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
