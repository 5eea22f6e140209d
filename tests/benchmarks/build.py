"""Build: from data to a model inside HiGHS, way by way."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from tests.benchmarks.expansion import measure_expansion
from tests.benchmarks.peers.peer import OURS, WORDS
from tests.benchmarks.run import Run, median, median_ratio
from tests.benchmarks.table import Cell, Table

EXACT = 1e-9
"""The gap at which the optima of all ways are compared."""

HEADERS = (
    "size",
    "way",
    "build s",
    "hand over s",
    "CPU s",
    "times planner",
    "read back s",
    "memory added MB",
    "peak MB",
    "rows",
    "columns",
    "nonzeros",
)
NOTES = (
    (
        "Medians of runs taken in turns, each in a fresh process after its imports. Build and hand "
        "over are wall seconds; CPU is of both together; the ratio is the median of ratios within "
        "a round, by CPU."
    ),
    (
        "planner starts from the case and works out every row and coefficient on the clock. All "
        "others are given the finished rows as dictionaries, lists or arrays before the clock "
        "starts, which favours them: in life their user's code works these out."
    ),
    (
        "Memory added is the peak while building and handing over, less what was there before; the "
        "peak has the imports and, for all but planner, the given rows in it."
    ),
    (
        "Read back: from HiGHS's solution to values in the way's own hands; planner makes the "
        "plan's orders and uses of them."
    ),
    "An LP file makes one more column, for the constant of the objective.",
)


def measure_build(run: Run) -> Iterator[Table]:
    """Yield the table each time that a size is done, then whether all have one optimum at S."""
    rows: list[list[Cell]] = []
    for name, size in run.sizes.items():
        source = run.source(name, size)
        figures: dict[str, list[dict[str, Any]]] = {way: [] for way in run.ways}
        for _ in range(run.repeats):
            for way in run.ways:
                if not any("failed" in one for one in figures[way]):
                    figures[way].append(run.job("build", source, peer=way))
        ours = _cpu(figures.get(OURS, []))
        rows += [_row(name, way, held, ours) for way, held in figures.items()]
        yield Table("build", "Build and hand over to HiGHS", HEADERS, list(rows), NOTES)
    if "S" in run.sizes:
        yield _optima(run)
    if find_spec("pypsa"):
        yield measure_expansion(run)


def _cpu(figures: list[dict[str, Any]]) -> list[float | None]:
    return [
        None if "failed" in one else one["build"]["cpu"] + one["hand_over"]["cpu"]
        for one in figures
    ]


def _row(
    name: str, way: str, figures: list[dict[str, Any]], ours: list[float | None]
) -> list[Cell]:
    done = [one for one in figures if "failed" not in one]
    if not done:
        return [name, WORDS[way], figures[0]["failed"], *[None] * (len(HEADERS) - 3)]
    cpu, shape = _cpu(done), done[0]["shape"]
    return [
        name,
        WORDS[way],
        median(one["build"]["wall"] for one in done),
        median(one["hand_over"]["wall"] for one in done),
        median(cpu),
        median_ratio(cpu, ours[: len(cpu)]) if len(ours) >= len(cpu) else None,
        median(one["read"]["wall"] for one in done),
        median(one["peak"] - one["before"] for one in done),
        median(one["peak"] for one in done),
        shape["rows"],
        shape["columns"],
        shape["nonzeros"],
    ]


def _optima(run: Run) -> Table:
    """Return what every way's model costs at S, solved to the end."""
    source = run.source("S", run.sizes["S"])
    rows: list[list[Cell]] = []
    for way in run.ways:
        found = run.job("search", source, peer=way, gap=EXACT, seconds=run.seconds)
        _, cost, bound = found["trace"][-1] if "trace" in found else (None, None, None)
        rows.append(
            [
                WORDS[way],
                None if cost is None else f"{cost:.4f}",
                None if bound is None else f"{bound:.4f}",
                found.get("ended", found.get("failed")),
            ]
        )
    return Table("optima", "The same optimum at S", ("way", "cost", "bound", "ended"), rows)
