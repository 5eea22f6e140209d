"""The benchmarks themselves: every way states the same problem, and what is written is read."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.build import measure_build
from tests.benchmarks.generator import Size
from tests.benchmarks.growth import slope
from tests.benchmarks.measure import run_job
from tests.benchmarks.peers.peer import NEEDS, RAW, installed, peer_of
from tests.benchmarks.peers.solver import search, shape_of
from tests.benchmarks.picture import Panel, draw
from tests.benchmarks.problem import Shape
from tests.benchmarks.run import Run, median, median_ratio
from tests.benchmarks.source import Source
from tests.benchmarks.table import Table, write_tables

TINY = Size(hardware=5, offers=8, sites=3, workloads=5, periods=3, slices=2)
EXACT = 1e-9


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Return a tiny case with its rows written."""
    made = Source(TINY, 0, tmp_path_factory.mktemp("rows") / "tiny.npz")
    assert "failed" not in run_job("prepare", {"source": made.as_json()})
    return made


@pytest.fixture(scope="module")
def optimum(source: Source) -> float:
    """Return the least cost of the tiny case's rows."""
    return cost_by(RAW, source)[0]


def cost_by(way: str, source: Source) -> tuple[float, Shape]:
    """Solve the model of a way to the end; return its cost and its shape."""
    peer = peer_of(way)
    peer.prepare(source)
    peer.build()
    solver = peer.hand_over()
    shape = shape_of(solver)
    trace, ended = search(solver, EXACT, 60.0)
    assert ended == "Optimal"
    assert peer.read() == shape.columns
    cost = trace.points[-1][1]
    assert cost is not None
    return cost, shape


@pytest.mark.parametrize("way", [name for name in NEEDS if name != RAW])
def test_every_way_has_the_same_rows_and_optimum(way: str, source: Source, optimum: float) -> None:
    """None of them solves an easier problem."""
    if way not in installed():
        pytest.skip(f"needs {', '.join(NEEDS[way])}")
    cost, shape = cost_by(way, source)
    assert cost == pytest.approx(optimum, rel=1e-6)
    given = source.problem().shape
    of_constant = 1 if way == "pyomo_file" else 0
    assert shape == replace(given, columns=given.columns + of_constant)


def test_planner_finds_the_optimum(source: Source, optimum: float) -> None:
    """The whole search comes to the cost of its rows."""
    found = run_job("plan", {"source": source.as_json(), "gap": 1e-6, "seconds": 60.0})
    assert found["passed"]
    assert found["peak"] >= found["before"] > 0.0
    assert found["trace"][-1][1] == pytest.approx(optimum, rel=1e-5)


def test_cbc_finds_the_optimum(source: Source, optimum: float) -> None:
    """PuLP's file says the same as its rows; the constant that it leaves out is put back."""
    cbc = pytest.importorskip("tests.benchmarks.peers.pulp_cbc", exc_type=ImportError)
    found = cbc.search(source, EXACT, 60.0)
    assert found["trace"][-1][1:] == pytest.approx((optimum, optimum), rel=1e-5)


def test_pypsa_states_what_it_can(source: Source) -> None:
    """Its model has a solution, with whole packs among its columns."""
    peer = pytest.importorskip("tests.benchmarks.peers.pypsa_components", exc_type=ImportError)
    found = peer.expand(source.case(), gap=0.05, seconds=60.0)
    assert found["ended"] == "Optimal"
    assert found["shape"]["integers"] > 0


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    """One panel for each dimension."""
    pytest.importorskip("matplotlib")
    line = {"seconds": [(1.0, 2.0), (2.0, 4.0)]}
    draw([Panel("offers", "", "", line, ticks=(1, 2))] * 4, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_table_is_written(tmp_path: Path) -> None:
    """One Markdown file for people, a CSV a table for programs."""
    run = _run(tmp_path)
    write_tables([next(measure_build(run))], run.folder)
    assert "| tiny | planner" in (run.folder / "results.md").read_text()
    with (run.folder / "build.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["times planner"]) > 0.0 for row in rows] == [True, True]


def _run(folder: Path) -> Run:
    return Run(
        sizes={"tiny": TINY},
        seeds=1,
        repeats=1,
        seconds=10.0,
        gap=1e-3,
        ways=("planner", RAW),
        variants=("all",),
        folder=folder / "out",
        scratch=folder,
    )


def test_a_job_that_fails_says_so() -> None:
    """A fault costs its own figures, not those of the others."""
    given: dict[str, Any] = {"peer": "nobody", "source": {}}
    assert "nobody" in run_job("build", given)["failed"]


def test_a_job_is_ended_at_its_limit(source: Source) -> None:
    """No job keeps the others waiting."""
    told = run_job("build", {"peer": RAW, "source": source.as_json()}, seconds=0.01)
    assert told == {"failed": "over 0.01 s"}


def test_medians_count_what_was_not_reached_as_never() -> None:
    """One run of three that did not get there changes the order only."""
    assert median([3.0, None, 1.0]) == 3.0
    assert median([None, None, 1.0]) is None
    assert median_ratio([2.0, 9.0, None], [1.0, 3.0, 2.0]) == 3.0


def test_the_slope_of_a_square_is_two() -> None:
    """The power of growth is read from logarithms."""
    assert slope([(1.0, 3.0), (2.0, 12.0), (4.0, 48.0)]) == pytest.approx(2.0)


def test_cells_are_written_for_people() -> None:
    """Figures are rounded in Markdown and whole in CSV; a dash is what was not reached."""
    table = Table("name", "Title", ("way", "s", "n"), [["a|b", 1234.56, None]], ("Note.",))
    assert table.markdown().splitlines()[4] == "| a\\|b | 1,235 | — |"
    assert table.csv().splitlines()[1] == "a|b,1234.56,"
