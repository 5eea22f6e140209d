"""Files that are no archive, damaged ones, and those that are built to do harm."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.workbook.broken_files import (
    BASE,
    MAIN,
    OFFERS,
    TEXTS,
    WORKBOOK,
    Kind,
    Parts,
    Read,
    Refused,
    base,
    changed,
    replaced,
    sheet,
    with_sheet,
    without,
    zipped,
)

OTHERS = {
    "csv": (b"Offer,Vendor,SKU\nO1,Acme,H100\n", "text file, such as CSV"),
    "json": (b'{"offers": []}', "text file"),
    "html table saved as xls": (b"<html><body><table><tr><td>1</td></tr></table>", "HTML"),
    "html with a document type": (b"<!DOCTYPE html>\n<html></html>", "HTML"),
    "xml": (b'<?xml version="1.0"?><offers/>', "an XML file"),
    "utf-16 xml": ('\ufeff<?xml version="1.0"?><offers/>'.encode("utf-16-le"), "an XML file"),
    "spreadsheet of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "Excel 2003",
    ),
    "flat opendocument": (b'<?xml version="1.0"?><office:document/>', "OpenDocument"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\3", "gzip"),
    "excel 4": (b"\x09\x04\x06\0\0\0\x10\0\0\0", "Excel 4"),
    "zeros": (bytes(5000), "not an Excel workbook"),
    "empty": (b"", "is empty"),
    "one byte": (b"P", "text file"),
}
WORD = b'<Relationships><Relationship Id="1" Type="a/officeDocument" Target="%s"/></Relationships>'


def archives() -> Iterator[Kind]:
    """Yield the kinds of this file."""
    for name, (content, word) in OTHERS.items():
        yield Kind(name, _constant(content), Refused(word))
    whole = BASE.read_bytes()
    for share in range(5, 100, 10):
        cut = whole[: len(whole) * share // 100]
        yield Kind(f"cut off at {share} %", _constant(cut), Refused("damaged or incomplete"))
    yield from _damaged()
    yield from _hostile()


def _constant(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _damaged() -> Iterator[Kind]:
    """Yield archives from which something is missing, or in which something is wrong."""
    other = {"[Content_Types].xml": b"<Types/>"}
    for place in ("word/document.xml", "ppt/presentation.xml"):
        parts = {**other, "_rels/.rels": WORD % place.encode(), place: b"<document/>"}
        yield Kind(place, lambda parts=parts: zipped(parts), Refused("and not an Excel workbook"))
    yield Kind("zip of zips", lambda: zipped({"a.xlsx": BASE.read_bytes()}), Refused("no Excel"))
    yield Kind("empty zip", lambda: zipped({}), Refused("no Excel workbook"))
    yield Kind("wrong checksum", _wrong_checksum, Refused("is not what the archive says"))
    yield Kind("garbled middle", _garbled, Refused("damaged"))
    yield Kind("no workbook", lambda: without("workbook.xml"), Refused("list of sheets"))
    yield Kind("no relations at all", lambda: without(".rels"), Refused("list of sheets"))
    yield Kind("no relations", lambda: without("workbook.xml.rels"), Refused("nothing says where"))
    yield Kind("no texts", lambda: without(TEXTS), Refused("sharedstrings.xml is missing"))
    yield Kind("no styles", lambda: without("styles.xml"), Refused("styles.xml is missing"))
    yield Kind("no sheet part", lambda: without("sheet6.xml"), Refused("'Offers' is missing"))
    yield Kind("no content types", lambda: without("[Content_Types].xml"), Read())
    yield Kind("empty sheet part", lambda: replaced(OFFERS, b""), Refused("damaged"))
    yield Kind("half a sheet", lambda: replaced(OFFERS, base()[OFFERS][:5000]), Refused("damaged"))
    yield Kind("a sheet of noise", lambda: replaced(OFFERS, bytes(range(256))), Refused("damaged"))
    yield Kind("wrong content types", lambda: replaced("[Content_Types].xml", b"<Types/>"), Read())
    target = "worksheets/sheet6.xml"
    rels = "xl/_rels/workbook.xml.rels"
    for name, to, promise in (
        ("absolute relation", "/xl/worksheets/sheet6.xml", Read()),
        ("relation to itself", "workbook.xml", Refused("is no sheet")),
        ("relation beyond the archive", "../../../../etc/passwd", Refused("is missing")),
    ):
        yield Kind(name, lambda to=to: changed(rels, target, to), promise)
    external = f'{target}" TargetMode="External'
    yield Kind("external sheet", lambda: changed(rels, target, external), Refused("nothing says"))
    yield Kind("a sheet twice", _sheet_twice, Refused("two sheets 'Offers'"))
    yield Kind("a part twice", _part_twice, Refused("holds two parts"))
    yield Kind("path out of the archive", lambda: replaced("../../x/evil.xml", b"<a/>"), Read())
    yield Kind("stored, not packed", lambda: zipped(base(), zipfile.ZIP_STORED), Read())
    yield Kind("packed by LZMA", lambda: zipped(base(), zipfile.ZIP_LZMA), Refused("packed in a"))
    yield Kind("two workbooks", lambda: replaced("content.xml", b"<a/>"), Refused("two workbooks"))
    yield Kind("11,000 parts", _many_parts, Refused("10,000 parts"))


def _hostile() -> Iterator[Kind]:
    """Yield archives that would fill the memory, or reach for what is not theirs."""
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    row = '<row r="4"><c r="A4" t="inlineStr"><is><t>&{};</t></is></c></row>'
    for name, part, xml in (
        ("billion laughs", OFFERS, sheet(row.format("b"), laughs)),
        ("external entity", OFFERS, sheet(row.format("a"), outside)),
        ("entity in utf-16", OFFERS, sheet("", outside).decode().encode("utf-16")),
        ("entity in the texts", TEXTS, laughs.encode() + base()[TEXTS].partition(b"?>")[2]),
        ("entity in the list of sheets", WORKBOOK, laughs.encode() + base()[WORKBOOK]),
        ("entity in a part nobody reads", "docProps/app.xml", outside.encode() + b"<a>&a;</a>"),
    ):
        yield Kind(name, lambda part=part, xml=xml: replaced(part, xml), Refused("entities"))
    flood = b"<a>" + bytes([32]) * 50_000_000
    yield Kind("flat bomb", lambda: replaced("xl/media/a.xml", flood), Refused("100 times"))
    yield Kind("nested bomb", lambda: replaced("a.zip", zipped({"b": flood})), Read())
    yield Kind("overlapping parts", _overlapping, Refused("overlaps"))
    yield Kind("lying sizes", _lying, Refused("damaged"))
    yield Kind("password on the zip", _encrypted, Refused("zip archive with a password"))
    deep = "<a>" * 300 + "</a>" * 300
    yield Kind("deep elements", lambda: with_sheet(deep), Refused("nested more than"))
    names = "".join(f"<a{number}/>" for number in range(20_000))
    yield Kind("many names", lambda: with_sheet(names), Refused("more names"))
    spread = " ".join(f'a{number}=""' for number in range(300_000))
    yield Kind("a long tag", lambda: with_sheet(f"<row {spread}/>"), Refused("a tag that is long"))
    yield Kind("a shared text a million times", _copies, Refused("40,000,000 characters"))
    yield Kind("too many cells", _many_cells, Refused("1,000,000 filled cells"))
    texts = f'<sst xmlns="{MAIN}">'.encode() + b"<si/>" * 1_100_000 + _noise() + b"</sst>"
    yield Kind("too many texts", lambda: replaced(TEXTS, texts), Refused("1,000,000 texts"))
    array = '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'
    far = '<row r="9"><c r="A1000000"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>'
    yield Kind("a vast array formula", lambda: with_sheet(array + far), Refused("filled cells"))
    for corner in ("XFD1048576", "ZZ40000"):
        cell = f'<row r="1"><c r="A1"><v>1</v></c><c r="{corner}"><v>1</v></c></row>'
        yield Kind(f"cell at {corner}", lambda cell=cell: with_sheet(cell), Refused(f"to {corner}"))


def _noise() -> bytes:
    """Return a comment that keeps a part from being packed too well."""
    numbers = (zlib.crc32(number.to_bytes(4, "big")) for number in range(20_000))
    return b"<!--" + b" ".join(f"{number:x}".encode() for number in numbers) + b"-->"


def _wrong_checksum() -> bytes:
    content = bytearray(zipped(base(), zipfile.ZIP_STORED))
    place = content.index(b"<v>1000</v>")
    content[place + 3] = ord("9")
    return bytes(content)


def _garbled() -> bytes:
    content = bytearray(BASE.read_bytes())
    content[20_000:20_100] = bytes(100)
    return bytes(content)


def _sheet_twice() -> bytes:
    return changed(WORKBOOK, 'name="Rules"', 'name="Offers"')


def _part_twice() -> bytes:
    return replaced(OFFERS.upper(), b"<a/>")


def _many_parts() -> bytes:
    return zipped({f"xl/media/{number}": b"" for number in range(11_000)}, zipfile.ZIP_STORED)


def _overlapping() -> bytes:
    """Return an archive whose directory names the same packed bytes twice."""
    content = zipped({"a": b"<a/>", "b": b"<b/>"})
    second = content.index(b"PK\1\2", content.index(b"PK\1\2") + 4)
    changed_entry = bytearray(content)
    struct.pack_into("<I", changed_entry, second + 42, 0)
    return bytes(changed_entry)


def _lying() -> bytes:
    """Return an archive whose directory says that a part unpacks to less than it does."""
    content = bytearray(zipped({**base(), "xl/theme/theme1.xml": _noise() * 30}))
    name = content.rindex(b"xl/theme/theme1.xml")
    struct.pack_into("<I", content, name - 46 + 24, 100)
    return bytes(content)


def _encrypted() -> bytes:
    content = bytearray(BASE.read_bytes())
    place = content.index(b"PK\1\2")
    content[place + 8] |= 1
    return bytes(content)


def _copies() -> bytes:
    cells = "".join(f'<row><c t="s"><v>0</v></c><c r="B{row}"/></row>' for row in range(1, 2000))
    parts: Parts = base()
    long = b"<si><t>" + b"".join(b"%d," % number for number in range(6000)) + b"</t></si>"
    parts[TEXTS] = parts[TEXTS].replace(b"<si>", long + b"<si>", 1)
    return zipped({**parts, "xl/worksheets/sheet1.xml": sheet(cells)})


def _many_cells() -> bytes:
    cells = [f"<c><v>{number * 7919 % 9973}</v></c>" for number in range(9973)]
    some = "".join(cells)
    return with_sheet("".join(f"<row>{some}</row>" for _ in range(101)))
