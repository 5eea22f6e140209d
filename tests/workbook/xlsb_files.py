"""Binary workbooks (.xlsb), written record by record, as no library here writes them."""

import struct
from collections.abc import Mapping, Sequence

from tests.workbook.broken_files import zipped

RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
Value = str | float | bool | None
Row = Sequence[Value]

BLANK, ERROR, YES_OR_NO, NUMBER, SHARED = 1, 3, 4, 5, 7
ERRORS = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07}
"""Texts that are written as error cells."""


def record(number: int, content: bytes = b"") -> bytes:
    """Return a record: its number, its length in steps of seven bits, and its content."""
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    length, rest = b"", len(content)
    while rest > 0x7F:
        length += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return head + length + bytes([rest]) + content


def wide(text: str) -> bytes:
    """Return a text as records hold it."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def xlsb(sheets: Mapping[str, Sequence[Row]], more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook with these sheets, and with more parts beside them."""
    texts: dict[str, int] = {}
    parts = {"[Content_Types].xml": b"<Types/>"}
    listed, related = b"", RELATIONS
    for number, (name, rows) in enumerate(sheets.items()):
        listed += record(156, struct.pack("<II", 0, number + 1) + wide(f"r{number}") + wide(name))
        target = f"worksheets/sheet{number}.bin"
        related += f'<Relationship Id="r{number}" Type="{KIND}worksheet" Target="{target}"/>'
        parts[f"xl/{target}"] = _sheet(rows, texts)
    related += f'<Relationship Id="t" Type="{KIND}sharedStrings" Target="sharedStrings.bin"/>'
    main = f'<Relationship Id="r" Type="{KIND}officeDocument" Target="xl/workbook.bin"/>'
    parts["_rels/.rels"] = f"{RELATIONS}{main}</Relationships>".encode()
    parts["xl/_rels/workbook.bin.rels"] = f"{related}</Relationships>".encode()
    parts["xl/workbook.bin"] = record(131) + record(143) + listed + record(144) + record(132)
    items = b"".join(record(19, b"\0" + wide(text)) for text in texts)
    count = struct.pack("<II", len(texts), len(texts))
    parts["xl/sharedStrings.bin"] = record(159, count) + items + record(160)
    return zipped({**parts, **(more or {})})


def _sheet(rows: Sequence[Row], texts: dict[str, int]) -> bytes:
    size = struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    cells = b""
    for place, row in enumerate(rows):
        cells += record(0, struct.pack("<II", place, 0) + bytes(9))
        for column, value in enumerate(row):
            cells += _cell(struct.pack("<II", column, 0), value, texts)
    return record(129) + record(148, size) + record(145) + cells + record(146) + record(130)


def _cell(head: bytes, value: Value, texts: dict[str, int]) -> bytes:
    if value is None:
        return record(BLANK, head)
    if isinstance(value, bool):
        return record(YES_OR_NO, head + bytes([value]))
    if isinstance(value, float):
        return record(NUMBER, head + struct.pack("<d", value))
    if value in ERRORS:
        return record(ERROR, head + bytes([ERRORS[value]]))
    return record(SHARED, head + struct.pack("<I", texts.setdefault(value, len(texts))))
