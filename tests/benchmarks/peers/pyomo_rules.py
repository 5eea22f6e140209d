"""Pyomo as its own book writes it: indexed variables, rules, sums, and `appsi_highs`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs
from pyomo.core.base.var import VarData

from tests.benchmarks.problem import Problem
from tests.benchmarks.source import Source


class Rows:
    """The rows as dictionaries, and the model that rules make of them."""

    data: dict[str, dict[int, Any]]
    offset: float
    model: pyo.ConcreteModel

    def prepare(self, source: Source) -> None:
        """Put the rows into dictionaries, as a user's data would be."""
        problem = source.problem()
        self.offset = problem.offset
        self.data = {
            "cost": {place: cost for place, cost in _numbered(problem.cost) if cost},
            "bounds": dict(enumerate(_bounds(problem))),
            "domain": {
                place: pyo.NonNegativeIntegers if whole else pyo.Reals
                for place, whole in enumerate(problem.is_integer.tolist())
            },
            "terms": dict(enumerate(problem.terms())),
            "lower": dict(enumerate(_limits(problem.row_lower))),
            "upper": dict(enumerate(_limits(problem.row_upper))),
        }

    def build(self) -> None:
        """Build the model by rules."""
        cost, bounds, domain, terms, lower, upper = self.data.values()
        model = pyo.ConcreteModel()
        model.x = pyo.Var(
            list(domain),
            domain=lambda _, column: domain[column],
            bounds=lambda _, column: bounds[column],
        )

        def row(model: pyo.ConcreteModel, place: int) -> Any:
            body = sum(factor * model.x[column] for column, factor in terms[place])
            if lower[place] == upper[place]:
                return body == lower[place]
            return (lower[place], body, upper[place])

        model.rows = pyo.Constraint(list(terms), rule=row)
        model.least = pyo.Objective(
            expr=sum(factor * model.x[column] for column, factor in cost.items()) + self.offset
        )
        self.model = model


class WAY(Rows):
    """The same with the persistent interface to HiGHS, which Pyomo's users are told to take."""

    interface: Highs

    def hand_over(self) -> Any:
        """Let the interface take the model up."""
        self.interface = Highs()
        self.interface.set_instance(self.model)
        solver = self.interface._solver_model
        solver.setOptionValue("output_flag", False)
        return solver

    def read(self) -> int:
        """Load the values into the variables."""
        solver, places = self.interface._solver_model, self.interface._pyomo_var_to_solver_var_map
        found = solver.getSolution().col_value
        every: list[VarData] = list(self.model.x.values())
        for variable in every:
            variable.set_value(found[places[id(variable)]], skip_validation=True)
        return len(every)


def _numbered(values: np.ndarray) -> list[tuple[int, float]]:
    return list(enumerate(values.tolist()))


def _limits(values: np.ndarray) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _bounds(problem: Problem) -> list[tuple[float | None, float | None]]:
    return list(zip(_limits(problem.lower), _limits(problem.upper), strict=True))
