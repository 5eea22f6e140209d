"""Plan: what was decided, and all that follows from it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from planner.case.case import Case
from planner.plan.charges import Budget, Charge, Part, charge_all
from planner.plan.checks import Check
from planner.plan.energy import Consumption, count_energy
from planner.plan.facts import Order, Use
from planner.plan.outcome import Outcome
from planner.plan.service import Service, count_service
from planner.plan.stock import StockTable, count_stock


@dataclass(frozen=True)
class Plan:
    """What was decided, why the search stopped, and what the checks said.

    Attributes
    ----------
    case : what was given
    orders, uses : the facts; all else follows from them
    outcome : why the search stopped, with objective, bound and gap
    checks : every rule compared with the facts; empty only before they were run
    """

    case: Case
    orders: tuple[Order, ...]
    uses: tuple[Use, ...]
    outcome: Outcome
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the checks were run, and all hold."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @cached_property
    def stock(self) -> StockTable:
        """The committed units of every pool and period."""
        return count_stock(self.case, self.orders)

    @cached_property
    def energy(self) -> tuple[Consumption, ...]:
        """What every metered site draws."""
        return count_energy(self.case, self.stock, self.uses)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Demand and what serves it."""
        return count_service(self.case, self.uses)

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """Every amount that the plan costs."""
        return charge_all(self.case, self.orders, self.uses, self.energy, self.services)

    @cached_property
    def cost(self) -> dict[Part, float]:
        """The parts of the objective, discounted; the residual value is positive."""
        sums = dict.fromkeys(Part, 0.0)
        for charge in self.charges:
            sums[charge.part] += charge.discount * charge.amount
        return sums

    @cached_property
    def objective(self) -> float:
        """What the plan costs by its own lines, discounted."""
        return math.fsum(charge.discounted for charge in self.charges)

    @cached_property
    def spend(self) -> dict[tuple[Budget, str], float]:
        """What each budget pays in each period, not discounted."""
        sums: dict[tuple[Budget, str], float] = defaultdict(float)
        for charge in self.charges:
            sums[charge.budget, charge.period] += charge.amount
        return dict(sums)
