"""Encryption: a workbook locked by a password, as Excel and LibreOffice do, and opened again."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

from planner.errors import FileError, UsageError
from planner.workbook.protection import decrypted, is_protected
from planner.workbook.reading import archive
from planner.workbook.reading.files import read_bytes, told_as_file_error
from planner.workbook.reading.kinds import survey_file
from planner.workbook.reading.package import main_part
from planner.workbook.saving import replace_file

LONGEST_PASSWORD = 255
"""Characters that Excel lets one type."""


def encrypt_file(source: Path, target: Path, password: str) -> None:
    """Write a workbook so that it opens with a password only.

    Office's own encryption is used (ECMA-376, agile: AES-256, SHA-512). That the result opens
    with the password is tried before anything is replaced.

    Parameters
    ----------
    source : a workbook, .xlsx or .xlsm
    target : where; an existing file, which may be the source, is replaced as a whole
    password : to open it with; a lost one cannot be found again

    Raises
    ------
    FileError
        Where the source cannot be read, is no such workbook or has a password already, where
        the target cannot be written, or where what encrypts is not installed.
    UsageError
        Where the password is empty, or could not be typed in Excel.
    """
    _check_password(password)
    if len(password) > LONGEST_PASSWORD:
        raise UsageError(
            f"the password is longer than the {LONGEST_PASSWORD} characters that Excel takes"
        )
    if any(unicodedata.category(sign) == "Cc" for sign in password):
        raise UsageError("the password has control characters, which nobody can type in Excel")
    content = read_bytes(source)
    if is_protected(content):
        raise FileError(
            f"'{source.name}' is protected by a password already. Decrypt it first to change that."
        )
    _check_kind(content, source.name)
    locked = _encrypted(content, source.name, password)
    if decrypted(locked, source.name, password) != content:
        raise FileError(
            f"'{source.name}' could not be encrypted so that it opens again; it is left as it was."
        )
    replace_file(target, locked)


def decrypt_file(source: Path, target: Path, password: str) -> None:
    """Write a workbook that opens with a password so that it opens without.

    Parameters
    ----------
    source : a workbook, .xlsx or .xlsm, that a password protects
    target : where; an existing file, which may be the source, is replaced as a whole
    password : that opens it

    Raises
    ------
    FileError
        Where the source cannot be read, has no password or another one, or is no such workbook,
        where the target cannot be written, or where what decrypts is not installed.
    UsageError
        Where the password is empty.
    """
    _check_password(password)
    content = read_bytes(source)
    if not is_protected(content):
        _check_kind(content, source.name)
        raise FileError(f"'{source.name}' has no password: it opens as it is.")
    with told_as_file_error(source.name):
        opened = decrypted(content, source.name, password)
    _check_kind(opened, source.name)
    replace_file(target, opened)


def _check_password(password: str) -> None:
    if not password:
        raise UsageError("the password is empty; choose one of several words")
    if any(unicodedata.category(sign) == "Cs" for sign in password):
        raise UsageError("the password is no text in the encoding of this system; try UTF-8")


def _check_kind(content: bytes, name: str) -> None:
    """Refuse what is not a workbook of the kinds .xlsx and .xlsm."""
    if content.startswith(archive.MAGIC):
        with told_as_file_error(name):
            opened = archive.open_archive(content, name)
            workbook = main_part(opened)
        if workbook.startswith("xl/") and workbook.endswith(".xml") and workbook in opened.parts:
            return
    with told_as_file_error(name):
        survey_file(content, name)  # which says of most other files what they are
    raise FileError(
        f"'{name}' is a workbook of another kind than .xlsx and .xlsm. "
        "Open it in Excel or LibreOffice and save it as .xlsx."
    )


def _encrypted(content: bytes, name: str, password: str) -> bytes:
    try:
        from msoffcrypto.format import ooxml  # noqa: PLC0415
    except ImportError as error:
        raise FileError(
            f"'{name}' cannot be encrypted: what does it is not installed. "
            "Install planner[crypto], or set a password in Excel."
        ) from error
    locked = io.BytesIO()
    with told_as_file_error(name):
        ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, locked)
    return locked.getvalue()
