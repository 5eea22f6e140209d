"""Protection: workbooks that a password locks, opened in memory."""

from __future__ import annotations

import io
import re

from planner.errors import FileError
from planner.workbook.reading.compound import MAGIC, Compound, CompoundError
from planner.workbook.reading.limits import SPIN_LIMIT
from planner.workbook.reading.records import RecordError
from planner.workbook.reading.xls import is_encrypted, stream_name

LOCKED_PACKAGE, LOCK = "EncryptedPackage", "EncryptionInfo"
HOW_TO_GIVE = (
    "Give the password with --password-file, in PLANNER_PASSWORD, or remove the password in Excel."
)
SPINS = re.compile(rb'spinCount\s*=\s*["\'](\d*)')
DIGITS_OF_LIMIT = len(str(SPIN_LIMIT))


def is_protected(content: bytes) -> bool:
    """Return whether a file is a workbook that opens with a password only."""
    if not content.startswith(MAGIC):
        return False
    try:
        compound = Compound(content)
        if compound.has(LOCKED_PACKAGE):
            return True
        stream = stream_name(compound)
        return stream is not None and is_encrypted(compound.stream(stream))
    except (CompoundError, RecordError):
        return False


def ask_for_password(name: str) -> FileError:
    """Return the error for a protected file where no password was given."""
    return FileError(f"'{name}' is protected by a password. {HOW_TO_GIVE}")


def decrypted(content: bytes, name: str, password: str) -> bytes:
    """Return the workbook inside a protected one.

    Raises
    ------
    FileError
        Where the password is wrong, the lock is of an unknown kind, or the library that
        opens it is not installed.
    """
    try:
        import msoffcrypto  # noqa: PLC0415
        import msoffcrypto.exceptions  # noqa: PLC0415
        import msoffcrypto.format.ooxml  # noqa: PLC0415
        import msoffcrypto.format.xls97  # noqa: PLC0415
    except ImportError as error:
        raise FileError(
            f"'{name}' is protected by a password, and what opens it is not installed: "
            "install planner[crypto], or remove the password in Excel."
        ) from error
    _check_spins(content, name)
    opened = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        file.load_key(password=password)
        file.decrypt(opened)
    except msoffcrypto.exceptions.InvalidKeyError as error:
        raise FileError(
            f"'{name}' does not open with this password. Check it, capitals and spaces too."
        ) from error
    except Exception as error:
        raise FileError(
            f"'{name}' is protected in a way that is not known here, or it is damaged. "
            "Open it in Excel, remove the password, and save it as .xlsx."
        ) from error
    return opened.getvalue()


def _check_spins(content: bytes, name: str) -> None:
    """Refuse a lock that asks for so many rounds that trying one password takes minutes."""
    compound = Compound(content)
    lock = compound.stream(LOCK) if compound.has(LOCK) else b""
    for found in SPINS.findall(lock):
        digits = found.lstrip(b"0")
        if len(digits) > DIGITS_OF_LIMIT or int(digits or b"0") > SPIN_LIMIT:
            raise FileError(
                f"'{name}' has a lock that takes more than {SPIN_LIMIT:,} rounds to open, "
                "as no program writes it. Open it in Excel, and remove the password."
            )
