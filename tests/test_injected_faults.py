"""Faults, each really injected: no plan is lost, no half file stands, the exit is documented.

A fault strikes a process of its own. After each the input is untouched, every workbook in
the folder is whole, nothing of Python's or the solver's stands on stderr, and what a
killed process left behind is gone after the next run.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tests.test_cli import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are injected as on Unix")

PATIENCE = 90.0
"""Seconds that a test waits for what must come, on the slowest machine."""

PLANNER = "from planner.__main__ import main; import sys; sys.argv[0] = 'planner'; main()"


@dataclass(frozen=True)
class Struck:
    """A process that a fault has struck: how it ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a workbook that is planned at once."""
    return Path(shutil.copy("data/lead_time.xlsx", tmp_path / "budget.xlsx"))


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Return a workbook whose search to the end takes some seconds."""
    return Path(shutil.copy("data/example.xlsx", tmp_path / "budget.xlsx"))


def start(
    *arguments: object, patch: str = "", limit: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start a command in a process of its own, with code run before it, and limits."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{patch}\n{PLANNER}", *(str(one) for one in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509  the limit must hold from the first moment
    )


def ended(process: subprocess.Popen[str]) -> Struck:
    """Return how a process ended; it must end, and without a traceback."""
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    return Struck(process.returncode, out, err)


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    ends = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < ends, f"{path.name} does not come"
        time.sleep(0.02)


def all_is_whole(source: Path, before: bytes) -> None:
    """Assert that the input is as it was, and that each workbook beside it opens."""
    assert source.read_bytes() == before
    for path in source.parent.glob("[!.]*.xlsx"):
        assert openpyxl.load_workbook(path, read_only=True).sheetnames


def names(source: Path) -> set[str]:
    """Return the names of all files in a workbook's folder."""
    return {one.name for one in source.parent.iterdir()}


def test_killed_while_it_searches(long: Path) -> None:
    """The best plan so far stands beside, and verifies; the next run clears up behind it."""
    before = long.read_bytes()
    partial = long.with_name("budget-plan.partial.xlsx")
    process = start("solve", long, "--gap", 0)
    wait_for(partial)
    process.kill()
    process.communicate()

    all_is_whole(long, before)
    assert run("verify", long, partial).code == 0
    assert run("solve", long, "--gap", 0.05).code == 0
    assert names(long) == {"budget.xlsx", "budget-plan.xlsx"}


STALLED = """
import os, time
fsync = os.fsync
def stall(handle):
    fsync(handle)
    open({flag!r}, "w").close()
    time.sleep(60)
os.fsync = stall
"""


def test_killed_while_it_writes(small: Path) -> None:
    """The older plan stands as it was; what was half written goes with the next run."""
    assert run("solve", small).code == 0
    plan, flag = small.with_name("budget-plan.xlsx"), small.parent / "flag"
    older, before = plan.read_bytes(), small.read_bytes()
    process = start("solve", small, patch=STALLED.format(flag=str(flag)))
    wait_for(flag)
    process.kill()
    process.communicate()

    assert list(small.parent.glob(".planner-*")) != []
    assert plan.read_bytes() == older
    all_is_whole(small, before)
    assert run("solve", small).code == 0
    assert list(small.parent.glob(".planner-*")) == []


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_while_it_searches(long: Path, name: str) -> None:
    """Each ends the search with the best plan, checked and written, and exit 130."""
    before = long.read_bytes()
    process = start("solve", long, "--gap", 0, "--json")
    wait_for(long.with_name("budget-plan.partial.xlsx"))
    process.send_signal(signal.Signals[name])
    told = ended(process)

    assert told.code in {0, 130}  # it may have proved its plan in this moment
    assert json.loads(told.out)["plan"] == str(long.with_name("budget-plan.xlsx"))
    assert run("verify", long, long.with_name("budget-plan.xlsx")).code == 0
    assert names(long) == {"budget.xlsx", "budget-plan.xlsx"}
    all_is_whole(long, before)


PHASES = {
    "reading": "import planner.workbook.reading.reader as room; name = 'open_book'",
    "building": "import planner.search.strategy as room; name = 'assemble'",
    "writing": "import planner.workbook.results.plan_writer as room; name = 'write_tables'",
}

PAUSED = """
{room}
import os, time
work = getattr(room, name)
def pause(*given, **named):
    os.kill(os.getpid(), {number})
    time.sleep(0.3)
    return work(*given, **named)
setattr(room, name, pause)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", PHASES)
def test_signals_in_every_phase(small: Path, phase: str, number: signal.Signals) -> None:
    """While it reads a signal ends it; later the plan that it has or finds at once is written."""
    before = small.read_bytes()
    patch = PAUSED.format(room=PHASES[phase], number=int(number))
    told = ended(start("solve", small, "--json", patch=patch))

    assert told.code == 130 or (phase == "building" and told.code == 0)  # proven at once
    assert json.loads(told.out)["status"] in {"interrupted", "optimal"}
    assert phase != "reading" or names(small) == {"budget.xlsx"}
    assert phase != "writing" or small.with_name("budget-plan.xlsx").exists()
    all_is_whole(small, before)


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_signals_while_it_starts(small: Path, after: float) -> None:
    """From the moment on at which Python runs our first line there is no traceback."""
    ready = small.parent / "ready"
    process = start("solve", small, patch=f"open({str(ready)!r}, 'w').close()")
    wait_for(ready)
    time.sleep(0.1 + after)
    process.send_signal(signal.SIGTERM)

    assert ended(process).code in {0, 130}


@pytest.mark.parametrize("seconds", [0, 0.001])
def test_the_time_limit_comes_before_a_plan(long: Path, seconds: float) -> None:
    """Nothing is in hand: exit 4, and nothing is written."""
    before = long.read_bytes()
    told = ended(start("solve", long, "--time-limit", seconds, "--json"))

    assert told.code == 4
    assert json.loads(told.out)["status"] == "no_plan"
    assert names(long) == {"budget.xlsx"}
    all_is_whole(long, before)


FULL = """
import errno, os
from pathlib import Path
import planner.workbook.saving as room
make = room.tempfile.mkstemp
def full(*given, dir, **named):
    if Path(dir) == Path({folder!r}):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return make(*given, dir=dir, **named)
room.tempfile.mkstemp = full
"""


def test_the_disk_is_full(small: Path) -> None:
    """The plan that was found goes where there is room, and it is said where: exit 5."""
    before = small.read_bytes()
    told = ended(start("solve", small, patch=FULL.format(folder=str(small.parent))))

    assert told.code == 5
    assert "No space left on device" in told.err
    rescued = Path(told.err.rpartition("The plan is in '")[2].partition("'")[0])
    assert run("verify", small, rescued).code == 0
    shutil.rmtree(rescued.parent)
    assert names(small) == {"budget.xlsx"}
    all_is_whole(small, before)


def no_larger_than(size: int) -> Callable[[], None]:
    """Return what limits the files that a process may write, as a full disk does."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("command", ["solve", "check", "template", "encrypt"])
def test_no_file_can_grow(small: Path, command: str) -> None:
    """Where nothing can be written at all no half file is left: exit 5, or a warning of check."""
    word = small.parent / "word"
    word.write_text("secret")
    if command == "check":
        book = openpyxl.load_workbook(small)
        book["Offers"]["B4"].value = None
        book.save(small)
    path = small.with_name("new.xlsx") if command == "template" else small
    before = small.read_bytes()
    options = ("--password-file", word) if command == "encrypt" else ()
    told = ended(start(command, path, *options, limit=no_larger_than(2000)))

    assert told.code == (1 if command == "check" else 5)
    words = "No checked copy could be written" if command == "check" else "cannot be written"
    assert words in told.err
    assert names(small) == {"budget.xlsx", "word"}
    all_is_whole(small, before)


@pytest.mark.parametrize("megabytes", [220, 700])
def test_memory_runs_out(long: Path, megabytes: int) -> None:
    """With too little to plan, and with enough, the end is documented and nothing half written.

    In between the C library may end the process itself, before it asks any of ours.
    """
    size = megabytes * 2**20
    before = long.read_bytes()
    told = ended(
        start(
            "solve",
            long,
            "--time-limit",
            3,
            limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
        )
    )

    assert told.code in {0, 4}
    assert told.code == 0 or "memory" in told.err
    all_is_whole(long, before)


FAILING = """
import planner.search.highs as room
run = room._QuietHighs.run
def fail(self):
    {before}
    raise {error}
room._QuietHighs.run = fail
"""


@pytest.mark.parametrize(("error", "code"), [("MemoryError()", 4), ("RuntimeError('12345')", 4)])
def test_the_solver_fails_before_a_plan(small: Path, error: str, code: int) -> None:
    """There is none to be had: exit 4, in a sentence without what stands in cells."""
    told = ended(start("solve", small, patch=FAILING.format(before="pass", error=error)))

    assert told.code == code
    assert "12345" not in told.err
    assert names(small) == {"budget.xlsx"}


@pytest.mark.parametrize("error", ["MemoryError()", "RuntimeError('broken')"])
def test_the_solver_fails_after_a_plan(long: Path, error: str) -> None:
    """The plan that it had told of is written and checked."""
    once = "run(self); room._QuietHighs.run = run"
    patch = FAILING.format(before=once, error=error)
    told = ended(start("solve", long, "--gap", 0.05, "--json", patch=patch))

    assert told.code == 0
    assert json.loads(told.out)["status"] in {"gap_open", "optimal"}
    assert run("verify", long, long.with_name("budget-plan.xlsx")).code == 0


BUG = """
import planner.search.strategy as room
def fail(*given):
    raise ValueError('Acme 999')
room.merge_alike = fail
"""


def test_a_bug_of_ours_tells_no_secret(small: Path) -> None:
    """One line, exit 70: the kind of error and its place, nothing of a cell."""
    told = ended(start("solve", small, patch=BUG))

    assert told.code == 70
    assert len(told.err.splitlines()) == 1
    assert "ValueError" in told.err
    assert "Acme" not in told.err


def test_a_folder_that_cannot_be_written(small: Path) -> None:
    """It is told before anything is searched for: exit 5; a missing folder likewise."""
    assert run("solve", small, "-o", small.parent / "none" / "plan.xlsx").code == 5
    (small.parent / "plan.xlsx").mkdir()
    assert run("solve", small, "-o", small.parent / "plan.xlsx").code == 5
    patch = "import os\naccess = os.access\nos.access = lambda path, mode: mode != os.W_OK"
    assert ended(start("solve", small, patch=patch)).code == 5


def test_a_plan_that_is_open_elsewhere(small: Path) -> None:
    """It is written beside under a new name, and said."""
    (small.parent / ".~lock.budget-plan.xlsx#").write_text("somebody")
    told = ended(start("solve", small))

    assert told.code == 0
    assert "is open in another program" in told.err
    assert small.with_name("budget-plan-2.xlsx").exists()


def test_a_partial_plan_of_somebody_else_is_left_alone(small: Path) -> None:
    """A file of the name that plans are kept under is neither written over nor deleted."""
    mine = small.with_name("budget-plan.partial.xlsx")
    mine.write_text("mine")

    assert run("solve", small).code == 0
    assert mine.read_text() == "mine"


def test_a_log_that_cannot_be_kept(small: Path) -> None:
    """A run that must be noted and cannot be is not begun: exit 5, and no plan."""
    log = small.parent / "log.jsonl"
    log.write_text("not a log\n")
    told = ended(start("solve", small, "--audit-log", log))

    assert told.code == 5
    assert "log.jsonl" in told.err
    assert names(small) == {"budget.xlsx", "log.jsonl"}
    assert log.read_text() == "not a log\n"


def test_nobody_listens_on_stderr(small: Path) -> None:
    """Messages that nobody reads do not end a command: the plan is written."""
    ours, theirs = os.pipe()
    os.close(ours)
    code = subprocess.run(
        [sys.executable, "-c", PLANNER, "solve", str(small)],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ).returncode
    os.close(theirs)

    assert code == 0
    assert small.with_name("budget-plan.xlsx").exists()


def test_only_the_owner_reads_what_is_written(small: Path) -> None:
    """Plans and checked copies hold prices."""
    assert run("solve", small).code == 0
    assert small.with_name("budget-plan.xlsx").stat().st_mode & 0o077 == 0
