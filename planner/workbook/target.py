"""Target: where a file may be written."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from planner.errors import FileError
from planner.workbook.results.writer import PRODUCER

PROPERTIES = "docProps/custom.xml"
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
        raise FileError(f"There is no folder '{folder}'. Make it, or choose another with -o.")
    if not os.access(folder, os.W_OK):
        raise FileError(f"The folder '{folder}' cannot be written. Choose another with -o.")
    if target.is_dir():
        raise FileError(f"'{target}' is a folder. Name a file in it with -o.")
    if target.exists() and not force and not _is_own(target):
        raise FileError(
            f"'{target}' was not written by this program. Use --force to replace it, "
            "or choose another name with -o."
        )


def free_target(target: Path) -> Path:
    """Return the target, or a new name beside it while it is open in another program."""
    number = 2
    free = target
    while _is_open(free):
        free = target.with_stem(f"{target.stem}-{number}")
        number += 1
    return free


def _is_own(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return f'name="{PRODUCER}"'.encode() in archive.read(PROPERTIES)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _is_open(path: Path) -> bool:
    return any(path.with_name(lock.format(name=path.name)).exists() for lock in LOCKS)
