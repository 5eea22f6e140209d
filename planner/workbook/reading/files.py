"""Files: their bytes, and whatever a broken one makes a library raise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import FileError
from planner.workbook.reading.limits import MEGABYTE, PACKED_LIMIT

ERROR_STREAM = 2


@contextmanager
def told_as_file_error(name: str) -> Iterator[None]:
    """Turn whatever a broken file makes a library raise into a FileError.

    A panic inside python-calamine is no Exception, so all but a wish to stop is caught.
    """
    try:
        yield
    except (FileError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise FileError(
            f"'{name}' is damaged and cannot be read ({_one_line(error)}). "
            "Open it in Excel or LibreOffice and save it as .xlsx, or take an older copy."
        ) from error


@contextmanager
def in_silence() -> Iterator[None]:
    """Keep what a library writes straight to the error stream, such as a panic, from the user.

    Where the process has no error stream there is nothing to keep.
    """
    try:
        kept = os.dup(ERROR_STREAM)
    except OSError:
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), ERROR_STREAM)
    try:
        yield
    finally:
        os.dup2(kept, ERROR_STREAM)
        os.close(kept)


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes.

    Raises
    ------
    FileError
        Where there is no such file, it may not be read, or it is too large.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise FileError(f"'{path}' is no file. Name a workbook.")
        with path.open("rb") as file:
            content = file.read(PACKED_LIMIT + 1)
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
    if len(content) > PACKED_LIMIT:
        raise FileError(
            f"'{path.name}' is larger than {PACKED_LIMIT // MEGABYTE} MB. "
            "Delete the pictures and sheets that the plan does not need, and save it again."
        )
    return content


def _one_line(error: BaseException) -> str:
    """Return what a library says, on one line that no terminal takes for a command."""
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:200]
