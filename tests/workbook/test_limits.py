"""Limits of reading, passwords, and files that are no files."""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest

from planner.errors import FileError
from planner.workbook.protection import decrypted, is_protected
from planner.workbook.reading import files, limits
from planner.workbook.reading.compound import Compound, wrapped
from planner.workbook.reading.reader import load_case, read_workbook
from tests.workbook.broken_archives import archives
from tests.workbook.broken_files import BASE

HOSTILE = {kind.name: kind for kind in archives()}
MEMORY = 2**20
"""Kilobytes of resident memory that reading may take at most."""
MEASURED = """
import json, resource, sys
from planner.__main__ import main
sys.argv = ["planner", "check", sys.argv[1]]
try:
    main()
except SystemExit as stop:
    print(json.dumps([stop.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


@pytest.fixture(scope="module")
def locked() -> bytes:
    """Return the sound workbook, locked with the password "Händler 1"."""
    written = io.BytesIO()
    with BASE.open("rb") as file:
        msoffcrypto.format.ooxml.OOXMLFile(file).encrypt("Händler 1", written)
    return written.getvalue()


def refusal(path: Path, password: Callable[[], str | None] | None = None) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(FileError) as caught:
        read_workbook(path, password)
    return str(caught.value)


def test_a_password_that_was_not_given(locked: bytes, tmp_path: Path) -> None:
    """A locked workbook is refused in a sentence that says how to give the password."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(locked)
    assert is_protected(locked)
    for password in (None, lambda: None):
        assert "is protected by a password" in refusal(path, password)
        assert "--password-file, in PLANNER_PASSWORD" in refusal(path, password)


def test_a_password_that_is_right_or_wrong(locked: bytes, tmp_path: Path) -> None:
    """The right password opens the workbook; a wrong one is told, and not repeated."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(locked)
    assert load_case(path, lambda: "Händler 1") == load_case(BASE)
    assert "does not open with this password" in refusal(path, lambda: "guess")
    assert "guess" not in refusal(path, lambda: "guess")
    assert path.read_bytes() == locked


def test_a_password_is_asked_only_where_it_is_needed() -> None:
    """An open workbook never asks."""

    def forbidden() -> str:
        raise AssertionError

    assert read_workbook(BASE, forbidden).issues == ()
    assert not is_protected(BASE.read_bytes())
    assert not is_protected(b"")


def test_decryption_that_is_not_installed(locked: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the sentence says what to install."""
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    with pytest.raises(FileError, match=r"install planner\[crypto\]"):
        decrypted(locked, "a.xlsx", "Händler 1")


def test_a_lock_that_takes_minutes(locked: bytes) -> None:
    """A lock whose rounds were raised is refused instead of being tried."""
    place = locked.index(b'spinCount="100000"')
    slow = locked[:place] + b'spinCount="9999999' + locked[place + 18 :]
    with pytest.raises(FileError, match="rounds to open"):
        decrypted(slow, "a.xlsx", "Händler 1")


def test_a_garbled_lock(locked: bytes, tmp_path: Path) -> None:
    """Wherever a locked workbook is garbled, it is refused in a sentence."""
    path = tmp_path / "a.xlsx"
    for place in range(512, len(locked), len(locked) // 40):
        path.write_bytes(locked[:place] + bytes(300) + locked[place + 300 :])
        try:
            read_workbook(path, lambda: "Händler 1")
        except FileError as error:
            assert "a.xlsx" in str(error)  # noqa: PT017


def test_a_stream_is_wrapped_as_it_is() -> None:
    """What is wrapped anew is found again, however long it is."""
    for size in (0, 1, 4096, 5000, 4_300_000):
        content = bytes(range(251)) * (size // 251 + 1)
        found = Compound(wrapped("Workbook", content[:size])).stream("workbook")
        assert found[:size] == content[:size]
        assert not found[size:].strip(b"\0")


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    """A link to a folder, a pipe, a device, a broken link: one sentence each, at once."""
    (tmp_path / "folder.xlsx").symlink_to(tmp_path, target_is_directory=True)
    assert "is a folder" in refusal(tmp_path / "folder.xlsx")
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "is no file" in refusal(tmp_path / "pipe.xlsx")
    assert "is no file" in refusal(Path("/dev/zero"))
    (tmp_path / "gone.xlsx").symlink_to(tmp_path / "nowhere")
    assert "There is no file" in refusal(tmp_path / "gone.xlsx")
    (tmp_path / "round.xlsx").symlink_to(tmp_path / "round.xlsx")
    assert "cannot be read" in refusal(tmp_path / "round.xlsx")
    assert "cannot be read" in refusal(tmp_path / ("a" * 300))


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of a file is read than the limit."""
    monkeypatch.setattr(files, "PACKED_LIMIT", limits.MEGABYTE)
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(limits.MEGABYTE + 1))
    assert "is larger than 1 MB" in refusal(path)


@pytest.mark.parametrize(
    "name", ["flat bomb", "a shared text a million times", "too many cells", "billion laughs"]
)
def test_memory_of_the_command(name: str, tmp_path: Path) -> None:
    """The command refuses what is built to fill the memory, with exit 5 and a sentence."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(HOSTILE[name].make())
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    code, memory = json.loads(done.stdout.splitlines()[-1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code == 5
    assert memory < max(MEMORY, before)
    assert HOSTILE[name].promise.word in done.stderr
    assert "Traceback" not in done.stderr
