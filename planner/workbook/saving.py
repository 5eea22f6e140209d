"""Saving: a workbook is made in memory, and a file is replaced as a whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import xlsxwriter

from planner.errors import FileError

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
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    made = created_at().replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title, "created": made})
    book.set_custom_property(PRODUCER, version("planner"), "text")
    yield book
    book.close()
    _replace(path, content.getvalue())


def created_at() -> datetime:
    """Return the time that a file says it was made at: now, or SOURCE_DATE_EPOCH if set."""
    epoch = os.environ.get(EPOCH)
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def _replace(path: Path, content: bytes) -> None:
    """Write beside the path and rename, so that no half file ever stands under its name."""
    made: Path | None = None
    try:
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=".planner-", dir=path.parent)
        made = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o666 & ~_umask())
        made.replace(path)
    except OSError as error:
        raise FileError(f"'{path}' cannot be written: {error.strerror}.") from error
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def _umask() -> int:
    """Return which rights new files are made without; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
