"""Whatever file is given, it is read rightly, told to be wrong at a cell, or refused."""

import time
from pathlib import Path

import pytest

from planner.errors import FileError
from planner.workbook.reading.reader import Reading, read_workbook
from tests.workbook.broken_archives import archives
from tests.workbook.broken_files import BASE, Faulty, Kind, Read, Refused
from tests.workbook.broken_sheets import sheets

KINDS = [*archives(), *sheets()]
SECONDS = 10


@pytest.fixture(scope="module")
def sound() -> Reading:
    """Return what the sound workbook says, from which the others are made."""
    return read_workbook(BASE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_of_file(
    kind: Kind, sound: Reading, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each kind keeps its promise, within the time, in silence, and its bytes are untouched."""
    path = tmp_path / "budget.xlsx"
    content = kind.make()
    path.write_bytes(content)
    started = time.monotonic()
    try:
        reading = read_workbook(path)
    except FileError as error:
        assert isinstance(kind.promise, Refused), error  # noqa: PT017
        assert kind.promise.word in str(error)  # noqa: PT017
        assert "budget.xlsx" in str(error)  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        _keeps(reading, kind.promise, sound)
    assert time.monotonic() - started < SECONDS
    assert path.read_bytes() == content
    assert capfd.readouterr() == ("", "")


def _keeps(reading: Reading, promise: Refused | Faulty | Read, sound: Reading) -> None:
    """Assert that what was read is what was promised."""
    if isinstance(promise, Faulty):
        told = {(issue.code, issue.sheet, issue.cell) for issue in reading.errors}
        assert (promise.code, promise.sheet, promise.cell) in told
        return
    assert isinstance(promise, Read)
    assert not reading.errors
    assert tuple(issue.code for issue in reading.warnings) == promise.warnings
    assert reading.case is not None
    assert sound.case is not None
    first, *others = sound.case.offers
    expected = first.model_copy(update=dict(promise.offer))
    assert reading.case.offers == (expected, *others)
    assert reading.case.sites == sound.case.sites
    assert reading.case.demand == sound.case.demand
