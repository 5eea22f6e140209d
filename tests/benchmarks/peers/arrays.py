"""Arrays: the rows are there as arrays, and HiGHS takes them whole. No way can be faster."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.benchmarks.peers.solver import passed
from tests.benchmarks.problem import Problem
from tests.benchmarks.source import Source


class WAY:
    """Nothing is built; one call hands everything over."""

    problem: Problem
    solver: Any

    def prepare(self, source: Source) -> None:
        """Read the arrays."""
        self.problem = source.problem()

    def build(self) -> None:
        """Build nothing."""

    def hand_over(self) -> Any:
        """Pass the arrays."""
        self.solver = passed(self.problem)
        return self.solver

    def read(self) -> int:
        """Read one array."""
        return len(np.array(self.solver.getSolution().col_value))
