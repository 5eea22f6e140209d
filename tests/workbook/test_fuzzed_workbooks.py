"""Random workbooks, sound and broken: each is read, planned or refused in the user's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from planner.case.case import INPUT, Case
from planner.cli import app
from planner.console import Exit
from planner.errors import CaseError, FileError, Issue, NoPlanError
from planner.search.options import Options
from planner.search.strategy import find_plan
from planner.workbook.reading.reader import Reading, read_workbook
from tests.metamorphic.sheets import Sheets, write_sheets
from tests.workbook.workbook_strategies import SOUND, Fuzzed, fuzzed_workbooks, other_figures

TABLE_NAMES = {name for table in INPUT for name in (table.sheet.name, table.sheet.zh)}
EXIT_CODES = {Exit.DONE, Exit.PROBLEMS, Exit.INFEASIBLE, Exit.NO_PLAN, Exit.FILE}
SECONDS = 2.0
PYTHON_WORDS = re.compile(r"\bNone\b|Traceback|[a-z]Error\b|<class|object at 0x")

few = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def place_faults(issue: Issue, sheets: Sheets) -> Iterator[str]:
    """Yield what is wrong with where an issue says it stands."""
    lines = sheets.get(issue.sheet)
    if lines is None:
        if issue.sheet not in TABLE_NAMES:
            yield f"there is no sheet '{issue.sheet}'"
        if issue.cell:
            yield f"the missing sheet '{issue.sheet}' has no cell {issue.cell}"
    elif issue.cell:
        found = re.fullmatch("([A-Z]+)([1-9][0-9]*)", issue.cell)
        if found is None:
            yield f"'{issue.cell}' is no address"
        else:
            column = 0
            for letter in found[1]:
                column = column * 26 + ord(letter) - ord("A") + 1
            if int(found[2]) > len(lines) or column > max(map(len, lines), default=0):
                yield f"{issue.cell} stands outside the sheet '{issue.sheet}'"


def word_faults(issue: Issue) -> Iterator[str]:
    """Yield what is wrong with what an issue says."""
    if not issue.message.strip() or not issue.code:
        yield "there is no message or no code"
    if "\n" in issue.message:
        yield "the message is more than a line"
    if PYTHON_WORDS.search(issue.message.replace(issue.value, "")):
        yield "the message speaks of Python"


def read_if_possible(path: Path) -> Reading | None:
    """Return what is read of a workbook; None where the file is refused as a whole."""
    try:
        return read_workbook(path)
    except FileError:
        return None


def plan_if_possible(case: Case) -> str:
    """Plan a case for a moment, assert that a plan passes its checks, and return how it ended."""
    try:
        plan = find_plan(case, Options(gap=0.0, seconds=SECONDS))
    except CaseError:
        return "case error"
    except NoPlanError as none:
        return "infeasible" if none.infeasible else "no plan"
    assert [check for check in plan.checks if not check.passed] == []
    return "plan"


def hold_promise(fuzzed: Fuzzed, folder: Path) -> str:
    """Assert what is promised of any workbook, and return how it ended."""
    path = write_sheets(fuzzed.sheets, folder / "fuzzed.xlsx")
    reading, again = read_if_possible(path), read_if_possible(path)
    if reading is None or again is None:
        assert reading is again
        return "refused"
    assert (reading.case, reading.issues) == (again.case, again.issues)
    for issue in reading.issues:
        faults = [*place_faults(issue, fuzzed.sheets), *word_faults(issue)]
        assert faults == [], issue.text()
    assert (reading.case is None) == bool(reading.errors)
    return "errors" if reading.case is None else plan_if_possible(reading.case)


def hold_command_promise(fuzzed: Fuzzed, folder: Path) -> int:
    """Assert what is promised of `planner solve` on any workbook, and return its exit code."""
    path = write_sheets(fuzzed.sheets, folder / "fuzzed.xlsx")
    arguments = ["solve", str(path), "--json", "--force", "--time-limit", str(SECONDS)]
    ended = CliRunner().invoke(app, arguments)
    told = json.loads(ended.stdout)
    assert ended.exit_code in EXIT_CODES
    assert "Traceback" not in ended.stdout + ended.stderr
    assert ended.exit_code != Exit.DONE or Path(told["plan"]).exists()
    assert ended.exit_code == Exit.DONE or ended.stderr
    assert ended.exit_code != Exit.INFEASIBLE or len(ended.stderr.splitlines()) > 1
    return ended.exit_code


@pytest.mark.parametrize("name", SOUND)
def test_what_the_changes_begin_with_is_sound(name: str, tmp_path: Path) -> None:
    """Each workbook is read without an error and has a plan before anything is changed."""
    assert hold_promise(Fuzzed(name, (), SOUND[name]), tmp_path) == "plan"


@settings(few, max_examples=150)
@given(fuzzed=fuzzed_workbooks())
def test_any_workbook_is_planned_or_refused_in_words(
    fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Reading ends in a case or in issues that can be found; a case in a checked plan or why not.

    A file is refused as a whole only by a FileError. Every issue names a sheet of the file,
    or one that is missing, and a cell that the sheet has. The same file gives the same issues.
    """
    hold_promise(fuzzed, tmp_path_factory.mktemp("fuzzed"))


@settings(few, max_examples=40)
@given(fuzzed=other_figures())
def test_other_figures_are_planned_or_refused_in_words(
    fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """So do workbooks that are read without fault, with figures far larger, smaller or zero."""
    hold_promise(fuzzed, tmp_path_factory.mktemp("fuzzed"))


@settings(few, max_examples=30)
@given(fuzzed=fuzzed_workbooks("every_sheet"))
def test_the_command_line_ends_as_it_promises(
    fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Solving ends with a code of the contract and one JSON object, never with a traceback."""
    hold_command_promise(fuzzed, tmp_path_factory.mktemp("fuzzed"))
