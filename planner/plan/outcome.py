"""Outcome: why the search stopped, and what is in hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from planner.plan.foresight import Foresight

GAP_ROUNDING = 1e-6
"""What the solver's tolerances may add to a gap that it has closed."""

NO_COST = 1e-6
"""So little of the base currency is the rounding of a sum: a free plan has no relative gap."""


class Status(StrEnum):
    """Why the search stopped, in the words of ``--json``."""

    OPTIMAL = "optimal"
    GAP_OPEN = "gap_open"
    INFEASIBLE = "infeasible"
    NO_PLAN = "no_plan"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why the search stopped, and what is in hand; what is not known is None.

    Attributes
    ----------
    status : optimal is said only within the gap that was asked for
    reason : the same in words
    objective : cost of the plan in hand, in base currency, discounted
    bound : no plan can cost less than this
    options : of the search, as they were in force
    seconds : what each step took: read, build, solve, check
    statistics : of the model and the search: columns, rows, nonzeros, nodes ...
    foresight : what other plans would cost; None without scenarios, or if not worked out
    """

    status: Status
    reason: str = ""
    objective: float | None = None
    bound: float | None = None
    options: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    statistics: dict[str, float] = field(default_factory=dict)
    foresight: Foresight | None = None

    @property
    def gap(self) -> float | None:
        """How much less the best plan could cost, as a share of this one's cost."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective − bound) / abs(objective), 0 where both are equal."""
    distance = max(0.0, objective - bound)
    if distance <= NO_COST:
        return 0.0
    return distance / abs(objective) if objective else 1.0
