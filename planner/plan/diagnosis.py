"""Diagnosis: what stands in the way where no plan can exist, in cells and amounts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from planner.case.limits import Limit
from planner.case.rules import SideRule
from planner.case.workloads import Demand
from planner.errors import NoPlanError

DIGITS = 7
"""Significant digits of an amount."""

NOISE = 0.01
"""Share of the last digit that is no reason to round up."""

PLURALS = ("units", "weeks", "cores")
FEW = 4
"""Periods that a sentence names one by one."""

CellOf = Callable[[Limit], str]
"""Returns where a limit stands in the user's file, such as Periods!D4."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A cell that gives way, and by how much.

    Attributes
    ----------
    limit : the cell
    change : what must be added to it; negative where it asks for too much
    unit : of the change, in words
    when : the periods and sites where it stands in the way
    """

    limit: Limit
    change: float
    unit: str
    when: tuple[str, ...] = ()

    @property
    def needed(self) -> float:
        """What the cell would have to hold."""
        return self.limit.now + self.change

    def sentence(self, cell_of: CellOf | None = None) -> str:
        """Return what a user reads: "2027Q2: capex budget short by 3,200,000 USD (Periods!D4)"."""
        where = (cell_of or column_of)(self.limit)
        too_much = "too long by" if self.limit.field == "lead_time" else "too high by"
        verb = "short by" if self.change > 0 else too_much
        amount = amount_in_words(abs(self.change), self.unit, self.limit)
        when = f" in {self.periods()}" if self.when else ""
        return f"{subject(self.limit)}: {noun(self.limit)} {verb} {amount}{when} ({where})"

    def periods(self) -> str:
        """Return where it stands in the way, in words."""
        named = self.when[:FEW] if len(self.when) > FEW + 1 else self.when
        more = len(self.when) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class WayOut:
    """Cells that make room for a plan when they all give way.

    Attributes
    ----------
    title : what kind of way it is, in a few words
    obstacles : the cells
    """

    title: str
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why no plan can exist.

    Attributes
    ----------
    certain : what arithmetic alone shows, each by itself
    ways : ways out, the nearest first; more than one where there are others
    conflict : limits that cannot hold together, none of which can be left out; () if not known
    remarks : what was not found out, and why
    """

    certain: tuple[Obstacle, ...] = ()
    ways: tuple[WayOut, ...] = ()
    conflict: tuple[Limit, ...] = ()
    remarks: tuple[str, ...] = ()

    def sentences(self, cell_of: CellOf | None = None) -> tuple[str, ...]:
        """Return what must give way in the nearest way out, or what is known without one."""
        obstacles = self.ways[0].obstacles if self.ways else self.certain
        return tuple(one.sentence(cell_of) for one in obstacles)


def subject(limit: Limit) -> str:
    """Return what a limit is about, such as "2027Q2" or "chat in 2027Q2"."""
    if limit.table is Demand:
        scenarios = (f"({name})" for name in limit.name[1:] if name)
        return " ".join((limit.name[0], "in", limit.part, *scenarios))
    if limit.table is SideRule:
        return f"rule '{dict(limit.row)['rule']}'"
    return limit.name[0]


def noun(limit: Limit) -> str:
    """Return what a limit is, such as "capex budget"."""
    return "demand" if limit.table is Demand else limit.spec.noun


def limit_in_words(limit: Limit, cell_of: CellOf) -> str:
    """Return a limit, what it holds, and where: "2027Q2: capex budget 5,000 (Periods!D4)"."""
    held = value_in_words(limit.now, limit)
    return f"{subject(limit)}: {noun(limit)} {held} ({cell_of(limit)})"


def column_of(limit: Limit) -> str:
    """Return where a limit stands as far as is known without a file: its sheet and column."""
    return f"{limit.table.sheet.name}, {limit.part or limit.spec.title}"


class InfeasibleError(NoPlanError):
    """No plan can exist; `diagnosis` tells why."""

    def __init__(self, diagnosis: Diagnosis, seconds: dict[str, float] | None = None) -> None:
        self.diagnosis = diagnosis
        super().__init__(
            "no plan can meet all demands and limits",
            infeasible=True,
            reasons=diagnosis.sentences(),
            seconds=seconds,
        )


def rounded_up(amount: float) -> float:
    """Return an amount in the digits that are printed, rounded up: giving way by it is enough."""
    if amount <= 0.0:
        return 0.0
    decimals = DIGITS - 1 - math.floor(math.log10(amount))
    return float(f"{math.ceil(amount * 10.0**decimals - NOISE) / 10.0**decimals:.{DIGITS}g}")


def amount_in_words(amount: float, unit: str, limit: Limit) -> str:
    """Return an amount of a limit in digits, with its unit; a share in per cent."""
    if limit.spec.unit.percent:
        return f"{_figure(amount * 100.0)}%"
    is_one = amount == 1.0 and unit.endswith(PLURALS)
    return f"{_figure(amount)} {unit.removesuffix('s') if is_one else unit}".rstrip()


def value_in_words(value: float, limit: Limit) -> str:
    """Return what a limit's cell holds, in digits; a share in per cent."""
    return amount_in_words(value, "", limit)


def _figure(amount: float) -> str:
    if not amount:
        return "0"
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(amount))))
    text = f"{amount:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
