"""The command line: what is printed where, what is written, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from data.build import CASES
from planner.cli import app
from planner.workbook.reading.reader import read_workbook

FAULTS: dict[tuple[str, str, int], Any] = {
    ("Periods", "Start", 2): "01/04/2027",
    ("Periods", "Capex budget", 3): -1,
    ("Periods", "Opex budget", 4): "1.234,50",
    ("Hardware", "Category", 1): "GPPU",
    ("Hardware", "Power", 2): "5 kW",
    ("Hardware", "Cores", 3): "=1+1",
    ("Offers", "Vendor", 1): None,
    ("Offers", "SKU", 2): "DGX-B2O0",
    ("Offers", "Acquisition", 3): "borrow",
    ("Offers", "Pack size", 4): 1.5,
    ("Offers", "Payment", 5): "later",
    ("Offers", "Landed cost", 6): "1,5",
    ("Offers", "Currency", 7): "XXX",
    ("Offers", "Order fee", 8): -100,
    ("Sites", "Kind", 1): "rented",
    ("Sites", "PUE", 2): 0.5,
    ("Fleet", "Units", 1): "many",
    ("Workloads", "Interruptible", 1): "perhaps",
    ("Demand", "2027Q3", 2): "inf",
    ("Performance", "SKU", 1): "HGX-H1OO",
}
"""Twenty faults of the example: sheet, header, row below it, and what stands there instead."""


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


def run(*arguments: object) -> Ended:
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return Ended(result.exit_code, result.stdout, result.stderr)


def command(*arguments: object) -> list[str]:
    """Return the command line of a process of its own."""
    return [sys.executable, "-m", "planner", *(str(one) for one in arguments)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a small input workbook in a folder of its own."""
    return Path(shutil.copy("data/lead_time.xlsx", tmp_path / "budget.xlsx"))


def edit(path: Path, cells: dict[str, Any]) -> None:
    """Change cells of a workbook, named as ``Sheet!A1``."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, address = place.split("!")
        book[sheet][address].value = value
    book.save(path)


def cell_of(path: Path, sheet: str, header: str, row: int = 1) -> str:
    """Return the place of a cell: so many rows below a header."""
    return cells_of(openpyxl.load_workbook(path), [(sheet, header, row)])[0]


def cells_of(book: Workbook, wanted: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return the places of cells: each so many rows below a header of a sheet."""
    places = []
    for sheet, header, row in wanted:
        names = [cell for cells in book[sheet].iter_rows(max_row=4) for cell in cells]
        below = max(
            (cell for cell in names if str(cell.value).startswith(header)), key=lambda one: one.row
        )
        places.append(f"{sheet}!{below.column_letter}{below.row + row}")
    return places


def test_solve_writes_the_plan_beside_the_input(source: Path) -> None:
    """Without -o the plan of budget.xlsx is budget-plan.xlsx; its path is the last line."""
    before = source.read_bytes()
    ended = run("solve", source)
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert len(lines) <= 10
    assert lines[-1] == str(source.with_name("budget-plan.xlsx"))
    assert openpyxl.load_workbook(lines[-1]).sheetnames[0] == "Summary"
    assert source.read_bytes() == before


def test_solve_in_json(source: Path) -> None:
    """With --json stdout is one object with the contract's keys, and nothing else."""
    ended = run("solve", source, "--json", "--gap", 0)
    told = ended.json
    assert ended.code == 0
    assert told["version"] == 1
    assert told["status"] == "optimal"
    assert told["objective"] == pytest.approx(CASES["lead_time"].objective)
    assert told["bound"] == pytest.approx(told["objective"])
    assert told["gap"] == 0
    assert set(told["cost"]) == {"resource", "energy", "compute", "shortage", "residual"}
    assert set(told["seconds"]) == {"start", "read", "build", "solve", "check", "write"}
    assert all(seconds >= 0 for seconds in told["seconds"].values())
    assert told["plan"] == str(source.with_name("budget-plan.xlsx"))
    assert "problems" not in told


def test_a_command_of_its_own_prints_nothing_more(source: Path) -> None:
    """Run as a process, nothing of the solver or of Python stands on either stream."""
    done = subprocess.run(command("solve", source, "--json"), check=True, capture_output=True)
    assert json.loads(done.stdout)["status"] == "optimal"
    assert done.stderr == b""


def test_quiet_prints_nothing(source: Path) -> None:
    """With --quiet a run that goes well says nothing."""
    assert run("solve", source, "--quiet") == Ended(0, "", "")


