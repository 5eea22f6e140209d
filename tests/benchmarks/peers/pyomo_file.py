"""Pyomo with an LP file between it and HiGHS, which is how most solvers are still called."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyomo.repn.plugins.lp_writer import LPWriter

from tests.benchmarks.peers.pyomo_rules import Rows
from tests.benchmarks.peers.solver import quiet


class WAY(Rows):
    """The model of `pyomo_rules`, written and read again."""

    names: Any
    solver: Any

    def hand_over(self) -> Any:
        """Write the file and let HiGHS read it."""
        self.solver = quiet()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.lp"
            with path.open("w") as stream:
                self.names = LPWriter().write(self.model, stream).symbol_map
            self.solver.readModel(str(path))
        return self.solver

    def read(self) -> int:
        """Give each variable the value of the column that bears its name."""
        values = self.solver.getSolution().col_value
        names = self.solver.getLp().col_names_
        for name, value in zip(names, values, strict=True):
            self.names.bySymbol[name].set_value(value, skip_validation=True)
        return len(names)
