"""Ledgers: open sums to which many families post, and which one family closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pyomo.core.base.var import VarData

from planner.case.tree import Node
from planner.model.linear import Sum
from planner.plan.charges import Budget, Part

Key = TypeVar("Key")


class LedgerClosedError(RuntimeError):
    """A family posted to a ledger after another had closed it: FAMILIES is out of order."""


class Ledger(Generic[Key]):
    """Open sums by key. Posting after closing raises, which guards the order of FAMILIES.

    Parameters
    ----------
    name : for the error
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._sums: dict[Key, Sum] = defaultdict(Sum)
        self._is_closed = False

    def post(self, key: Key, coefficient: float, variable: VarData) -> None:
        """Add coefficient × variable to the key's sum."""
        self._open(key).add(coefficient, variable)

    def post_constant(self, key: Key, amount: float) -> None:
        """Add a given amount to the key's sum."""
        self._open(key).constant += amount

    def post_sum(self, key: Key, line: Sum, factor: float = 1.0) -> None:
        """Add factor × a sum to the key's sum."""
        self._open(key).add_sum(line, factor)

    def close(self) -> Mapping[Key, Sum]:
        """Return the sums by key; from now on posting raises."""
        self._is_closed = True
        return self._sums

    def _open(self, key: Key) -> Sum:
        if self._is_closed:
            raise LedgerClosedError(f"the ledger of {self._name} is closed; {key} came too late")
        return self._sums[key]


@dataclass(frozen=True, slots=True)
class Account:
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


@dataclass(frozen=True, slots=True)
class SiteSlice:
    """What the energy ledger is kept by: a metered site, a period, a slice and a scenario."""

    site: str
    period: str
    slice: str
    scenario: str


@dataclass(frozen=True, slots=True)
class SitePeriod:
    """What power and space are kept by."""

    site: str
    period: str
    node: Node


@dataclass(frozen=True, slots=True)
class PeriodScenario:
    """What cores and TFLOPS are kept by."""

    period: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The open sums of the model.

    Attributes
    ----------
    money : base currency, not discounted, by `Account`
    energy : facility kWh by `SiteSlice`
    power : installed IT kW by `SitePeriod`
    space : installed rack units by `SitePeriod`
    cores, tflops : of working units, by `PeriodScenario`
    """

    money: Ledger[Account] = field(default_factory=lambda: Ledger("money"))
    energy: Ledger[SiteSlice] = field(default_factory=lambda: Ledger("energy"))
    power: Ledger[SitePeriod] = field(default_factory=lambda: Ledger("power"))
    space: Ledger[SitePeriod] = field(default_factory=lambda: Ledger("space"))
    cores: Ledger[PeriodScenario] = field(default_factory=lambda: Ledger("cores"))
    tflops: Ledger[PeriodScenario] = field(default_factory=lambda: Ledger("TFLOPS"))
