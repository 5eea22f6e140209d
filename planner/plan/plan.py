"""Plan: what was decided, and what it comes to over all scenarios."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from planner.case.case import Case
from planner.plan.charges import Part
from planner.plan.checks import Check
from planner.plan.facts import Held, Order, Use
from planner.plan.outcome import Outcome
from planner.plan.path import Path
from planner.plan.risk import scenario_weights


@dataclass(frozen=True)
class Plan:
    """What was decided, why the search stopped, and what the checks said.

    Attributes
    ----------
    case : what was given
    orders, uses, held : the facts; all else follows from them
    outcome : why the search stopped, with objective, bound and gap
    checks : every rule compared with the facts; empty only before they were run
    """

    case: Case
    orders: tuple[Order, ...]
    uses: tuple[Use, ...]
    outcome: Outcome
    held: tuple[Held, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the checks were run, and all hold."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The plan in each scenario: orders as the tree decides them, and what was adapted."""
        nodes = self.case.tree.by_name
        return tuple(
            Path(
                self.case,
                name,
                tuple(one for one in self.orders if name in nodes[one.node]),
                tuple(one for one in self.uses if one.scenario == name),
                tuple(one for one in self.held if one.scenario == name),
            )
            for name in self.case.tree.names
        )

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each scenario's cost counts for in the objective; probabilities without risk."""
        return scenario_weights(self.case, {path.scenario: path.total for path in self.paths})

    @cached_property
    def cost(self) -> dict[Part, float]:
        """The parts of the objective, discounted; the residual value is positive."""
        return {
            part: sum(self.weights[path.scenario] * path.cost[part] for path in self.paths)
            for part in Part
        }

    def expected(self, measure: Callable[[Path], float]) -> float:
        """Return the expectation over the scenarios of what is measured in each."""
        likely = self.case.tree.probability
        return sum(likely[path.scenario] * measure(path) for path in self.paths)

    @cached_property
    def objective(self) -> float:
        """What the plan costs by its own lines, discounted."""
        return math.fsum(self.weights[path.scenario] * path.total for path in self.paths)
