"""Encryption: a workbook that opens with its password only, in Excel, LibreOffice and here."""

from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import olefile
import pytest

import planner
from planner.errors import FileError, UsageError
from planner.workbook.encryption import decrypt_file, encrypt_file
from planner.workbook.reading.cells import open_book
from tests.office import needs_office

PASSWORD = 'correct horse "采购"'  # noqa: S105 -- of a test
SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that LibreOffice's own library is made for."""

OPEN_IN_OFFICE = """
import subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue

profile, pipe, url, password = sys.argv[1:]
office = subprocess.Popen(
    ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore",
     f"--accept=pipe,name={pipe};urp;"])
try:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local)
    for attempt in range(240):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.25)
    desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    options = (PropertyValue(Name="Hidden", Value=True),
               PropertyValue(Name="Password", Value=password))
    try:
        book = desktop.loadComponentFromURL(url, "_blank", 0, options)
    except Exception as error:
        book = None
    print("refused" if book is None else ",".join(book.Sheets.ElementNames))
    if book is not None:
        book.close(True)
    try:
        desktop.terminate()
    except Exception:
        pass
finally:
    try:
        office.wait(30)
    except subprocess.TimeoutExpired:
        office.kill()
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook with two sheets."""
    shutil.copy("data/pack_size.xlsx", tmp_path / "budget.xlsx")
    return tmp_path / "budget.xlsx"


@pytest.fixture
def locked(book: Path) -> Path:
    """Return that workbook with a password."""
    encrypt_file(book, book.with_name("locked.xlsx"), PASSWORD)
    return book.with_name("locked.xlsx")


def test_a_locked_workbook_opens_with_its_password(book: Path, locked: Path) -> None:
    """What is decrypted is byte for byte what was encrypted."""
    decrypt_file(locked, locked.with_name("opened.xlsx"), PASSWORD)
    assert locked.with_name("opened.xlsx").read_bytes() == book.read_bytes()


def test_a_locked_workbook_is_office_encryption(book: Path, locked: Path) -> None:
    """It is a compound file with an agile lock (AES-256, SHA-512), and nothing of it is legible."""
    content = locked.read_bytes()
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        lock = compound.openstream("EncryptionInfo").read()
        assert compound.exists("EncryptedPackage")
    assert lock[:4] == b"\4\0\4\0"
    assert b'cipherAlgorithm="AES"' in lock
    assert b'hashAlgorithm="SHA512"' in lock
    assert b'keyBits="256"' in lock
    with zipfile.ZipFile(book) as archive:
        assert not any(name.encode() in content for name in archive.namelist())


def test_a_locked_workbook_is_read_with_its_password(book: Path, locked: Path) -> None:
    """The other commands read it as they read the open one."""
    names = [sheet.name for sheet in open_book(book).sheets]
    assert [sheet.name for sheet in open_book(locked, lambda: PASSWORD).sheets] == names
    with pytest.raises(FileError, match="protected by a password"):
        planner.load(locked)


def test_a_workbook_is_locked_and_opened_in_its_place(book: Path) -> None:
    """Source and target may be one file; nothing is left beside it."""
    content = book.read_bytes()
    encrypt_file(book, book, PASSWORD)
    assert book.read_bytes() != content
    decrypt_file(book, book, PASSWORD)
    assert book.read_bytes() == content
    assert [path.name for path in book.parent.iterdir()] == [book.name]


def test_what_is_written_is_for_its_owner_only(book: Path, locked: Path) -> None:
    """Above all what was opened again."""
    decrypt_file(locked, book.with_name("opened.xlsx"), PASSWORD)
    for path in (locked, book.with_name("opened.xlsx")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("wrong", ["correct horse", PASSWORD.upper(), PASSWORD + " ", "x" * 400])
def test_another_password_does_not_open_it(locked: Path, wrong: str) -> None:
    """The message says so, tells neither password, and the file stays as it was."""
    before = locked.read_bytes()
    with pytest.raises(FileError, match="does not open with this password") as caught:
        decrypt_file(locked, locked, wrong)
    assert wrong not in str(caught.value)
    assert "horse" not in str(caught.value)
    assert locked.read_bytes() == before


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "empty"),
        ("x" * 256, "longer than the 255"),
        ("secret\n", "control characters"),
        ("secret\udcff", "encoding"),
    ],
)
def test_a_password_that_nobody_could_type_is_refused(
    book: Path, password: str, words: str
) -> None:
    """Or the workbook would be lost; the message does not tell the password."""
    before = book.read_bytes()
    with pytest.raises(UsageError, match=words) as caught:
        encrypt_file(book, book, password)
    assert "secret" not in str(caught.value)
    assert book.read_bytes() == before


