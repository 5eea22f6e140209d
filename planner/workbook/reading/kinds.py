"""Kinds: which kind of workbook a file is, told by its bytes, and what it holds."""

from __future__ import annotations

import re
from typing import NoReturn

from planner.errors import FileError
from planner.workbook.reading import archive, compound
from planner.workbook.reading.archive import Archive, damaged, open_archive, packed_again
from planner.workbook.reading.compound import Compound, wrapped
from planner.workbook.reading.marks import Survey, Tally
from planner.workbook.reading.ods import CONTENT, survey_ods
from planner.workbook.reading.package import main_part
from planner.workbook.reading.xls import stream_name, survey_xls
from planner.workbook.reading.xlsb import survey_xlsb
from planner.workbook.reading.xlsx import survey_xlsx

BEGINNINGS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x1f\x8b": "a gzip archive",
    b"\x09\x00\x04\x00": "a workbook of Excel 2",
    b"\x09\x02\x06\x00": "a workbook of Excel 3",
    b"\x09\x04\x06\x00": "a workbook of Excel 4",
    b"\x09\x08": "a workbook of Excel 5 without its wrapping",
}
ELEMENTS = {
    rb"<\w*:?html|<!doctype\s+html|<table|<body|<meta": "a web page (HTML)",
    rb"urn:schemas-microsoft-com:office:spreadsheet": "an XML spreadsheet of Excel 2003",
    rb"office:document": "a flat OpenDocument file",
    rb"<\?xml|<\w+": "an XML file",
}
OTHER_DOCUMENTS = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "visio/": "a Visio drawing",
}
OTHER_STREAMS = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "VisioDocument": "a Visio drawing",
    "__properties_version1.0": "an Outlook message",
}
LOOKED_AT = 4096


def survey_file(content: bytes, name: str) -> tuple[Survey, bytes]:
    """Return what a workbook holds, and the bytes that its cells are read from.

    Those hold nothing but what was checked here: no macro, picture or link goes with them.

    Raises
    ------
    FileError
        Where the file is no workbook, or one that is too large or damaged.
    """
    tally = Tally(name)
    if content.startswith(compound.MAGIC):
        return _survey_compound(content, name, tally)
    if not content.startswith(archive.MAGIC):
        _refuse(content, name)
    opened = open_archive(content, name)
    workbook = main_part(opened)
    if CONTENT in opened.parts:
        if workbook in opened.parts:
            raise damaged(name, "it is two workbooks in one")
        survey, parts = survey_ods(opened, tally)
    elif workbook not in opened.parts or not workbook:
        _refuse_archive(opened)
    elif workbook.startswith(tuple(OTHER_DOCUMENTS)):
        _refuse_document(workbook, name)
    elif workbook.endswith(".bin"):
        survey, parts = survey_xlsb(opened, workbook, tally)
    else:
        survey, parts = survey_xlsx(opened, workbook, tally)
    return survey, packed_again(parts)


def _survey_compound(content: bytes, name: str, tally: Tally) -> tuple[Survey, bytes]:
    file = Compound(content)
    stream = stream_name(file)
    if stream is None:
        kind = next((kind for key, kind in OTHER_STREAMS.items() if file.has(key)), "")
        raise FileError(
            f"'{name}' is {kind or 'not an Excel workbook'}. Name a workbook, saved as .xlsx."
        )
    survey, records = survey_xls(file, file.stream(stream), name, tally)
    return survey, wrapped(stream, records)


def _refuse(content: bytes, name: str) -> NoReturn:
    """Refuse a file that is neither an archive nor a compound file."""
    beginning = content[:LOOKED_AT]
    is_utf_16 = beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = beginning.replace(b"\0", b"") if is_utf_16 else beginning
    text = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    kind = next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), "")
    if text.startswith(b"<"):
        kind = next(
            (kind for word, kind in ELEMENTS.items() if re.search(word, text, re.IGNORECASE)), kind
        )
    if not content:
        raise FileError(f"'{name}' is empty. Take another copy of the file.")
    if not kind and b"\0" not in plain:
        kind = "a text file, such as CSV"
    if not kind:
        raise FileError(f"'{name}' is not an Excel workbook. Save the workbook as .xlsx.")
    raise FileError(
        f"'{name}' is {kind}, and not an Excel workbook. "
        "Open it in Excel or LibreOffice and save it as .xlsx."
    )


def _refuse_archive(opened: Archive) -> NoReturn:
    if "[content_types].xml" in opened.parts:
        raise damaged(opened.name, "its list of sheets is missing")
    raise FileError(
        f"'{opened.name}' is a zip archive but holds no Excel workbook. "
        "If a workbook lies inside it, unpack it and name that; else save the workbook as .xlsx."
    )


def _refuse_document(workbook: str, name: str) -> NoReturn:
    kind = next(kind for folder, kind in OTHER_DOCUMENTS.items() if workbook.startswith(folder))
    raise FileError(f"'{name}' is {kind}, and not an Excel workbook. Name a workbook.")
