"""Build: make a model in one way, hand it over, and read a solution back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.benchmarks.clock import forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.peer import peer_of
from tests.benchmarks.peers.solver import settle, shape_of
from tests.benchmarks.source import source_from


def work(peer: str, source: dict[str, Any]) -> dict[str, Any]:
    """Take a way's seconds and memory, after its imports and with its data in hand."""
    way = peer_of(peer)
    way.prepare(source_from(source))
    before = resident_megabytes()
    forget_peak()
    building, _ = timed(way.build)
    handing, solver = timed(way.hand_over)
    peak, shape = peak_megabytes(), shape_of(solver)
    settle(solver)
    reading, values = timed(way.read)
    return {
        "build": asdict(building),
        "hand_over": asdict(handing),
        "read": asdict(reading),
        "values": values,
        "shape": asdict(shape),
        "before": before,
        "peak": peak,
    }
