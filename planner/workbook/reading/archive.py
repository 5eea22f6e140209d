"""The file itself: what it is, and where its sheets lie inside the zip archive."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from defusedxml import ElementTree

from planner.errors import FileError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
UNPACKED_LIMIT = 2**30
"""Bytes that a workbook may unpack to; a small archive can hold a flood of zeros."""


@contextmanager
def told_as_file_error(path: Path) -> Iterator[None]:
    """Turn whatever a broken file makes a library raise into a FileError.

    A panic inside python-calamine is no Exception, so all but a wish to stop is caught.
    """
    try:
        yield
    except (FileError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise FileError(
            f"'{path.name}' is damaged and cannot be read ({_one_line(error)}). "
            "Open it in Excel or LibreOffice and save it as .xlsx, or take an older copy."
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes, which are those of a zip archive.

    Raises
    ------
    FileError
        Where there is no such file, it may not be read, or it is of another kind.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FileError(f"'{path}' is no file. Name a workbook.")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileError(f"There is no file '{path}'. Check the name and the folder.") from error
    except IsADirectoryError as error:
        raise FileError(f"'{path}' is a folder. Name a workbook inside it.") from error
    except PermissionError as error:
        raise FileError(
            f"'{path}' may not be read. Close it in other programs, or ask for permission."
        ) from error
    except (OSError, ValueError) as error:
        raise FileError(f"'{path}' cannot be read ({_one_line(error)}).") from error
    if not zipfile.is_zipfile(io.BytesIO(content)):
        _refuse(path, content)
    return content


def sheet_parts(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    """Return the archive's part for each sheet of cells, by name, in the order of the tabs.

    Chart sheets hold no cells and are left out; hidden sheets are not.

    Raises
    ------
    FileError
        Where the archive holds no workbook, or more bytes than a workbook may have.
    """
    if sum(part.file_size for part in archive.infolist()) > UNPACKED_LIMIT:
        raise FileError(
            f"'{path.name}' unpacks to more than {UNPACKED_LIMIT // 2**20} MB. "
            "Delete the sheets that the plan does not need, and save it again."
        )
    parts = {_part_key(name): name for name in archive.namelist()}
    workbook = _workbook_part(archive, parts)
    if workbook is None or workbook not in parts or workbook.endswith(".bin"):
        _refuse_archive(path, parts)
    targets = _targets(archive, parts, workbook, "/worksheet")
    sheets: dict[str, str] = {}
    for element in _xml(archive, parts[workbook]).iter():
        if local_name(element.tag) != "sheet":
            continue
        target = targets.get(_attribute(element, "id"))
        if target in parts:
            sheets[element.get("name", "")] = parts[target]
    return sheets


def local_name(tag: str) -> str:
    """Return an XML name without its namespace; strict workbooks have namespaces of their own."""
    return tag.rpartition("}")[2]


def _workbook_part(archive: zipfile.ZipFile, parts: dict[str, str]) -> str | None:
    found = _targets(archive, parts, "", "/officedocument")
    return next(iter(found.values()), None)


def _targets(
    archive: zipfile.ZipFile, parts: dict[str, str], source: str, kind: str
) -> dict[str, str]:
    """Return the parts that `source` is related to, by the relation's id."""
    folder, name = posixpath.split(source)
    listing = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if listing is None:
        return {}
    return {
        relation.get("Id", ""): _part_key(posixpath.join("/", folder, relation.get("Target", "")))
        for relation in _xml(archive, listing)
        if relation.get("Type", "").casefold().endswith(kind)
    }


def _part_key(name: str) -> str:
    """Return what is compared of a part's name: some programs write backslashes or other case."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


def _xml(archive: zipfile.ZipFile, part: str) -> Element:
    root: Element = ElementTree.fromstring(archive.read(part))
    return root


def _attribute(element: Element, name: str) -> str:
    """Return an attribute that stands in a namespace, such as r:id."""
    found = (value for key, value in element.items() if "}" in key and local_name(key) == name)
    return next(found, "")


def _refuse(path: Path, content: bytes) -> NoReturn:
    if not content:
        problem, remedy = "is empty", "Take another copy of the file."
    elif content.startswith(OLE_MAGIC) and ENCRYPTED_STREAM in content:
        problem = "is protected by a password"
        remedy = "Open it in Excel, remove the password, and save it as .xlsx."
    elif content.startswith(OLE_MAGIC):
        problem = "is a workbook of the old kind (.xls)"
        remedy = "Open it in Excel or LibreOffice and save it as .xlsx."
    elif content.startswith(b"PK"):
        problem = "is a damaged or incomplete workbook"
        remedy = "Take another copy of the file; the last one may have been cut off on its way."
    elif b"\0" not in content:
        problem = "is a text file, such as CSV, and not an Excel workbook"
        remedy = "Open it in Excel or LibreOffice and save it as .xlsx."
    else:
        problem, remedy = "is not an Excel workbook", "Save the workbook as .xlsx."
    raise FileError(f"'{path.name}' {problem}. {remedy}")


def _refuse_archive(path: Path, parts: dict[str, str]) -> NoReturn:
    if "content.xml" in parts:
        problem = "is an OpenDocument spreadsheet (.ods)"
    elif any(part.endswith("workbook.bin") for part in parts):
        problem = "is a binary workbook (.xlsb)"
    else:
        problem = "is a zip archive but holds no Excel workbook"
    raise FileError(
        f"'{path.name}' {problem}. Open it in Excel or LibreOffice and save it as .xlsx."
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
