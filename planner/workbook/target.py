"""Target: where a file may be written."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

from planner.errors import FileError
from planner.workbook.saving import PRODUCER, clear_leftovers

PROPERTIES, TIMES = "docProps/custom.xml", "docProps/core.xml"
"""Where a workbook says who made it, and when it was made and last saved."""

NO_YEAR = 1980
"""The year that our archives name for their parts, so that equal plans are equal bytes."""

_TIMES = re.compile(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<")

LOCKS = (".~lock.{name}#", "~${name}")
"""What LibreOffice and Excel put beside a workbook that is open."""


def check_target(target: Path, *, force: bool) -> None:
    """Refuse a target that must not be, or cannot be, written.

    Parameters
    ----------
    target : of the file
    force : replace a file that this program did not write

    Raises
    ------
    FileError
        Where the folder is missing or cannot be written, or the file is another's.
    """
    folder = target.parent
    if not folder.is_dir():
        raise FileError(f"There is no folder '{folder}'. Make it, or choose another.")
    if not os.access(folder, os.W_OK):
        raise FileError(f"The folder '{folder}' cannot be written. Choose another.")
    clear_leftovers(folder)
    if target.exists() and not target.is_file():
        raise FileError(f"'{target}' is no file. Name one, such as plan.xlsx.")
    if target.exists() and not force and not is_own(target):
        raise FileError(
            f"'{target}' is not as this program wrote it: it is another's, or was changed since. "
            "Use --force to replace it, or choose another name."
        )


def free_target(target: Path) -> Path:
    """Return the target, or a new name beside it while it is open in another program."""
    number = 2
    free = target
    while _is_open(free):
        free = target.with_stem(f"{target.stem}-{number}")
        number += 1
    return free


def is_own(path: Path) -> bool:
    """Return whether this program wrote a file, and nobody has saved it again since."""
    try:
        with zipfile.ZipFile(path) as archive:
            is_marked = f'name="{PRODUCER}"'.encode() in archive.read(PROPERTIES)
            times = _TIMES.findall(archive.read(TIMES))
            years = {part.date_time[0] for part in archive.infolist()}
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    return is_marked and len(set(times)) == 1 and years == {NO_YEAR}


def _is_open(path: Path) -> bool:
    return any(path.with_name(lock.format(name=path.name)).exists() for lock in LOCKS)
