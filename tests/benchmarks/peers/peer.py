"""Peer: what every way to a solver can do, and which ways there are."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Protocol

from tests.benchmarks.source import Source


class Peer(Protocol):
    """A way to HiGHS, step by step; only `build` and `hand_over` are on the clock."""

    def prepare(self, source: Source) -> None:
        """Put what is given into the form in which a user of this way has it."""

    def build(self) -> None:
        """Build the model, as this way writes it."""

    def hand_over(self) -> Any:
        """Return a `highspy.Highs` that holds the model."""

    def read(self) -> int:
        """Read the solution back into values; return how many there are."""


OURS, RAW = "planner", "arrays"

NEEDS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "planner": (),
        "arrays": (),
        "pyomo": (),
        "pyomo_file": (),
        "linopy_sparse": ("linopy",),
        "linopy_padded": ("linopy",),
        "pulp": ("pulp",),
    }
)
"""The packages that each way needs beyond planner's own."""

FILES: MappingProxyType[str, str] = MappingProxyType(
    {"planner": "ours", "pyomo": "pyomo_rules", "pulp": "pulp_rows"}
)
"""The file of a way, where it has another name."""

WORDS: MappingProxyType[str, str] = MappingProxyType(
    {
        "planner": "planner: from the case, every rule",
        "arrays": "arrays already there, `passModel` (the limit)",
        "pyomo": "Pyomo rules with sum(), `appsi_highs`",
        "pyomo_file": "Pyomo rules with sum(), LP file",
        "linopy_sparse": "linopy, sparse model, group by row, direct",
        "linopy_padded": "linopy, rows of like length in one rectangle, direct",
        "pulp": "PuLP, its HiGHS interface",
    }
)


def installed() -> tuple[str, ...]:
    """Return the names of the ways whose packages are there."""
    return tuple(
        name for name, packages in NEEDS.items() if all(find_spec(one) for one in packages)
    )


def peer_of(name: str) -> Peer:
    """Return a way by its name; its packages are imported now."""
    module = import_module(f"tests.benchmarks.peers.{FILES.get(name, name)}")
    peer: Peer = module.WAY()
    return peer
