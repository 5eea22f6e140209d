"""Relax: solve the rows with every column continuous, by the simplex method."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.benchmarks.clock import forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.solver import passed, relax
from tests.benchmarks.source import source_from


def work(source: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Take the seconds of HiGHS's run, with its defaults."""
    problem = source_from(source).problem()
    before = resident_megabytes()
    forget_peak()
    solver = passed(problem)
    relax(solver)
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("time_limit", seconds)
    running, _ = timed(solver.run)
    info = solver.getInfo()
    return {
        "run": asdict(running),
        "cost": info.objective_function_value,
        "iterations": info.simplex_iteration_count,
        "ended": solver.modelStatusToString(solver.getModelStatus()),
        "before": before,
        "peak": peak_megabytes(),
    }
