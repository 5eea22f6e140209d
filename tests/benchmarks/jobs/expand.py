"""Expand: let PyPSA state as much of a case as its components can say."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.peers.pypsa_components import expand
from tests.benchmarks.source import source_from


def work(source: dict[str, Any], gap: float, seconds: float) -> dict[str, Any]:
    """Take the seconds, the memory and the size of its model."""
    return expand(source_from(source).case(), gap, seconds)
