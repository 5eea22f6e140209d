"""Ledgers: open sums to which many families post, and which one family closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from planner.case.pools import Pool
from planner.case.tree import Node, ScenarioTree
from planner.model.index import Index, index_of
from planner.model.linear import Sum
from planner.model.sums import Sums, stacked, together
from planner.plan.charges import Budget, Part


class LedgerClosedError(RuntimeError):
    """A family posted to a ledger after another had closed it: FAMILIES is out of order."""


class Account(NamedTuple):
    """What the money ledger is kept by.

    Attributes
    ----------
    part : of the objective
    budget : that pays
    period : label of the period that pays; "" is the horizon's end
    node : of the scenario tree: in whose scenarios it is paid
    """

    part: Part
    budget: Budget
    period: str
    node: Node


def accounts(index: Index, tree: ScenarioTree, part: Part, budget: Budget) -> Index:
    """Return keys with a period and a scenario as accounts of what is paid in that scenario."""
    held = index.along("node", tuple(tree.leaf.values()), index["scenario"])
    return held.along("part", (part,), 0).along("budget", (budget,), 0)


class Meter(NamedTuple):
    """What the energy ledger is kept by: a pool of a metered site, and when."""

    pool: Pool
    period: str
    slice: str
    scenario: str


class SitePeriod(NamedTuple):
    """What power and space are kept by."""

    site: str
    period: str
    node: Node


class PeriodScenario(NamedTuple):
    """What cores and TFLOPS are kept by."""

    period: str
    scenario: str


Key = TypeVar("Key", Account, Meter, SitePeriod, PeriodScenario)


class Ledger(Generic[Key]):
    """Open sums by key. Posting after closing raises, which guards the order of FAMILIES.

    Parameters
    ----------
    name : for the error
    key : what it is kept by; its fields are the axes of the sums
    """

    def __init__(self, name: str, key: type[Key]) -> None:
        self._name = name
        self._axes: tuple[str, ...] = key._fields
        self._few: dict[Key, Sum] = defaultdict(Sum)
        self._many: list[Sums] = []
        self._closed: Sums | None = None

    def post(self, key: Key, coefficient: float, column: int) -> None:
        """Add coefficient × column to the key's sum."""
        self._open(key)
        self._few[key].add(coefficient, column)

    def post_constant(self, key: Key, amount: float) -> None:
        """Add a given amount to the key's sum."""
        self._open(key)
        self._few[key].constant += amount

    def post_sum(self, key: Key, line: Sum, factor: float = 1.0) -> None:
        """Add factor × a sum to the key's sum."""
        self._open(key)
        self._few[key].add_sum(line, factor)

    def post_all(self, lines: Sums) -> None:
        """Add each of many sums to that of its key.

        Parameters
        ----------
        lines : whose keys have the ledger's axes, and perhaps others
        """
        self._open(self._axes)
        self._many.append(lines.on(lines.index.on(*self._axes)))

    def close(self) -> Sums:
        """Return the sum of each key that was posted to; from now on posting raises."""
        if self._closed is None:
            self._closed = self._added()
        return self._closed

    def _added(self) -> Sums:
        labels = {axis: self._labels(place, axis) for place, axis in enumerate(self._axes)}
        keys = index_of(labels, list(self._few))
        parts = [stacked(keys, list(self._few.values()))]
        parts += [lines.on(lines.index.relabelled(labels)) for lines in self._many]
        codes = {axis: np.concatenate([one.index[axis] for one in parts]) for axis in self._axes}
        different = Index(labels, codes).distinct(*self._axes)
        return together([one.to(different) for one in parts])

    def _labels(self, place: int, axis: str) -> tuple[Hashable, ...]:
        """Return every label that was posted to, in a canonical order."""
        held: dict[Hashable, None] = {}
        for lines in self._many:
            held |= dict.fromkeys(lines.index.labels[axis])
        return tuple(held | dict.fromkeys(key[place] for key in self._few))

    def _open(self, key: object) -> None:
        if self._closed is not None:
            raise LedgerClosedError(f"the ledger of {self._name} is closed; {key} came too late")


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The open sums of the model.

    Attributes
    ----------
    money : base currency, not discounted, by `Account`
    energy : facility kWh by `Meter`
    power : installed IT kW by `SitePeriod`
    space : installed rack units by `SitePeriod`
    cores, tflops : of working units, by `PeriodScenario`
    """

    money: Ledger[Account] = field(default_factory=lambda: Ledger("money", Account))
    energy: Ledger[Meter] = field(default_factory=lambda: Ledger("energy", Meter))
    power: Ledger[SitePeriod] = field(default_factory=lambda: Ledger("power", SitePeriod))
    space: Ledger[SitePeriod] = field(default_factory=lambda: Ledger("space", SitePeriod))
    cores: Ledger[PeriodScenario] = field(default_factory=lambda: Ledger("cores", PeriodScenario))
    tflops: Ledger[PeriodScenario] = field(default_factory=lambda: Ledger("TFLOPS", PeriodScenario))
