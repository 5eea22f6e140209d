"""Target name: under which name a copy stands, so that nothing of the user's is lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import unescape

from planner.errors import FileError
from planner.workbook.checked.texts import one_line
from planner.workbook.target import PROPERTIES, free_target, is_own

COPY_OF = "planner checked copy of"
"""The file property that names the workbook that a copy was made of."""

_SOURCE = re.compile(rf'name="{COPY_OF}"[^>]*>\s*<[^>]*lpwstr[^>]*>([^<]*)<')

MOST_NUMBERS = 999

_NUMBERED = re.compile(r"(?P<stem>.+)\.checked(?:-(?P<number>[0-9]{1,6}))?", re.IGNORECASE)


def find_target(source: Path) -> Path:
    """Return where the copy of a workbook belongs: never the workbook itself.

    A name is passed over while its file is open in another program, is no copy of this
    workbook, or has been changed since it was written.

    Raises
    ------
    FileError
        Where every name is taken.
    """
    for target in _names(source):
        if free_target(target) != target:
            continue
        if not (target.exists() or target.is_symlink()) or is_copy_of(target, source.name):
            return target
    raise FileError(f"There are too many copies beside '{source}' already. Delete some.")


def is_copy_of(path: Path, source: str) -> bool:
    """Return whether a file is a copy of this source as this program wrote it."""
    try:
        if not is_own(path):
            return False
        with zipfile.ZipFile(path) as archive:
            text = archive.read(PROPERTIES).decode("utf-8")
    except Exception:  # noqa: BLE001  a file of that name may be anything
        return False
    named = _SOURCE.search(text)
    return named is not None and unescape(named.group(1)) == one_line(source)


def remove_checked_copy(source: Path) -> Path | None:
    """Delete the copy that an earlier run wrote, once nothing is wrong any more.

    Returns
    -------
    Path | None
        What was deleted; None where there is no copy, or somebody has changed it.
    """
    try:
        target = find_target(source)
        target.unlink()
    except (OSError, FileError):
        return None
    return target


def _names(source: Path) -> Iterator[Path]:
    """Yield budget.checked.xlsx, budget.checked-2.xlsx ...; for a copy those that follow it."""
    match = _NUMBERED.fullmatch(source.stem)
    stem, first = source.stem, 1
    if match is not None:
        stem, first = match["stem"], int(match["number"] or 1) + 1
    for number in range(first, first + MOST_NUMBERS):
        ending = "" if number == 1 else f"-{number}"
        yield source.with_name(f"{stem}.checked{ending}.xlsx")