@pytest.mark.parametrize("password", ["", "secret\udcff"])
def test_no_password_opens_nothing(locked: Path, password: str) -> None:
    """An empty password and one that is no text are wrong use, not a wrong password."""
    with pytest.raises(UsageError):
        decrypt_file(locked, locked, password)


def test_a_locked_workbook_is_not_locked_again(locked: Path) -> None:
    """Two passwords could not both open it."""
    before = locked.read_bytes()
    with pytest.raises(FileError, match="protected by a password already"):
        encrypt_file(locked, locked, "other")
    assert locked.read_bytes() == before


def test_an_open_workbook_is_not_opened(book: Path) -> None:
    """There is nothing to take off."""
    with pytest.raises(FileError, match="has no password"):
        decrypt_file(book, book, PASSWORD)


OTHER_FILES = {
    "empty": b"",
    "text": b"a,b\n1,2\n",
    "old workbook": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600),
    "cut off": b"PK\x03\x04" + bytes(40),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str) -> None:
    """By what stands in the file, whatever it is called; nothing is written."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(OTHER_FILES[name])
    for use in (encrypt_file, decrypt_file):
        with pytest.raises(FileError, match=r"plan\.xlsx"):
            use(path, tmp_path / "new.xlsx", PASSWORD)
    assert not (tmp_path / "new.xlsx").exists()


@pytest.mark.parametrize("part", ["word/document.xml", "content.xml", "xl/workbook.bin"])
def test_other_documents_are_refused(tmp_path: Path, part: str) -> None:
    """A Word document, an OpenDocument file and a binary workbook are zip archives too."""
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        relation = f'<Relationship Id="a" Type="x/officeDocument" Target="{part}"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr(part, "<x/>")
    with pytest.raises(FileError):
        encrypt_file(path, path, PASSWORD)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """As every command tells it."""
    for use in (encrypt_file, decrypt_file):
        with pytest.raises(FileError, match="There is no file"):
            use(tmp_path / "none.xlsx", tmp_path / "new.xlsx", PASSWORD)


def test_a_damaged_workbook_does_not_replace_the_locked_one(locked: Path) -> None:
    """A byte in the middle was lost: the password still fits, but the file stays as it is."""
    content = bytearray(locked.read_bytes())
    content[len(content) // 2] ^= 1
    locked.write_bytes(content)
    with pytest.raises(FileError, match="damaged"):
        decrypt_file(locked, locked, PASSWORD)
    assert locked.read_bytes() == content


def test_without_the_library_it_says_what_to_install(
    book: Path, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What encrypts is an extra of the installation."""
    for name in [name for name in sys.modules if name.startswith("msoffcrypto")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(FileError, match=r"planner\[crypto\]"):
        encrypt_file(book, book, PASSWORD)
    with pytest.raises(FileError, match=r"planner\[crypto\]"):
        decrypt_file(locked, locked, PASSWORD)


def knows_office() -> bool:
    """Return whether the system's Python can talk to LibreOffice."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    asked = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.mark.office
@needs_office
@pytest.mark.skipif(not knows_office(), reason="LibreOffice's library for Python is missing")
@pytest.mark.parametrize("is_right", [True, False])
def test_libreoffice_opens_it_with_the_password(
    book: Path, locked: Path, tmp_path: Path, *, is_right: bool
) -> None:
    """With the right password it shows the sheets, with another one nothing."""
    names = ",".join(sheet.name for sheet in open_book(book).sheets)
    profile = (tmp_path / "profile").as_uri()
    password = PASSWORD if is_right else "other"
    pipe = f"planner-{os.getpid()}-{is_right}"
    told = subprocess.run(
        [SYSTEM_PYTHON, "-c", OPEN_IN_OFFICE, profile, pipe, locked.as_uri(), password],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.stdout.strip() == (names if is_right else "refused")
