"""Journal check: whether a log still is as it was written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from planner.errors import FileError, UsageError
from planner.journal import LONGEST_LINE, NO_HASH, START, Link, locked, read_link

LEEWAY = timedelta(minutes=1)
"""Runs that end together are logged in either order, and clocks are set."""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What came of checking a log.

    Attributes
    ----------
    lines : that it has, the bad ones too
    bad_line : the number of the first that is not as it was written; None where there is none
    reason : why the log does not hold, to be said after the line's number; "" where it does
    head : the hash of its last line, to be noted elsewhere; "" where the log does not hold
    """

    lines: int
    bad_line: int | None = None
    reason: str = ""
    head: str = NO_HASH

    @property
    def passed(self) -> bool:
        """Whether the log holds."""
        return not self.reason


def check_log(log: Path, head: str | None = None) -> LogCheck:
    """Return whether a log is one whole chain of lines, each as it was written.

    Parameters
    ----------
    log : the file
    head : the hash of a line that was noted before: the log must still have it, since lines
        that were cut off at the end leave a whole chain

    Raises
    ------
    FileError
        Where the file cannot be read.
    UsageError
        Where `head` is no hash.
    """
    noted = None if head is None else head.strip().lower()
    if noted is not None and not re.fullmatch("[0-9a-f]{64}", noted):
        raise UsageError("the hash to look for must have 64 digits from 0 to 9 and a to f")
    if log.exists() and not log.is_file():
        raise FileError(f"'{log}' is no file. Name a log.")
    try:
        with log.open("rb") as file:
            with locked(file.fileno(), log, shared=True):  # or half a new line could be read
                size = os.fstat(file.fileno()).st_size
            return _check(file, size, noted)
    except OSError as error:
        raise FileError(f"The log '{log}' cannot be read: {error.strerror}.") from error


def _check(file: BinaryIO, size: int, noted: str | None) -> LogCheck:
    last = START
    late: LogCheck | None = None
    is_found = noted in {None, NO_HASH}
    number = 0
    lines = _lines(file, size)
    for number, raw in enumerate(lines, start=1):
        try:
            link = _follow(raw, last)
        except ValueError as error:
            count = number + sum(1 for _ in lines)
            return LogCheck(count, number, f"{error}.", "")
        if late is None and last.time - link.time > LEEWAY:
            late = LogCheck(0, number, _time_words(link, last), "")
        is_found = is_found or link.hash == noted
        last = link
    if late is not None:
        return replace(late, lines=number)
    if not is_found:
        reason = (
            f"no line has the hash {noted}: lines were removed at the end, or this is another log."
        )
        return LogCheck(number, None, reason, "")
    return LogCheck(number, head=last.hash)


def _lines(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the lines within the first `size` bytes, with their ends."""
    while size > 0:
        raw = file.readline(min(size, LONGEST_LINE))
        if not raw:
            return
        size -= len(raw)
        yield raw


def _follow(raw: bytes, last: Link) -> Link:
    """Return what a line is tied by, where it follows the last."""
    if not raw.endswith(b"\n"):
        raise ValueError("it is cut off, as by a crash: it has no end")
    link = read_link(raw[:-1])
    if link.line != last.line + 1:
        raise ValueError(
            f"it was written as line {link.line}: lines were removed, inserted or moved"
        )
    if link.previous != last.hash:
        raise ValueError("it was not written after the line before it, which was replaced")
    return link


def _time_words(link: Link, last: Link) -> str:
    return (
        f"its time, {link.time:%Y-%m-%d %H:%M:%S}, is before that of the line "
        f"before, {last.time:%Y-%m-%d %H:%M:%S}: a clock was set back, or the line is made up."
    )
