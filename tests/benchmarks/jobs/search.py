"""Search: make a model in one way, and let HiGHS with its defaults search."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from tests.benchmarks.clock import forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.peer import peer_of
from tests.benchmarks.peers.solver import search
from tests.benchmarks.source import source_from


def work(peer: str, source: dict[str, Any], gap: float, seconds: float) -> dict[str, Any]:
    """Take the trace of a search."""
    way = peer_of(peer)
    way.prepare(source_from(source))
    before = resident_megabytes()
    forget_peak()
    building, _ = timed(way.build)
    handing, solver = timed(way.hand_over)
    searching, (trace, ended) = timed(partial(search, solver, gap, seconds))
    return {
        "ready": building.wall + handing.wall,
        "cpu": building.cpu + handing.cpu + searching.cpu,
        "search": asdict(searching),
        "trace": trace.points,
        "ended": ended,
        "before": before,
        "peak": peak_megabytes(),
    }
