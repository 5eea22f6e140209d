"""Plan: let planner find a plan, from the case to the last check."""

from __future__ import annotations

import time
from dataclasses import asdict
from functools import partial
from typing import Any

from planner.search.highs import Watch
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.benchmarks.clock import forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.solver import Trace
from tests.benchmarks.source import source_from


def work(source: dict[str, Any], gap: float, seconds: float) -> dict[str, Any]:
    """Take the trace of planner's search, as its watch tells it."""
    case = source_from(source).case()
    before = resident_megabytes()
    forget_peak()
    trace = Trace()
    watch = Watch(tell=lambda told: trace.note(told.incumbent, told.bound))
    options = Options(gap=gap, seconds=seconds)
    searching, plan = timed(partial(find_plan, case, options, watch))
    outcome = plan.outcome
    trace.note(outcome.objective, outcome.bound)
    trace.points.append((time.perf_counter() - trace.began, outcome.objective, outcome.bound))
    return {
        "ready": outcome.seconds["build"],
        "cpu": searching.cpu,
        "search": asdict(searching),
        "trace": trace.points,
        "ended": outcome.reason,
        "passed": plan.passed,
        "before": before,
        "peak": peak_megabytes(),
    }
