"""Foresight: what knowing the future in advance, and planning for several, are worth."""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING = 1e-9
"""Two costs that differ by a smaller share are one."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """Costs to compare a plan's with, weighed as its objective is; None is not known.

    Attributes
    ----------
    known : cost if each scenario could be planned for alone, as if it were known from the start
    average : cost in the scenarios of the orders that are best for their average demand
    average_fails : those orders leave no plan in some scenario
    is_average_impossible : no plan can meet the average demand itself
    """

    known: float | None = None
    average: float | None = None
    average_fails: bool = False
    is_average_impossible: bool = False

    def of_perfect_information(self, objective: float) -> float | None:
        """Return the EVPI: what knowing the scenario in advance would save."""
        return None if self.known is None else _saving(objective, self.known)

    def of_stochastic_solution(self, objective: float) -> float | None:
        """Return the VSS: what planning for all scenarios saves over planning for the average."""
        return None if self.average is None else _saving(self.average, objective)


def _saving(dearer: float, cheaper: float) -> float:
    """Return how much less the second costs, 0 where they differ by rounding only."""
    saving = dearer - cheaper
    return saving if saving > ROUNDING * max(abs(dearer), abs(cheaper)) else 0.0
