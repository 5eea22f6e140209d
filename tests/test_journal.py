"""The journal: a log of runs in which nothing can be changed, removed, inserted or moved unseen."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from planner import journal
from planner.errors import FileError, UsageError
from planner.journal import KEYS, NO_HASH, Entry, append, check_appendable, hash_file
from planner.journal_check import check_log

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
LINES = 6

Lines = list[bytes]


def entry(minute: int = 0, **changes: Any) -> Entry:
    """Return an entry of a run that ended so many minutes after noon."""
    told = {
        "command": "solve",
        "options": {"gap": "0.001", "note": '采购 "a"\n\u2028'},
        "input_name": "budget.xlsx",
        "input_sha256": "a" * 64,
        "result": "optimal",
        "exit_code": 0,
        "output_name": "budget-plan.xlsx",
        "output_sha256": "b" * 64,
        "time": NOON + timedelta(minutes=minute),
        "user": "mei",
        "host": "buyer-7",
        "version": "0.1.0",
    }
    return Entry(**(told | changes))


def canonical(record: dict[str, Any]) -> bytes:
    """Return a record as the log spells it."""
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log of six lines, a minute apart."""
    path = tmp_path / "log.jsonl"
    for minute in range(LINES):
        append(path, entry(minute))
    return path


def test_a_line_tells_the_run_and_the_line_before(log: Path) -> None:
    """Each line is JSON with all of the entry; hash and previous are those of the contract."""
    previous = NO_HASH
    for number, raw in enumerate(log.read_bytes().splitlines(), start=1):
        record = json.loads(raw)
        assert record["command"] == "solve"
        assert record["options"] == entry().options
        assert record["time"] == f"2027-01-04T12:0{number - 1}:00.000000+00:00"
        assert (record["line"], record["previous"]) == (number, previous)
        previous = record.pop("hash")
        assert previous == sha256(canonical(record)).hexdigest()


def test_a_log_that_nobody_touched_holds(log: Path) -> None:
    """It has its lines, no bad one, and the hash of its last line to be noted."""
    check = check_log(log)
    last = json.loads(log.read_bytes().splitlines()[-1])["hash"]
    assert (check.passed, check.lines, check.bad_line) == (True, LINES, None)
    assert check.head == last
    assert check_log(log, head=last.upper()).passed


def test_an_empty_log_holds_and_can_be_added_to(tmp_path: Path) -> None:
    """A file of no bytes is a log of no lines, as an administrator may prepare it."""
    path = tmp_path / "log.jsonl"
    path.touch()
    assert check_log(path).passed
    assert check_log(path).head == NO_HASH
    append(path, entry())
    assert check_log(path).lines == 1


def test_a_log_is_for_its_owner_only(log: Path) -> None:
    """Nobody else may read who ran what."""
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_an_entry_fills_in_who_and_when() -> None:
    """Time, user, host and version need not be told."""
    told = Entry(command="check", result="no error", exit_code=0)
    assert abs(datetime.now(UTC) - told.time) < timedelta(minutes=1)
    assert all((told.user, told.host, told.version))


def test_a_time_is_logged_in_utc(tmp_path: Path) -> None:
    """Noon in Shanghai is four o'clock; a time without a zone could be any."""
    path = tmp_path / "log.jsonl"
    shanghai = timezone(timedelta(hours=8))
    append(path, entry(time=datetime(2027, 1, 4, 12, tzinfo=shanghai)))
    assert json.loads(path.read_bytes())["time"] == "2027-01-04T04:00:00.000000+00:00"
    with pytest.raises(ValueError, match="no time zone"):
        entry(time=NOON.replace(tzinfo=None))


