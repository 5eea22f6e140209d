"""Saving: a workbook is made in memory, and a file is replaced as a whole or not at all."""

from __future__ import annotations

import glob
import io
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import FileError

if TYPE_CHECKING:
    import xlsxwriter

PRODUCER = "planner"
"""Name of the file property by which this program knows its own files."""

EPOCH = "SOURCE_DATE_EPOCH"
"""Set in the environment, it is the time at which all is said to be made."""

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Text stays text, whatever it begins with."""


@contextmanager
def new_workbook(path: Path, title: str) -> Iterator[xlsxwriter.Workbook]:
    """Yield a new workbook, which is saved under a path when all went well.

    Parameters
    ----------
    path : where; an existing file is replaced
    title : for the file's properties

    Raises
    ------
    FileError
        Where the folder or the file cannot be written.
    """
    import xlsxwriter  # noqa: PLC0415  who only looks at a file need not wait for it

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    made = created_at().replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title, "created": made})
    book.set_custom_property(PRODUCER, version("planner"), "text")
    yield book
    book.close()
    replace_file(path, content.getvalue())


def rescue_place(path: Path) -> Path:
    """Return where a file goes that cannot be written to its own place: a new folder for it.

    Raises
    ------
    FileError
        Where there is no room for it either.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="planner-")) / path.name
    except OSError as error:
        raise FileError(f"'{path}' cannot be written, nor any other place.") from error


def created_at() -> datetime:
    """Return the time that a file says it was made at: now, or SOURCE_DATE_EPOCH if set."""
    epoch = os.environ.get(EPOCH)
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def replace_file(path: Path, content: bytes) -> None:
    """Write beside a path and rename, so that no half file ever stands under its name.

    Only its owner may read the file: it may hold prices.

    Parameters
    ----------
    path : where; an existing file is replaced
    content : all of the file

    Raises
    ------
    FileError
        Where the folder or the file cannot be written.
    """
    made: Path | None = None
    path = Path(os.path.realpath(path))  # a link stays one, and what it leads to is replaced
    try:
        prefix = f"{_temporary_prefix()}{os.getpid()}-"
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=prefix, dir=path.parent)
        made = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        raise FileError(f"'{path}' cannot be written: {error.strerror}.") from error
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> None:
    """Delete what processes of this machine left behind that were killed while they wrote."""
    prefix = _temporary_prefix()
    for path in folder.glob(f"{glob.escape(prefix)}*"):
        number = path.name.removeprefix(prefix).partition("-")[0]
        if number.isdigit() and not _is_running(int(number)):
            with suppress(OSError):
                path.unlink()


def _temporary_prefix() -> str:
    host = "".join(letter for letter in platform.node() if letter.isalnum())
    return f".planner-{host}-"


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
