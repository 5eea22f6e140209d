"""Passwords: where the one comes from that opens or locks a workbook."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from planner.errors import FileError, UsageError

VARIABLE = "PLANNER_PASSWORD"
"""Name of the environment variable that may hold the password."""

Ask = Callable[[], str | None]
"""Returns the password when it is needed; None where nobody gives one."""


def password_from(file: Path | None, *, twice: bool = False) -> Ask:
    """Return what asks for the password: of a file, of the environment, or of the user.

    Parameters
    ----------
    file : whose first line is the password; None where there is none
    twice : ask the user for it twice, since what it locks opens with it only

    Raises
    ------
    FileError
        When it is asked, where the file cannot be read or is empty.
    UsageError
        When it is asked, where the user gives two that differ.
    """

    def ask() -> str | None:
        if file is not None:
            return _first_line(file)
        if os.environ.get(VARIABLE):
            return os.environ[VARIABLE]
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        try:
            password = getpass.getpass("Password: ", sys.stderr)
            if twice and password != getpass.getpass("The same again: ", sys.stderr):
                raise UsageError("the two passwords differ; nothing was done")
        except EOFError:
            return None
        return password

    return ask


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            password = lines.readline().rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FileError(f"The password file '{file}' cannot be read: {reason}.") from error
    if not password:
        raise FileError(f"The first line of the password file '{file}' is empty.")
    return password
