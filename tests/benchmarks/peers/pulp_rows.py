"""PuLP: a variable and a row at a time, and its own interface to HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pulp

from tests.benchmarks.problem import Problem
from tests.benchmarks.source import Source


class WAY:
    """Rows from lists of (variable, factor), which PuLP takes without adding them up."""

    problem: Problem
    terms: list[list[tuple[int, float]]]
    model: pulp.LpProblem
    interface: pulp.HiGHS

    def prepare(self, source: Source) -> None:
        """Put the rows into lists."""
        self.problem = source.problem()
        self.terms = self.problem.terms()

    def build(self) -> None:
        """Build the model."""
        given = self.problem
        self.model = pulp.LpProblem("rows", pulp.LpMinimize)
        kinds = [pulp.LpInteger if whole else pulp.LpContinuous for whole in given.is_integer]
        described = zip(_limits(given.lower), _limits(given.upper), kinds, strict=True)
        columns = [
            self.model.add_variable(f"x{place}", low, high, kind)
            for place, (low, high, kind) in enumerate(described)
        ]
        self.model += (
            pulp.LpAffineExpression(list(zip(columns, given.cost.tolist(), strict=True)))
            + given.offset
        )
        limits = zip(given.row_lower.tolist(), given.row_upper.tolist(), self.terms, strict=True)
        for place, (low, high, terms) in enumerate(limits):
            body = pulp.LpAffineExpression([(columns[column], factor) for column, factor in terms])
            for number, (sense, side) in enumerate(_sides(low, high)):
                self.model += pulp.LpConstraint(body, sense, f"r{place}_{number}", side)

    def hand_over(self) -> Any:
        """Let the interface take the model up; it leaves out the constant of the objective."""
        self.interface = pulp.HiGHS(msg=False)
        self.interface.createAndConfigureSolver(self.model)
        self.interface.buildSolverModel(self.model)
        self.model.solverModel.changeObjectiveOffset(self.problem.offset)
        self.model.solverModel.setOptionValue("output_flag", False)
        return self.model.solverModel

    def read(self) -> int:
        """Load the values into the variables."""
        self.interface.findSolutionValues(self.model)
        return sum(one.varValue is not None for one in self.model.variables())


def _limits(values: np.ndarray) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _sides(low: float, high: float) -> list[tuple[int, float]]:
    """Return a row's limits as PuLP has them: a row between two limits is two rows."""
    if low == high:
        return [(pulp.LpConstraintEQ, low)]
    both = [(pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high)]
    return [one for one in both if np.isfinite(one[1])]
