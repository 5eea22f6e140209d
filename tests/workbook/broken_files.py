"""Broken, hostile and odd files: what a kind of file is, what is promised of it, and tools."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

BASE = Path(__file__).parents[2] / "data" / "lead_time.xlsx"
"""A sound workbook; its first offer, "Buy" at 1000, stands in row 4 of the sheet Offers."""

OFFERS = "xl/worksheets/sheet6.xml"
WORKBOOK = "xl/workbook.xml"
TEXTS = "xl/sharedStrings.xml"
PRICE_CELL = '<c r="G4" s="32"><v>1000</v></c>'
NOTE_CELL = '<c r="Y4" s="6"/>'
NAME_CELL = '<c r="A4" s="6" t="s"><v>115</v></c>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Parts = dict[str, bytes]


@dataclass(frozen=True)
class Refused:
    """The file is refused with a FileError whose sentence has this in it."""

    word: str


@dataclass(frozen=True)
class Faulty:
    """The file is read, and told to have this error at this cell."""

    code: str
    cell: str = ""
    sheet: str = "Offers"


@dataclass(frozen=True)
class Read:
    """The file is read as the base is, but for these fields of the first offer."""

    offer: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name, its bytes, and what is promised."""

    name: str
    make: Callable[[], bytes]
    promise: Refused | Faulty | Read


@cache
def _base() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(BASE) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def base() -> Parts:
    """Return the parts of the sound workbook."""
    return dict(_base())


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return written.getvalue()


def changed(part: str, before: str, after: str) -> bytes:
    """Return the sound workbook with a text in one part replaced."""
    parts = base()
    text = parts[part].decode()
    assert before in text, f"{part} has no {before}"
    return zipped({**parts, part: text.replace(before, after, 1).encode()})


def replaced(part: str, content: bytes) -> bytes:
    """Return the sound workbook with one part replaced or added."""
    return zipped({**base(), part: content})


def without(*ends: str) -> bytes:
    """Return the sound workbook without the parts whose names end like this."""
    return zipped({name: text for name, text in base().items() if not name.endswith(ends)})


def price(cell: str) -> Callable[[], bytes]:
    """Return what makes the workbook with this XML for the cell of the first offer's price."""
    return lambda: changed(OFFERS, PRICE_CELL, cell)


def note(cell: str) -> Callable[[], bytes]:
    """Return what makes the workbook with this XML for the cell of the first offer's note."""
    return lambda: changed(OFFERS, NOTE_CELL, cell)


def sheet(rows: str, head: str = "") -> bytes:
    """Return the XML of a sheet with these rows."""
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def with_sheet(rows: str) -> bytes:
    """Return the sound workbook whose sheet README, which nobody reads, has these rows."""
    return replaced("xl/worksheets/sheet1.xml", sheet(rows))
