"""Where no plan can exist: cells and amounts on stderr, in the plan workbook, and in a copy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_cli import cell_of, edit, run

LINE = re.compile(r"    .*: .* (short by|too high by) (?P<amount>[\d,.]+)[^(]*\((?P<cell>\S+)\)")


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """Return a workbook whose server, rented in 2027Q1, may be had for half a unit only."""
    path = Path(shutil.copy("data/lead_time.xlsx", tmp_path / "budget.xlsx"))
    edit(path, {cell_of(path, "Offers", "Max order", 2): 0.5})
    return path


def _told(lines: str) -> dict[str, float]:
    """Return what each cell is short by: negative where it asks for too much."""
    found = [match for line in lines.splitlines() if (match := LINE.fullmatch(line))]
    signs = {"short by": 1.0, "too high by": -1.0}
    return {one["cell"]: signs[one[1]] * float(one["amount"].replace(",", "")) for one in found}


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the rows of the sheet that says what is in the way."""
    rows = openpyxl.load_workbook(path)["What is in the way"].iter_rows(min_row=4, values_only=True)
    header, *lines = rows
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_the_cell_and_the_amount_are_named(short: Path) -> None:
    """Half a unit more in Offers!O5 makes a plan; it is told so on stderr, and exit 3."""
    cell = cell_of(short, "Offers", "Max order", 2)
    before = short.read_bytes()
    ended = run("solve", short)

    assert ended.code == 3
    assert f"Rent: max order short by 0.5 units in 2027Q1 ({cell})" in ended.err
    assert ended.out.splitlines() == [str(short.with_name("budget-plan.xlsx"))]
    assert short.read_bytes() == before


def test_giving_way_by_the_amounts_makes_a_plan(short: Path) -> None:
    """Whoever adds the amounts of the first way out to their cells has a plan."""
    first = run("solve", short).err.partition("or, ")[0]
    book = openpyxl.load_workbook(short)
    told = _told(first)
    assert told
    changed = {place: book[place.split("!")[0]][place.split("!")[1]].value for place in told}
    edit(short, {place: held + told[place] for place, held in changed.items()})

    assert run("solve", short).code == 0


def test_the_plan_workbook_says_what_is_in_the_way(short: Path) -> None:
    """The sheet has every way out, what holds now and what is needed; Audit has the input."""
    run("solve", short)
    plan = short.with_name("budget-plan.xlsx")
    lines = _lines(plan)

    assert openpyxl.load_workbook(plan).sheetnames == ["What is in the way", "Audit"]
    assert lines[0]["Way out"] == "1: the least that must give way"
    assert lines[0]["Cell"] == cell_of(short, "Offers", "Max order", 2)
    assert (lines[0]["Now"], lines[0]["Change"], lines[0]["Needed"]) == (0.5, 0.5, 1.0)
    assert {line["Way out"] for line in lines} >= {
        "2: without moving these",
        "cannot hold together",
    }
    assert run("verify", short, plan).code == 5


def test_what_is_in_the_way_is_marked_in_a_copy(short: Path) -> None:
    """The checked copy has a note at the cell that stands in the way."""
    run("solve", short)
    sheet, cell = cell_of(short, "Offers", "Max order", 2).split("!")
    marked = openpyxl.load_workbook(short.with_name("budget.checked.xlsx"))

    assert "no plan can exist" in marked[sheet][cell].comment.text


def test_json_has_the_ways_out(short: Path) -> None:
    """With --json the object has the reasons, every way out and where they are written."""
    told = run("solve", short, "--json").json

    assert told["status"] == "infeasible"
    assert told["objective"] is None
    assert told["reasons"] == told["ways"][0]
    assert len(told["ways"]) == 3
    assert told["plan"] == str(short.with_name("budget-plan.xlsx"))


def test_arithmetic_needs_no_solver(tmp_path: Path) -> None:
    """Nothing to rent and a purchase that comes in 2027Q2: nothing can serve 2027Q1."""
    path = Path(shutil.copy("data/lead_time.xlsx", tmp_path / "budget.xlsx"))
    edit(path, {cell_of(path, "Offers", "Max order", 2): 0})
    ended = run("solve", path)

    assert ended.code == 3
    demand = cell_of(path, "Demand", "2027Q1", 1)
    assert f"Serving in 2027Q1: demand too high by 10 cores ({demand})" in ended.err
    assert "Buy: lead time too long by 8 weeks in 2027Q1" in ended.err
    lines = _lines(path.with_name("budget-plan.xlsx"))
    assert [one["Cell"] for one in lines if "arithmetic" in one["Way out"]] == [demand]
