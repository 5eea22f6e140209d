"""Prepare: write the rows of a case, as planner makes them, for the peers to read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from planner.model.assembly import assemble
from planner.search.arrays import to_arrays
from tests.benchmarks.peers.ours import problem_of
from tests.benchmarks.source import source_from


def work(source: dict[str, Any]) -> dict[str, Any]:
    """Write the file that the source names."""
    given = source_from(source)
    problem = problem_of(to_arrays(assemble(given.case()).model))
    problem.save(given.rows)
    return {"shape": asdict(problem.shape)}
