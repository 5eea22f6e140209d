"""Journal: who ran what on which input, with which result; lines are added and never changed.

Each line of the log is a JSON object. It carries the hash of the line before, `previous`, and
its own, `hash`: the SHA-256 of the line without its hash, as canonical JSON (keys in order, no
spaces, ASCII). So a line that is changed, removed, inserted or moved breaks the chain, which
`planner.journal_check` tells. Lines cut off at the end leave a whole chain: note the last hash
elsewhere.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner.errors import FileError

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

NO_HASH = "0" * 64
"""What the first line names as the hash of the line before."""

LONGEST_LINE = 2**20
"""Bytes of a line; what is longer was not written by this program."""

PATIENCE, PAUSE = 30.0, 0.002
"""Seconds until a log that another process holds is given up, and between two tries."""

SECRET_WORD = "password"  # noqa: S105 -- the word by which an option is known, no password
"""No option whose name holds it is ever logged."""


def _user() -> str:
    """Return the user's name, or number where the machine knows no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one run of the program did.

    Attributes
    ----------
    command : such as "solve"
    options : as they were in force, as text; never a password
    input_name, input_sha256 : of the file that was read; "" where none was
    result : the status in a word or a sentence
    exit_code : of the command
    output_name, output_sha256 : of the file that was written; "" where none was
    time : at which the run ended, with time zone
    user, host : who ran it, and where
    version : of this program
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    input_name: str = ""
    input_sha256: str = ""
    result: str
    exit_code: int
    output_name: str = ""
    output_sha256: str = ""
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    user: str = field(default_factory=_user)
    host: str = field(default_factory=platform.node)
    version: str = field(default_factory=lambda: version("planner"))

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError("the time of an entry has no time zone")
        if any(SECRET_WORD in name.casefold() for name in self.options):
            raise ValueError("a password is never logged")


@dataclass(frozen=True, slots=True)
class Link:
    """What of a line ties it to the others.

    Attributes
    ----------
    line : its number in the log, from 1 on
    time : of its entry
    previous, hash : of the line before, and its own
    """

    line: int
    time: datetime
    previous: str
    hash: str


START = Link(0, datetime.min.replace(tzinfo=UTC), "", NO_HASH)
"""What the first line follows."""

ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
"""Spells a line in the one way that its hash is taken of."""

KEYS = {one.name for one in fields(Entry)} | {one.name for one in fields(Link)}


def append(log: Path, entry: Entry) -> None:
    """Add a line to a log, which is made where there is none; several processes may do so at once.

    The line is on the disk when this returns.

    Parameters
    ----------
    log : the file
    entry : what the line tells

    Raises
    ------
    FileError
        Where the file cannot be written or is no log of this program, or its last line was cut
        off; then nothing is added to it.
    """
    with _opened(log) as handle:
        _write(handle, log, _line(entry, _last_link(handle, log)))


def check_appendable(log: Path) -> None:
    """See that a line can be added to a log, before there is one to add; it is made if need be.

    Raises
    ------
    FileError
        As `append` would.
    """
    with _opened(log) as handle:
        _last_link(handle, log)


@contextmanager
def _opened(log: Path) -> Iterator[int]:
    """Hold a log to be added to, by its handle."""
    try:
        handle = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            with locked(handle, log):
                yield handle
        finally:
            os.close(handle)
    except OSError as error:
        raise FileError(f"The log '{log}' cannot be written: {error.strerror}.") from error


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, for an entry.

    Raises
    ------
    FileError
        Where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"'{path}' cannot be read: {error.strerror}.") from error


def read_link(raw: bytes) -> Link:
    """Return what ties a line, without its end, to the others.

    Raises
    ------
    ValueError
        Where it is no line of a log, or not as it was written; the message says why.
    """
    try:
        record = json.loads(raw.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    if not isinstance(record, dict) or record.keys() != KEYS:
        raise ValueError("it is no line of a log of this program")
    if raw != _canonical(record):
        raise ValueError("it is not spelt as this program wrote it")
    claimed = str(record["hash"])
    own = f'"hash":"{claimed}",'.encode("ascii", "replace")
    without = raw.replace(own, b"", 1)  # as canonical as the whole, and not spelt once more
    if claimed != hashlib.sha256(without).hexdigest():
        raise ValueError("it was changed after it was written: its hash does not fit")
    try:
        moment = datetime.fromisoformat(record["time"])
        return Link(int(record["line"]), moment.astimezone(UTC), str(record["previous"]), claimed)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("its number or its time cannot be read") from error


@contextmanager
def locked(handle: int, log: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold an open log against other processes, or against writers only.

    Raises
    ------
    FileError
        Where another process does not let go of it.
    """
    started = time.monotonic()
    beside = log.with_name(f"{log.name}.lock")
    while not _try_lock(handle, beside, shared=shared):
        if time.monotonic() - started > PATIENCE:
            remedy = "" if fcntl else f" If no such process runs, delete '{beside}'."
            raise FileError(f"The log '{log}' is held by another process. Try again later.{remedy}")
        time.sleep(PAUSE)
    try:
        yield
    finally:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_UN)
        else:
            beside.unlink(missing_ok=True)


def _try_lock(handle: int, beside: Path, *, shared: bool) -> bool:
    """Return whether the log is now held: by a lock on it, or by a file beside it."""
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
        else:
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL, 0o600))
    except (BlockingIOError, FileExistsError):
        return False
    return True


def _last_link(handle: int, log: Path) -> Link:
    """Return what the next line follows."""
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        raise FileError(f"'{log}' is no file that can be a log. Name another.")
    if not about.st_size:
        return START
    start = max(0, about.st_size - LONGEST_LINE - 1)
    os.lseek(handle, start, os.SEEK_SET)
    end = b"".join(iter(lambda: os.read(handle, LONGEST_LINE), b""))
    *_, raw, rest = (b"", *end.split(b"\n"))
    if rest and rest.startswith(b"{") and (not raw or _is_link(raw)):
        raise FileError(
            f"The last line of the log '{log}' was cut off, as by a crash. Keep a copy of the "
            "file, delete what stands after its last whole line, and run the command again."
        )
    try:
        return read_link(rest or raw)
    except ValueError as error:
        raise FileError(
            f"Nothing is added to '{log}': of its last line, {error}. "
            "Name another file, or have the log checked."
        ) from error


def _is_link(raw: bytes) -> bool:
    try:
        read_link(raw)
    except ValueError:
        return False
    return True


def _line(entry: Entry, last: Link) -> bytes:
    """Return the line of an entry, with its end."""
    record: dict[str, Any] = asdict(entry) | {
        "time": entry.time.astimezone(UTC).isoformat(timespec="microseconds"),
        "line": last.line + 1,
        "previous": last.hash,
    }
    record["hash"] = hashlib.sha256(_canonical(record)).hexdigest()
    return _canonical(record) + b"\n"


def _canonical(record: Mapping[str, Any]) -> bytes:
    return ENCODER.encode(record).encode("ascii")


def _write(handle: int, log: Path, line: bytes) -> None:
    """Write a line at the end in one go; a part of it is taken back."""
    if len(line) > LONGEST_LINE:
        raise FileError(f"A line of {len(line):,} bytes is too long for the log '{log}'.")
    size = os.fstat(handle).st_size
    if os.write(handle, line) != len(line):
        os.ftruncate(handle, size)
        raise FileError(f"The log '{log}' cannot be written: the disk is full.")
    os.fsync(handle)
