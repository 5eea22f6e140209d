"""Path: a plan as it goes in one scenario, and all that follows from it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from planner.case.case import Case
from planner.plan.budgets import BudgetUse, count_budgets
from planner.plan.charges import Budget, Charge, Part, charge_all
from planner.plan.compute import Compute, count_compute
from planner.plan.energy import Consumption, count_energy
from planner.plan.facts import Held, Order, Use
from planner.plan.rebates import Earned, count_rebates
from planner.plan.service import Service, count_service
from planner.plan.stock import StockTable, count_stock


@dataclass(frozen=True)
class Path:
    """What a plan comes to in one scenario.

    Attributes
    ----------
    case : what was given
    scenario : its name; "" where there are none
    orders, uses, held : the facts on this path
    """

    case: Case
    scenario: str
    orders: tuple[Order, ...]
    uses: tuple[Use, ...]
    held: tuple[Held, ...] = ()

    @cached_property
    def stock(self) -> StockTable:
        """The committed units of every pool and period."""
        return count_stock(self.case, self.orders)

    @cached_property
    def energy(self) -> tuple[Consumption, ...]:
        """What every metered site draws."""
        return count_energy(self.case, self.stock, self.uses)

    @cached_property
    def compute(self) -> tuple[Compute, ...]:
        """The cores and TFLOPS of every period."""
        return count_compute(self.case, self.stock, self.uses)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Demand and what serves it."""
        return count_service(self.case, self.uses, self.scenario)

    @cached_property
    def rebates(self) -> tuple[Earned, ...]:
        """What every vendor with rebates gives back."""
        return count_rebates(self.case, self.orders)

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """Every amount that the plan costs."""
        return charge_all(
            self.case, self.orders, self.uses, self.energy, self.services, self.rebates
        )

    @cached_property
    def budgets(self) -> tuple[BudgetUse, ...]:
        """What each period may pay, and pays."""
        return count_budgets(self.case, self.spend)

    @cached_property
    def cost(self) -> dict[Part, float]:
        """The parts of the cost, discounted; the residual value is positive."""
        sums = dict.fromkeys(Part, 0.0)
        for charge in self.charges:
            sums[charge.part] += charge.discount * charge.amount
        return sums

    @cached_property
    def total(self) -> float:
        """What the plan costs by its own lines, discounted."""
        return math.fsum(charge.discounted for charge in self.charges)

    @cached_property
    def spend(self) -> dict[tuple[Budget, str], float]:
        """What each budget pays in each period, not discounted."""
        sums: dict[tuple[Budget, str], float] = defaultdict(float)
        for charge in self.charges:
            sums[charge.budget, charge.period] += charge.amount
        return dict(sums)
