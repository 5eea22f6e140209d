"""Ours: from a case, by way of the families and their Pyomo model, to arrays, to HiGHS.

Unlike the others it starts from the case: which pools, orders and rows there are, and every
coefficient, is worked out on the clock.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.case.case import Case
from planner.model.assembly import Assembly, assemble
from planner.model.extraction import extract_held, extract_orders, extract_uses
from planner.search.arrays import Arrays, to_arrays
from planner.search.highs import Limits, hand_over
from tests.benchmarks.problem import Problem
from tests.benchmarks.source import Source


def problem_of(arrays: Arrays) -> Problem:
    """Return planner's arrays, without its names."""
    return Problem(
        cost=arrays.cost,
        lower=arrays.lower,
        upper=arrays.upper,
        is_integer=arrays.is_integer,
        row_lower=arrays.row_lower,
        row_upper=arrays.row_upper,
        start=arrays.matrix.start,
        index=arrays.matrix.index,
        coefficient=arrays.matrix.coefficient,
        offset=arrays.offset,
    )


class WAY:
    """What `planner solve` does before it searches."""

    case: Case
    assembly: Assembly
    arrays: Arrays
    solver: Any

    def prepare(self, source: Source) -> None:
        """Make the case."""
        self.case = source.case()

    def build(self) -> None:
        """Build the model, family by family."""
        self.assembly = assemble(self.case)

    def hand_over(self) -> Any:
        """Turn the model into arrays and pass them."""
        self.arrays = to_arrays(self.assembly.model)
        self.solver = hand_over(self.arrays, Limits(), 1.0)
        return self.solver

    def read(self) -> int:
        """Make the rows of a plan: orders, uses and what is held against a site's loss."""
        values = np.array(self.solver.getSolution().col_value)
        for extract in (extract_orders, extract_uses, extract_held):
            extract(self.assembly.decisions, values)
        return len(values)
