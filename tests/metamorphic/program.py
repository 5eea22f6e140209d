"""The whole program as one function: an input workbook in, what it answers out."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from planner.cli import app
from planner.console import Exit
from tests.metamorphic.sheets import Sheets, write_sheets

INPUT_NAME = "input.xlsx"
INFINITE = float("inf")
EPOCH = "1798761600"
"""When the plans say they were made, in seconds since 1970."""


@dataclass(frozen=True)
class Answer:
    """What `planner solve` answers.

    Attributes
    ----------
    cost : the least cost; infinite where no plan can exist
    lines : those of the sheet Purchase plan, by the names of its columns
    parts : the parts of the plan workbook, without the hash of the input
    warnings : what is said on stderr
    """

    cost: float
    lines: tuple[dict[str, Any], ...]
    parts: dict[str, bytes]
    warnings: str


def solve(sheets: Sheets, folder: Path, *options: str) -> Answer:
    """Write a workbook, plan it to optimality with the command line, and read the plan.

    Every run of one test module has an input of the same name, as it stands in the plan.
    """
    source = write_sheets(sheets, folder / INPUT_NAME)
    arguments = ["solve", str(source), "--gap", "0", "--json", "--force", *options]
    ended = CliRunner(env={"SOURCE_DATE_EPOCH": EPOCH}).invoke(app, arguments)
    if ended.exit_code == Exit.INFEASIBLE:
        return Answer(INFINITE, (), {}, ended.stderr)
    assert ended.exit_code == Exit.DONE, ended.stderr
    told = json.loads(ended.stdout)
    assert told["status"] == "optimal"
    plan = Path(told["plan"])
    hashed = hashlib.sha256(source.read_bytes()).hexdigest()
    return Answer(told["objective"], _lines(plan), _parts(plan, hashed), ended.stderr)


def _lines(plan: Path) -> tuple[dict[str, Any], ...]:
    """Return the lines of the purchase plan, down to the first one without a number."""
    rows = CalamineWorkbook.from_path(plan).get_sheet_by_name("Purchase plan").to_python()
    top = next((place for place, row in enumerate(rows) if "Offer" in row), len(rows))
    lines = []
    for row in rows[top + 1 :]:
        if not isinstance(row[0], (int, float)):
            break
        lines.append(dict(zip(map(str, rows[top]), row, strict=True)))
    return tuple(lines)


def _parts(plan: Path, hashed: str) -> dict[str, bytes]:
    with zipfile.ZipFile(plan) as archive:
        return {
            name: archive.read(name).replace(hashed.encode(), b"") for name in archive.namelist()
        }
