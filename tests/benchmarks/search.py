"""Search: how long until a plan is found, and until it is proven to be good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from tests.benchmarks.picture import Panel, draw
from tests.benchmarks.run import Run, median, median_ratio
from tests.benchmarks.source import Source
from tests.benchmarks.table import Cell, Table

VARIANTS: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "all": {},
        "no tiers": {"has_tiers": False},
        "no clusters": {"has_clusters": False},
        "plain": {"has_tiers": False, "has_clusters": False},
        "3 scenarios": {"scenarios": 3},
    }
)
"""What is changed in a size."""

PLANNER, ARRAYS, PYOMO, CBC = (
    "planner",
    "HiGHS alone, defaults",
    "Pyomo rules, appsi_highs",
    "PuLP, CBC",
)
GAPS = (0.05, 0.01, 0.001)
ROUNDING = 1e-9

HEADERS = (
    "size",
    "variant",
    "way",
    "ready s",
    "first plan s",
    "5 % s",
    "1 % s",
    "0.1 % s",
    "reached",
    "whole s",
    "whole, CPU s",
    "times planner",
    "times planner, CPU",
    "times relaxation",
    "gap at the end %",
    "peak MB",
)
NOTES = (
    (
        "Medians over seeds, run in turns. Wall seconds count from the start: building and handing "
        "over are in them, but only planner starts from the case; the others are given the rows."
    ),
    (
        "A median is — where at least half the seeds did not get there within the time limit; "
        "reached tells how many proved the gap that was asked for."
    ),
    (
        "Whole: until the way is done; planner's has rounding to whole packs, the exact second "
        "solve and every check of the plan in it. Times planner is the median of ratios by seed."
    ),
    (
        "Times relaxation: whole, over the time that HiGHS's simplex takes for the same rows "
        "without integrality. Other work on the machine is in all seconds but those of CPU."
    ),
    "CBC tells its bound at the end only, so its times to a gap are those of its whole run.",
)


def measure_search(run: Run) -> Iterator[Table]:
    """Yield the table each time that a variant is done; draw the gaps over time."""
    rows: list[list[Cell]] = []
    panels: list[Panel] = []
    for name, size in run.sizes.items():
        for variant in run.variants:
            changed = replace(size, **VARIANTS[variant])
            file = f"{name}-{variant.replace(' ', '-')}"
            found: dict[str, list[dict[str, Any]]] = {}
            relaxed: list[float | None] = []
            for seed in range(run.seeds):
                source = run.source(file, changed, seed)
                relaxed.append(_relaxation(run, source))
                for way, work in _ways(run).items():
                    found.setdefault(way, []).append(work(source))
            rows.append(_relaxation_row(name, variant, relaxed))
            rows += [
                _row(name, variant, way, held, found[PLANNER], relaxed, run.gap)
                for way, held in found.items()
            ]
            panels.append(_panel(f"{name}, {variant}, seed 0", found))
            draw(panels, run.folder / "search.png")
            yield Table("search", f"Search to {run.gap:.2%}", HEADERS, list(rows), NOTES)


def _ways(run: Run) -> dict[str, Any]:
    limits = {"gap": run.gap, "seconds": run.seconds}
    ways = {
        "arrays": (ARRAYS, partial(run.job, "search", peer="arrays", **limits)),
        "pyomo": (PYOMO, partial(run.job, "search", peer="pyomo", **limits)),
        "pulp": (CBC, partial(run.job, "search_with_cbc", **limits)),
    }
    asked = dict(way for name, way in ways.items() if name in run.ways)
    return {PLANNER: partial(run.job, "plan", **limits), **asked}


def _relaxation(run: Run, source: Source) -> float | None:
    figures = run.job("relax", source, seconds=run.seconds)
    return figures["run"]["wall"] if figures.get("ended") == "Optimal" else None


def _relaxation_row(name: str, variant: str, relaxed: list[float | None]) -> list[Cell]:
    cells: list[Cell] = [None] * len(HEADERS)
    cells[:3] = [name, variant, "(relaxation, simplex)"]
    cells[HEADERS.index("whole s")] = median(relaxed)
    return cells


def _row(
    name: str,
    variant: str,
    way: str,
    figures: list[dict[str, Any]],
    ours: list[dict[str, Any]],
    relaxed: list[float | None],
    gap: float,
) -> list[Cell]:
    if all("failed" in one for one in figures):
        return [name, variant, way, figures[0]["failed"], *[None] * (len(HEADERS) - 4)]
    done = [one for one in figures if "failed" not in one]
    whole = [_whole(one) for one in figures]
    reached = sum(_time_to(one, gap) is not None for one in figures)
    last = median(_gap(*one["trace"][-1][1:]) for one in done)
    return [
        name,
        variant,
        way,
        median(one["ready"] for one in done),
        median(_time_to(one, None) for one in figures),
        *(median(_time_to(one, goal) for one in figures) for goal in GAPS),
        f"{reached} of {len(figures)}",
        median(whole),
        median(one["cpu"] for one in done),
        median_ratio(whole, [_whole(one) for one in ours]),
        median_ratio([one.get("cpu") for one in figures], [one.get("cpu") for one in ours]),
        median_ratio(whole, relaxed),
        None if last is None else 100.0 * last,
        median(one["peak"] for one in done),
    ]


def _whole(figures: dict[str, Any]) -> float | None:
    """Return the seconds from the start until a way is done."""
    if "failed" in figures:
        return None
    return float(figures["search"]["wall"]) + _before(figures)


def _before(figures: dict[str, Any]) -> float:
    """Return the seconds before the search's own clock began; planner's has them in it."""
    return 0.0 if "passed" in figures else float(figures["ready"])


def _time_to(figures: dict[str, Any], goal: float | None) -> float | None:
    """Return the seconds until a gap was proven; None for the goal is any plan."""
    for seconds, incumbent, bound in figures.get("trace", ()):
        gap = _gap(incumbent, bound)
        is_there = incumbent is not None if goal is None else gap is not None and gap <= goal
        if is_there:
            return float(seconds) + _before(figures)
    return None


def _gap(incumbent: float | None, bound: float | None) -> float | None:
    if incumbent is None or bound is None:
        return None
    return max(0.0, (incumbent - bound) / max(abs(incumbent), ROUNDING) - ROUNDING)


def _panel(title: str, found: dict[str, list[dict[str, Any]]]) -> Panel:
    lines = {}
    for way, figures in found.items():
        points = [
            (seconds + _before(figures[0]), 100.0 * gap)
            for seconds, incumbent, bound in figures[0].get("trace", ())
            if (gap := _gap(incumbent, bound))
        ]
        if points:
            lines[way] = points
    return Panel(title, "seconds", "proven gap, %", lines, is_stepped=True)
