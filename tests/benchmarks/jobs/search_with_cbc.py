"""Search with CBC: let PuLP write the rows, and CBC search."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.peers.pulp_cbc import search
from tests.benchmarks.source import source_from


def work(source: dict[str, Any], gap: float, seconds: float) -> dict[str, Any]:
    """Take what CBC found and proved."""
    return search(source_from(source), gap, seconds)
