"""What both linopy ways share: the variables, the objective, the hand-over and the reading.

linopy is at its best when little is said with large arrays; so there are two blocks of
variables, and rows are added by sense, never one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from tests.benchmarks.problem import Problem
from tests.benchmarks.source import Source

TERM = "_term"
"""linopy's own name for the dimension over which an expression is summed."""


class Columns:
    """The variables of a linopy model, and which of its labels each column has."""

    problem: Problem
    model: linopy.Model
    labels: NDArray[np.int64]
    options: dict[str, Any]

    def prepare(self, source: Source) -> None:
        """Read the arrays."""
        self.problem = source.problem()
        self.options = {}

    def build(self) -> None:
        """Add the variables and the objective, then the rows."""
        given = self.problem
        self.model = linopy.Model(**self.options)
        self.labels = np.empty(len(given.cost), dtype=np.int64)
        for name, is_here in (("real", ~given.is_integer), ("whole", given.is_integer)):
            if not is_here.any():
                continue
            place = pd.RangeIndex(int(is_here.sum()), name=name)
            added = self.model.add_variables(
                lower=xr.DataArray(given.lower[is_here], coords=[place]),
                upper=xr.DataArray(given.upper[is_here], coords=[place]),
                integer=name == "whole",
                name=name,
            )
            self.labels[is_here] = added.labels.to_numpy()
        priced = np.flatnonzero(given.cost)
        cost = xr.Dataset(
            {
                "coeffs": (TERM, given.cost[priced]),
                "vars": (TERM, self.labels[priced]),
            }
        )
        self.model.add_objective(linopy.LinearExpression(cost, self.model))
        self.add_rows()

    def add_rows(self) -> None:
        """Add the rows."""
        raise NotImplementedError

    def by_sense(self) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.float64]]]:
        """Yield each sense with the rows that have it, and their right-hand sides."""
        low, high = self.problem.row_lower, self.problem.row_upper
        is_equal = low == high
        for sense, is_here, side in (
            ("=", is_equal, low),
            (">=", np.isfinite(low) & ~is_equal, low),
            ("<=", np.isfinite(high) & ~is_equal, high),
        ):
            rows = np.flatnonzero(is_here)
            if len(rows):
                yield sense, rows, side[rows]

    def hand_over(self) -> Any:
        """Let linopy fill a HiGHS; the offset, which its objective cannot have, is added there."""
        solver = self.model.to_highspy()
        solver.changeObjectiveOffset(self.problem.offset)
        solver.setOptionValue("output_flag", False)
        self.solver = solver
        return solver

    def read(self) -> int:
        """Give each block of variables its values, as linopy's own reading does."""
        found = np.array(self.solver.getSolution().col_value)
        count = 0
        for name in self.model.variables:
            variable = self.model.variables[name]
            size = variable.labels.size
            values = found[count : count + size]
            variable.solution = xr.DataArray(values, coords=variable.labels.coords)
            count += size
        return count
