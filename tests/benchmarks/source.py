"""Source: what a job starts from, as a case or as the arrays of its rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.case.case import Case
from tests.benchmarks.generator import Size, generate
from tests.benchmarks.problem import Problem, load_problem


@dataclass(frozen=True, slots=True)
class Source:
    """A generated case, and the file in which its rows are kept for the peers.

    Attributes
    ----------
    size : of the case
    seed : of the case
    rows : the file; it is there once the job "prepare" has run
    """

    size: Size
    seed: int
    rows: Path

    def case(self) -> Case:
        """Return the case, made anew."""
        return generate(self.size, self.seed)

    def problem(self) -> Problem:
        """Return the rows, read from the file."""
        return load_problem(self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return what `source_from` takes."""
        return {"size": asdict(self.size), "seed": self.seed, "rows": str(self.rows)}


def source_from(told: dict[str, Any]) -> Source:
    """Return the source that was told as JSON."""
    return Source(Size(**told["size"]), told["seed"], Path(told["rows"]))
