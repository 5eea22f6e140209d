"""Growth: how time and memory grow as one dimension of a case does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tests.benchmarks.generator import Size
from tests.benchmarks.picture import Panel, draw
from tests.benchmarks.run import Run, median
from tests.benchmarks.table import Cell, Table

BASE = Size(hardware=16, offers=32, sites=4, workloads=8, periods=8, slices=2)

POINTS: MappingProxyType[str, tuple[int, ...]] = MappingProxyType(
    {
        "offers": (32, 64, 128, 256),
        "periods": (4, 8, 16, 32),
        "sites": (4, 8, 16, 32),
        "workloads": (8, 16, 32, 64),
        "slices": (1, 2, 4, 8),
        "scenarios": (1, 2, 4, 8),
    }
)
"""What each dimension grows through while the others stay as they are in the base."""

FIGURES: MappingProxyType[str, float] = MappingProxyType(
    {"nonzeros, 100,000": 1e5, "build, CPU s": 1.0, "memory, 100 MB": 1e2, "relaxation, CPU s": 1.0}
)
"""What is drawn, and in which unit."""

Line = list[tuple[float, float]]

HEADERS = (
    "dimension",
    "from",
    "to",
    "nonzeros, slope",
    "build s",
    "build, slope",
    "memory MB",
    "memory, slope",
    "relaxation s",
    "relaxation, slope",
)
NOTES = (
    (
        "Slope: of the logarithm of the figure over that of the dimension, fitted to all "
        "points; 1 is in proportion. Build is planner's, with the hand-over, in CPU seconds; "
        "memory is what it adds; the relaxation is HiGHS's simplex on the same rows. Figures "
        "are at the last point."
    ),
    (
        f"The base: {BASE.hardware} SKUs, {BASE.offers} offers, {BASE.sites} sites, "
        f"{BASE.workloads} workloads, {BASE.periods} periods, {BASE.slices} slices. With the "
        "sites, those grow to which an offer can be delivered: half of all, on average."
    ),
)


def measure_growth(run: Run) -> Iterator[Table]:
    """Yield the slopes each time that a dimension is done; draw what they were fitted to."""
    rows: list[list[Cell]] = []
    panels: list[Panel] = []
    for dimension, points in POINTS.items():
        figures = [_at(run, dimension, point) for point in points]
        lines = [_line(points, [held.get(name) for held in figures]) for name in FIGURES]
        panels.append(_panel(dimension, points, lines))
        draw(panels, run.folder / "growth.png")
        nonzeros, build, memory, relaxation = lines
        rows.append(
            [
                dimension,
                points[0],
                points[-1],
                slope(nonzeros),
                _last(build),
                slope(build),
                _last(memory),
                slope(memory),
                _last(relaxation),
                slope(relaxation),
            ]
        )
        yield Table("growth", "Growth, one dimension at a time", HEADERS, list(rows), NOTES)


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the slope of log y over log x, by least squares."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    if len(logs) < 2:
        return None
    middle = [sum(one) / len(logs) for one in zip(*logs, strict=True)]
    spread = sum((x - middle[0]) ** 2 for x, _ in logs)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / spread


def _line(points: Sequence[int], figures: Sequence[float | None]) -> Line:
    """Return the points of a line, without those that have no figure."""
    pairs = zip(points, figures, strict=True)
    return [(float(point), figure) for point, figure in pairs if figure]


def _last(points: Line) -> float | None:
    return points[-1][1] if points else None


def _panel(dimension: str, points: Sequence[int], lines: Sequence[Line]) -> Panel:
    drawn = {}
    for (name, unit), line in zip(FIGURES.items(), lines, strict=True):
        if (power := slope(line)) is not None:
            drawn[f"{name}, slope {power:.2f}"] = [(x, y / unit) for x, y in line]
    return Panel(dimension, "", "", drawn, ticks=points)


def _at(run: Run, dimension: str, point: int) -> dict[str, float | None]:
    """Return the figures of a case in which one dimension is changed."""
    size = replace(BASE, **{dimension: point})
    if dimension == "sites":
        size = replace(size, sites_per_offer=point / 2.0)
    source = run.source(f"{dimension}-{point}", size)
    builds: list[dict[str, Any]] = []
    relaxations: list[dict[str, Any]] = []
    for _ in range(run.repeats):
        builds.append(run.job("build", source, peer="planner"))
        relaxations.append(run.job("relax", source, seconds=run.seconds))
    built = [one for one in builds if "failed" not in one]
    solved = [one for one in relaxations if one.get("ended") == "Optimal"]
    if not built:
        return {}
    return {
        "nonzeros, 100,000": float(built[0]["shape"]["nonzeros"]),
        "build, CPU s": median(one["build"]["cpu"] + one["hand_over"]["cpu"] for one in built),
        "memory, 100 MB": median(one["peak"] - one["before"] for one in built),
        "relaxation, CPU s": median(one["run"]["cpu"] for one in solved) if solved else None,
    }
