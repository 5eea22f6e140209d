"""Budgets: what each period may pay, with what was carried over, and what it pays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.case.case import Case
from planner.plan.charges import Budget


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """One budget of one period, in base currency; None is no limit.

    Attributes
    ----------
    name : capex, opex or total
    period : its label
    paid : in the period, not discounted
    budget : of the period
    carried : unspent of the periods before; None too where nothing is carried over
    available : the budget, and what was carried over
    """

    name: str
    period: str
    paid: float
    budget: float | None
    carried: float | None
    available: float | None

    @property
    def headroom(self) -> float | None:
        """What is left."""
        return None if self.available is None else self.available - self.paid

    @property
    def used(self) -> float | None:
        """The share that is paid; 0 of a budget of 0."""
        if self.available is None:
            return None
        return self.paid / self.available if self.available else 0.0


def count_budgets(case: Case, spend: Mapping[tuple[Budget, str], float]) -> tuple[BudgetUse, ...]:
    """Return every period's three budgets, in order of time.

    Parameters
    ----------
    case : what is given
    spend : what each budget pays in each period
    """
    return tuple(_in_time(case, spend))


def _in_time(case: Case, spend: Mapping[tuple[Budget, str], float]) -> Iterator[BudgetUse]:
    left: dict[str, float | None] = dict.fromkeys(("capex", "opex", "total"), 0.0)
    for period in case.horizon.periods:
        label = period.period
        capex = spend.get((Budget.CAPEX, label), 0.0)
        opex = spend.get((Budget.OPEX, label), 0.0)
        for name, paid, budget in (
            ("capex", capex, period.capex_budget),
            ("opex", opex, period.opex_budget),
            ("total", capex + opex, period.total_budget),
        ):
            before = left[name]
            if not case.settings.carry_over:
                yield BudgetUse(name, label, paid, budget, None, budget)
            elif before is None or budget is None:
                left[name] = None
                yield BudgetUse(name, label, paid, budget, None, None)
            else:
                left[name] = before + budget - paid
                yield BudgetUse(name, label, paid, budget, before, before + budget)