def test_a_password_is_never_logged() -> None:
    """An entry with such an option cannot be made, and its refusal does not tell it."""
    with pytest.raises(ValueError, match="never logged") as caught:
        entry(options={"Password": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_the_hash_of_a_file(tmp_path: Path) -> None:
    """It is the SHA-256 of its bytes; a file that is not there is told."""
    (tmp_path / "input.xlsx").write_bytes(b"input")
    assert hash_file(tmp_path / "input.xlsx") == sha256(b"input").hexdigest()
    with pytest.raises(FileError, match="cannot be read"):
        hash_file(tmp_path / "none.xlsx")


def rehashed(record: dict[str, Any]) -> bytes:
    """Return a record with the hash that fits it, as one would forge it."""
    without = {key: value for key, value in record.items() if key != "hash"}
    return canonical(without | {"hash": sha256(canonical(without)).hexdigest()})


OTHERS: dict[str, Any] = {
    "options": {},
    "exit_code": 1,
    "line": 9,
    "time": "2027-01-04T12:02:01.000000+00:00",
    "previous": "c" * 64,
    "hash": "c" * 64,
}
"""What a field is changed to, where another text will not do."""


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_changed_field_shows(log: Path, key: str) -> None:
    """Whichever field of the third line is changed, the check names that line."""
    lines = log.read_bytes().splitlines()
    record = json.loads(lines[2])
    lines[2] = canonical(record | {key: OTHERS.get(key, "other")})
    log.write_bytes(b"\n".join(lines) + b"\n")
    check = check_log(log)
    assert (check.passed, check.bad_line, check.lines, check.head) == (False, 3, LINES, "")
    assert "does not fit" in check.reason


@pytest.mark.parametrize("key", sorted(KEYS - {"hash", "line", "previous"}))
def test_a_changed_field_shows_although_its_hash_was_made_to_fit(log: Path, key: str) -> None:
    """The line after it still names the hash that it had."""
    lines = log.read_bytes().splitlines()
    lines[2] = rehashed(json.loads(lines[2]) | {key: OTHERS.get(key, "other")})
    log.write_bytes(b"\n".join(lines) + b"\n")
    assert check_log(log).bad_line == 4
    assert "line before it" in check_log(log).reason


def with_second_user(lines: Lines) -> Lines:
    """Return the lines; the third names two users, of which JSON readers see the last."""
    return [*lines[:2], b'{"user":"eve",' + lines[2][1:], *lines[3:]]


def without_field(lines: Lines) -> Lines:
    """Return the lines; the third lacks a field, and its hash was made to fit."""
    record = json.loads(lines[2])
    del record["user"]
    return [*lines[:2], rehashed(record), *lines[3:]]


def with_forged_line(lines: Lines) -> Lines:
    """Return the lines with one more, which names the second as the one before it."""
    forged = json.loads(lines[2]) | {"user": "eve"}
    return [*lines[:2], rehashed(forged), *lines[2:]]


TAMPERED: dict[str, tuple[Callable[[Lines], Lines], int, str]] = {
    "first removed": (lambda lines: lines[1:], 1, "as line 2"),
    "removed": (lambda lines: [*lines[:2], *lines[3:]], 3, "as line 4"),
    "two removed": (lambda lines: [*lines[:2], *lines[4:]], 3, "as line 5"),
    "copied": (lambda lines: [*lines[:3], *lines[2:]], 4, "as line 3"),
    "swapped": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3, "as line 4"),
    "forged": (with_forged_line, 4, "as line 3"),
    "blank": (lambda lines: [*lines[:2], b"", *lines[2:]], 3, "no JSON"),
    "text": (lambda lines: [*lines[:2], b"hello", *lines[2:]], 3, "no JSON"),
    "number": (lambda lines: [*lines[:2], b"17", *lines[2:]], 3, "no line of a log"),
    "field missing": (without_field, 3, "no line of a log"),
    "named twice": (with_second_user, 3, "not spelt"),
    "spaces": (lambda lines: [*lines[:2], lines[2] + b" ", *lines[3:]], 3, "not spelt"),
    "windows ends": (lambda lines: [line + b"\r" for line in lines], 1, "not spelt"),
    "half": (lambda lines: [*lines[:2], lines[2][:99], *lines[3:]], 3, "no JSON"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_removed_inserted_and_moved_lines_show(log: Path, name: str) -> None:
    """The first line that is not as it was written is named, and why."""
    tamper, bad_line, words = TAMPERED[name]
    log.write_bytes(b"\n".join(tamper(log.read_bytes().splitlines())) + b"\n")
    check = check_log(log)
    assert (check.passed, check.bad_line) == (False, bad_line)
    assert words in check.reason
    assert check.lines == len(log.read_bytes().splitlines())


def test_lines_cut_off_at_the_end_show_by_a_noted_hash(log: Path) -> None:
    """What is left is a whole chain; only a hash that was noted before tells."""
    noted = check_log(log).head
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]))
    assert check_log(log).passed
    check = check_log(log, head=noted)
    assert (check.passed, check.bad_line, check.lines) == (False, None, LINES - 1)
    assert noted in check.reason