def test_options_win_over_the_workbook(source: Path) -> None:
    """Gap, time limit and threads of the command line are those of the Audit sheet."""
    run("solve", source, "--gap", 0.5, "--time-limit", 7, "--threads", 1)
    sheet = openpyxl.load_workbook(source.with_name("budget-plan.xlsx"))["Audit"]
    figures = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert figures["MIP gap"] == "0.5"
    assert figures["Time limit (s)"] == "7"
    assert figures["Threads"] == "1"


def test_check_of_a_sound_workbook(source: Path) -> None:
    """A workbook without errors passes with exit 0."""
    assert run("check", source).code == 0
    assert run("check", source, "--json").json == {"version": 1, "problems": []}


def test_twenty_faults_in_one_run(tmp_path: Path) -> None:
    """Twenty faults of the example get twenty messages at their cells, exit 1, no plan.

    They are marked in a copy of the workbook.
    """
    path = Path(shutil.copy("data/example.xlsx", tmp_path / "budget.xlsx"))
    faults = dict(
        zip(cells_of(openpyxl.load_workbook(path), list(FAULTS)), FAULTS.values(), strict=True)
    )
    edit(path, faults)
    ended = run("solve", path)
    told = [line for line in ended.err.splitlines() if line.startswith("error[")]
    assert ended.code == 1
    assert sorted(line.split()[1].removesuffix(":") for line in told) == sorted(faults)
    assert "Traceback" not in ended.err
    assert {one.name for one in tmp_path.iterdir()} == {"budget.xlsx", "budget.checked.xlsx"}
    marked = openpyxl.load_workbook(tmp_path / "budget.checked.xlsx")
    assert all(marked[place.split("!")[0]][place.split("!")[1]].comment for place in faults)
    problems = run("check", path, "--json").json["problems"]
    assert {f"{one['sheet']}!{one['cell']}" for one in problems} == set(faults)
    keys = ["code", "severity", "sheet", "cell", "column", "value", "message", "expected", "hint"]
    assert all(list(one) == keys for one in problems)


def test_a_limit_before_a_plan(source: Path) -> None:
    """Stopped by the time limit with nothing in hand is exit 4."""
    ended = run("solve", source, "--time-limit", 0, "--json")
    assert ended.code == 4
    assert ended.json["status"] == "no_plan"


@pytest.mark.parametrize("arguments", [["solve"], ["sovle", "a.xlsx"], ["solve", "--gap", "x"]])
def test_wrong_use(arguments: list[str]) -> None:
    """A command that is used wrongly ends with 2."""
    assert run(*arguments).code == 2


def test_the_input_is_never_overwritten(source: Path) -> None:
    """The plan cannot be written over the input, whatever is forced."""
    before = source.read_bytes()
    assert run("solve", source, "-o", source, "--force").code == 2
    assert source.read_bytes() == before


def test_files_that_cannot_be_read_or_written(source: Path, tmp_path: Path) -> None:
    """A file that is not there, no workbook, or in no folder is exit 5."""
    (tmp_path / "text.xlsx").write_text("no workbook")
    for arguments in (
        ("solve", tmp_path / "none.xlsx"),
        ("check", tmp_path / "text.xlsx"),
        ("solve", source, "-o", tmp_path / "no folder" / "plan.xlsx"),
        ("verify", source, tmp_path / "none.xlsx"),
    ):
        ended = run(*arguments)
        assert ended.code == 5, arguments
        assert ended.err.startswith("error: ")


def test_a_foreign_file_is_replaced_only_by_force(source: Path) -> None:
    """A file that planner did not write stands, but for --force; its own are replaced."""
    target = source.with_name("budget-plan.xlsx")
    target.write_text("mine")
    assert run("solve", source).code == 5
    assert target.read_text() == "mine"
    assert run("solve", source, "--force").code == 0
    assert run("solve", source).code == 0


def test_a_plan_changed_by_hand_is_not_replaced(source: Path) -> None:
    """What somebody has written into a plan is not lost to the next run, but for --force."""
    target = source.with_name("budget-plan.xlsx")
    assert run("solve", source).code == 0
    edit(target, {"Purchase plan!Z5": "my remark"})
    assert run("solve", source).code == 5
    assert openpyxl.load_workbook(target)["Purchase plan"]["Z5"].value == "my remark"
    assert run("solve", source, "--force").code == 0


