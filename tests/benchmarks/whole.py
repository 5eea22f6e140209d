"""Whole: `planner solve` from the shell, and where each second of it goes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.generator import SIZES
from tests.benchmarks.measure import ROOT, SECONDS
from tests.benchmarks.run import Run, median
from tests.benchmarks.table import Cell, Table

STEPS = ("start", "read", "build", "solve", "check", "write")
HEADERS = (
    "workbook",
    "whole s",
    "imports s",
    *(f"{step} s" for step in STEPS),
    "the rest s",
    "gap %",
)
NOTES = (
    (
        "Wall seconds of the whole process, medians. Imports: `python -X importtime`, which "
        "itself slows them, in a run of its own; a package's classes are made while it is "
        "imported. The steps are those that `--json` tells; start is the interpreter's and most of "
        "the imports. The rest: imports of single steps, the end, and what lies between steps."
    ),
)
LINE = re.compile(r"import time:\s*(\d+) \|\s*(\d+) \|\s*(\S+)")
LARGEST = 12
MICRO = 1e-6
ANY_PLAN = 0.9
"""The gap at which a run may stop whose imports are all that is asked of it."""


def measure_whole(run: Run) -> Iterator[Table]:
    """Yield where the time of the example and of a generated case goes, then of the imports."""
    books = {"example.xlsx": ROOT / "data" / "example.xlsx"}
    made = run.scratch / "generated-S.xlsx"
    run.job("write_workbook", run.source("S", SIZES["S"]), path=str(made))
    books["generated S"] = made
    rows: list[list[Cell]] = []
    packages: dict[str, float] = {}
    for name, book in books.items():
        found = [_solve(run, book) for _ in range(run.repeats)]
        packages = _imports(run, book)
        rows.append(_row(name, found, sum(packages.values())))
        yield Table("whole", "The whole program", HEADERS, list(rows), NOTES)
    largest = sorted(packages.items(), key=lambda one: -one[1])[:LARGEST]
    yield Table(
        "imports",
        "Imports by package",
        ("package", "own seconds"),
        [[name, seconds] for name, seconds in largest],
        ("Seconds of the modules of a package themselves, without what they import.",),
    )


def _row(name: str, found: list[dict[str, Any]], imports: float) -> list[Cell]:
    steps = [median(one["seconds"].get(step) for one in found) for step in STEPS]
    whole = median(one["whole"] for one in found)
    rest = None if whole is None else whole - sum(step or 0.0 for step in steps)
    gap = median(one["gap"] for one in found)
    return [name, whole, imports, *steps, rest, None if gap is None else 100.0 * gap]


def _solve(run: Run, book: Path) -> dict[str, Any]:
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, *_command(run, book, run.gap)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    figures: dict[str, Any] = json.loads(ended.stdout)
    return {**figures, "whole": time.perf_counter() - started}


def _command(run: Run, book: Path, gap: float) -> list[str]:
    plan = run.scratch / f"{book.stem}-plan.xlsx"
    limits = ["--gap", str(gap), "--time-limit", str(run.seconds)]
    return ["-m", "planner", "solve", str(book), "-o", str(plan), "--force", "--json", *limits]


def _imports(run: Run, book: Path) -> dict[str, float]:
    """Return the seconds of each top-level package's own modules."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", *_command(run, book, ANY_PLAN)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    packages: dict[str, float] = defaultdict(float)
    for own, _, module in LINE.findall(ended.stderr):
        name = module.partition(".")[0]
        is_standard = name in sys.stdlib_module_names
        packages["(standard library)" if is_standard else name] += float(own) * MICRO
    return packages