def test_a_noted_hash_is_found_when_lines_were_added_since(log: Path) -> None:
    """Whoever noted the last hash need not note each."""
    noted = check_log(log).head
    append(log, entry(9))
    assert check_log(log, head=noted).passed
    assert check_log(log, head=NO_HASH).passed


def test_what_is_no_hash_is_refused(log: Path) -> None:
    """A hash that was noted in part would not be found, and a sound log be suspected."""
    with pytest.raises(UsageError, match="64 digits"):
        check_log(log, head="abc")


def test_a_time_before_that_of_the_line_before_shows(log: Path) -> None:
    """Of two runs that end together either may be first; an hour is another matter."""
    append(log, entry(LINES - 1, time=NOON + timedelta(minutes=4, seconds=30)))
    assert check_log(log).passed
    append(log, entry(time=NOON - timedelta(hours=1)))
    append(log, entry(9))
    check = check_log(log)
    assert (check.passed, check.bad_line, check.lines) == (False, 8, 9)
    assert "clock" in check.reason


@pytest.mark.parametrize("kept", [1, 50, -2, -1])
def test_a_line_cut_off_by_a_crash_is_told_and_not_added_to(log: Path, kept: int) -> None:
    """The check names it; adding says what to do, and after that both go well."""
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    before = log.read_bytes()
    check = check_log(log)
    assert (check.passed, check.bad_line, check.lines) == (False, LINES, LINES)
    assert "cut off" in check.reason
    with pytest.raises(FileError, match="delete what stands after its last whole line"):
        append(log, entry(9))
    assert log.read_bytes() == before
    log.write_bytes(b"".join(lines[:-1]))
    append(log, entry(9))
    assert check_log(log).passed


def test_a_first_line_cut_off_is_told_as_such(tmp_path: Path) -> None:
    """There is no whole line before it."""
    path = tmp_path / "log.jsonl"
    append(path, entry())
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(FileError, match="cut off"):
        append(path, entry())


