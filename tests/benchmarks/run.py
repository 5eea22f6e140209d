"""Run: what is to be measured, how often, and where it is written."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.generator import Size
from tests.benchmarks.measure import SECONDS, run_job
from tests.benchmarks.source import Source

OVERRUN = 3.0
"""How many times the time limit of a search a job may take before it is killed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the command line told.

    Attributes
    ----------
    sizes : by name
    seeds : 0, 1, ... of the search
    repeats : of everything else
    seconds : time limit of a search
    gap : at which a search may stop
    ways : names of the ways to a solver
    variants : names of the variants of a case that are searched
    folder : for what is written
    scratch : for what is forgotten
    """

    sizes: Mapping[str, Size]
    seeds: int
    repeats: int
    seconds: float
    gap: float
    ways: tuple[str, ...]
    variants: tuple[str, ...]
    folder: Path
    scratch: Path

    def source(self, name: str, size: Size, seed: int = 0) -> Source:
        """Return a case with its rows written, by a job of its own.

        Parameters
        ----------
        name : of the file for its rows; one that is there already is kept
        size, seed : of the case
        """
        source = Source(size, seed, self.scratch / f"{name}-{seed}.npz")
        if not source.rows.exists():
            self.job("prepare", source)
        return source

    def job(self, work: str, source: Source, **given: Any) -> dict[str, Any]:
        """Return the figures of a job; say on stderr that it is done, and keep them."""
        most = max(SECONDS, OVERRUN * self.seconds)
        figures = run_job(work, {"source": source.as_json(), **given}, most)
        told = ", ".join(map(str, given.values()))
        fault = figures.get("failed", "")
        sys.stderr.write(f"{work} {source.rows.stem} {told} {fault}\n")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "jobs.jsonl").open("a") as stream:
            line = {"work": work, "case": source.rows.stem, "given": given, "figures": figures}
            stream.write(json.dumps(line, default=str) + "\n")
        return figures


def median(values: Iterable[float | None]) -> float | None:
    """Return the median, where None is more than any number; None where that is in the middle."""
    ordered = sorted(float("inf") if value is None else value for value in values)
    if not ordered:
        return None
    middle = statistics.median(ordered)
    return middle if middle < float("inf") else None


def median_ratio(theirs: Sequence[float | None], ours: Sequence[float | None]) -> float | None:
    """Return the median of the ratios of runs that were made in the same round."""
    ratios = [
        None if their is None else their / our
        for their, our in zip(theirs, ours, strict=True)
        if our
    ]
    return median(ratios)