def test_the_same_input_gives_the_same_bytes(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SOURCE_DATE_EPOCH set, two runs write the same plan to the byte."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    written = []
    for _ in range(2):
        assert run("solve", source).code == 0
        written.append(source.with_name("budget-plan.xlsx").read_bytes())
    assert written[0] == written[1]


def test_what_is_no_input_workbook(source: Path) -> None:
    """A folder, or a plan given for an input, is told from an input."""
    assert run("solve", source).code == 0
    assert run("solve", ".").code == 5
    assert run("check", "/").code == 5
    ended = run("check", source.with_name("budget-plan.xlsx"))
    assert ended.code == 5
    assert "is a plan that this program wrote" in ended.err


def test_json_tells_every_end(source: Path, tmp_path: Path) -> None:
    """Wrong files and wrong wishes end in one JSON object too, which says why."""
    for arguments, code in (
        (("solve", tmp_path / "none.xlsx"), 5),
        (("solve", source, "-o", source), 2),
        (("check", tmp_path / "none.xlsx"), 5),
    ):
        ended = run(*arguments, "--json")
        assert ended.code == code
        assert ended.json["error"]


def test_nobody_need_listen(source: Path) -> None:
    """A pipe that is closed early takes nothing from the plan; a full one is exit 5."""
    closed = subprocess.run(  # noqa: S602  a pipe is what is tested
        f"{' '.join(command('solve', source))} | true; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        check=False,
    )
    assert closed.returncode == 0
    assert closed.stderr == b""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command("solve", source, "--json"), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 5
    assert b"Traceback" not in ended.stderr


def test_a_plan_that_is_open_is_written_beside(source: Path) -> None:
    """While the plan is open elsewhere a new one is written beside it, and said."""
    run("solve", source)
    (source.parent / ".~lock.budget-plan.xlsx#").touch()
    ended = run("solve", source)
    assert ended.code == 0
    assert ended.out.splitlines()[-1].endswith("budget-plan-2.xlsx")
    assert "is open in another program" in ended.err


def test_verify_passes_a_plan_and_fails_a_changed_one(source: Path) -> None:
    """A plan as written is exit 0; with one quantity changed by hand it is exit 1."""
    run("solve", source)
    plan = source.with_name("budget-plan.xlsx")
    assert run("verify", source, plan).code == 0
    edit(plan, {"Purchase plan!N5": 2})
    ended = run("verify", source, plan)
    assert ended.code == 1
    assert "error[P002] 'Purchase plan'!N5 (Units)" in ended.err


def test_template_and_example_read_back(tmp_path: Path) -> None:
    """The blank template and the example are written, and the example solves."""
    blank, example = tmp_path / "blank.xlsx", tmp_path / "example.xlsx"
    assert run("template", blank).out == f"{blank}\n"
    assert run("template", "--example", example).code == 0
    assert read_workbook(example).issues == ()
    example.write_text("mine")
    assert run("template", "--example", example).code == 5
    assert run("template", tmp_path / "zh.xlsx", "--from", "soon").code == 2
    assert run("template", tmp_path / "zh.xlsx", "--lang", "zh").code == 0
    assert "报价" in openpyxl.load_workbook(tmp_path / "zh.xlsx").sheetnames


def interrupt(path: Path, times: int) -> tuple[int, bytes, bytes]:
    """Solve to the end, and press Ctrl-C so often once the terminal shows a first plan."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        command("solve", path, "--gap", 0, "--json"), stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while b"gap" not in shown:
        shown += os.read(ours, 1024)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    out, _ = process.communicate(timeout=120)
    return process.returncode, out, shown


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals there")
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    """Interrupted while it searches, a plan is written, its gap told, and the exit is 130."""
    path = Path(shutil.copy("data/example.xlsx", tmp_path / "budget.xlsx"))
    code, out, shown = interrupt(path, 1)
    told = json.loads(out)
    assert code == 130
    assert told["status"] == "interrupted"
    assert told["gap"] > 0
    assert b"plan" in shown
    assert b"bound" in shown
    assert run("verify", path, path.with_name("budget-plan.xlsx")).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals there")
def test_ctrl_c_twice_gives_up(tmp_path: Path) -> None:
    """Pressed again, Ctrl-C ends the program at once, with nothing half written."""
    path = Path(shutil.copy("data/example.xlsx", tmp_path / "budget.xlsx"))
    code, _, _ = interrupt(path, 2)
    assert code == 130
    assert {one.name for one in tmp_path.iterdir()} <= {"budget.xlsx", "budget-plan.xlsx"}


def test_help_and_check_answer_at_once() -> None:
    """Help and check import neither the solver nor the modelling layer."""
    code = (
        "import sys; from typer.testing import CliRunner; from planner.cli import app;"
        "CliRunner().invoke(app, ['check', 'data/lead_time.xlsx']);"
        "heavy = {'pyomo', 'highspy', 'pandas', 'openpyxl', 'numpy', 'xlsxwriter'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"