@pytest.mark.parametrize(
    "content",
    [b"hello\n", b"hello", b"\n", b"{}\n", b"\0" * 5000, b"PK\x03\x04\n\n", b"x" * 2**21],
)
def test_a_file_that_is_no_log_is_never_added_to(tmp_path: Path, content: bytes) -> None:
    """A wrong name must not cost the user a file."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    for use in (check_appendable, lambda log: append(log, entry())):
        with pytest.raises(FileError, match="Name another file"):
            use(path)
    assert path.read_bytes() == content
    assert check_log(path).bad_line == 1


def test_a_log_whose_last_line_was_changed_is_not_added_to(log: Path) -> None:
    """What follows a forged line would be lost with it."""
    content = log.read_bytes().replace(b"12:05:00", b"12:05:01")
    log.write_bytes(content)
    with pytest.raises(FileError, match="changed after it was written"):
        append(log, entry(9))
    assert log.read_bytes() == content


def test_what_cannot_be_a_log_is_told(tmp_path: Path) -> None:
    """A folder, a missing folder, a missing file and a device each end in a sentence."""
    for path in (tmp_path, tmp_path / "none" / "log.jsonl", Path(os.devnull)):
        with pytest.raises(FileError):
            append(path, entry())
    for path in (tmp_path, tmp_path / "log.jsonl", Path(os.devnull)):
        with pytest.raises(FileError):
            check_log(path)


def test_whether_a_line_could_be_added_is_known_before_a_run(log: Path, tmp_path: Path) -> None:
    """Nothing is added; a log that is not there yet is made, empty and for its owner only."""
    before = log.read_bytes()
    check_appendable(log)
    assert log.read_bytes() == before
    check_appendable(tmp_path / "new.jsonl")
    assert (tmp_path / "new.jsonl").read_bytes() == b""
    assert stat.S_IMODE((tmp_path / "new.jsonl").stat().st_mode) == 0o600
    with pytest.raises(FileError, match="cannot be written"):
        check_appendable(tmp_path / "none" / "log.jsonl")


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a line is taken back, and the next can be added."""
    before, write = log.read_bytes(), os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, line: write(handle, line[:50]))
        with pytest.raises(FileError, match="disk is full"):
            append(log, entry(9))
    assert log.read_bytes() == before
    append(log, entry(9))
    assert check_log(log).lines == LINES + 1


def test_a_line_too_long_to_be_read_back_is_refused(log: Path) -> None:
    """Or nothing could ever be added after it."""
    with pytest.raises(FileError, match="too long"):
        append(log, entry(9, result="x" * 2**20))
    assert check_log(log).lines == LINES


def append_many(log: Path, user: str, count: int) -> None:
    """Append lines of one user, as a process of its own."""
    for _ in range(count):
        append(log, Entry(command="solve", result="optimal", exit_code=0, user=user))


def test_processes_that_append_at_once_make_one_chain(tmp_path: Path) -> None:
    """Two processes write 200 lines each: 400 lines, each in its place, none lost."""
    path = tmp_path / "log.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(path, name, 200)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    check = check_log(path)
    assert (check.reason, check.lines) == ("", 400)
    users = [json.loads(line)["user"] for line in path.read_bytes().splitlines()]
    assert users.count("a") == users.count("b") == 200


@pytest.fixture(params=["flock", "lock file"])
def kind_of_lock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Lock as on this system, or as on one without fcntl."""
    if request.param == "lock file":
        monkeypatch.setattr(journal, "fcntl", None)
    monkeypatch.setattr(journal, "PATIENCE", 0.05)
    return request.param


def test_a_log_that_another_process_holds_is_told(log: Path, kind_of_lock: str) -> None:
    """After some patience, with what to do; once it is let go of, all goes on."""
    before = log.read_bytes()
    with log.open("rb") as holder, journal.locked(holder.fileno(), log):
        with pytest.raises(FileError, match="held by another process") as caught:
            append(log, entry(9))
        with pytest.raises(FileError, match="held by another process"):
            check_log(log)
    assert ("delete" in str(caught.value)) == (kind_of_lock == "lock file")
    assert log.read_bytes() == before
    append(log, entry(9))
    assert check_log(log).lines == LINES + 1
    assert [path.name for path in log.parent.iterdir()] == [log.name]


def test_a_user_without_a_name_is_logged_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the machine may know no name."""

    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(journal, "getpass", SimpleNamespace(getuser=unknown))
    assert Entry(command="check", result="", exit_code=0).user == str(os.getuid())


def test_a_long_log_is_checked_in_seconds(tmp_path: Path) -> None:
    """Of 20,000 lines a tenth of these seconds is meant; it must not grow faster."""
    last, lines = journal.START, []
    for _ in range(20_000):
        raw = journal._line(entry(), last)
        lines.append(raw)
        number = last.line + 1
        last = journal.Link(number, NOON, last.hash, raw.split(b'"hash":"')[1][:64].decode())
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines))
    started = time.perf_counter()
    check = check_log(path)
    seconds = time.perf_counter() - started
    assert (check.reason, check.lines) == ("", 20_000)
    assert seconds < 5, seconds
