"""Passwords: where the one comes from that opens or locks a workbook."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from planner.errors import FileError

VARIABLE = "PLANNER_PASSWORD"
"""Name of the environment variable that may hold the password."""

Ask = Callable[[], str | None]
"""Returns the password when it is needed; None where nobody gives one."""


def password_from(file: Path | None) -> Ask:
    """Return what asks for the password: of a file, of the environment, or of the user.

    Parameters
    ----------
    file : whose first line is the password; None where there is none

    Raises
    ------
    FileError
        When it is asked, where the file cannot be read or is empty.
    """

    def ask() -> str | None:
        if file is not None:
            return _first_line(file)
        if VARIABLE in os.environ:
            return os.environ[VARIABLE]
        if sys.stdin.isatty() and sys.stderr.isatty():
            return getpass.getpass("Password: ", sys.stderr)
        return None

    return ask


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            password = lines.readline().rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FileError(f"The password file '{file}' cannot be read: {reason}.") from error
    if not password:
        raise FileError(f"The first line of the password file '{file}' is empty.")
    return password
